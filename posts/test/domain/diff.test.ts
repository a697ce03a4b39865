import type { DiffBlock, DiffPart } from '@logbook/contracts/http/post-history.ts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { diffOfTexts } from '../../src/domain/diff.ts'
import { limits } from '../../src/limits.ts'

/** One side of a diff; what was left out is as many empty lines. */
const sideOf = (blocks: readonly DiffBlock[], side: 'removed' | 'added'): string =>
  blocks
    .map((block) => {
      if (block.kind === 'same') return block.text
      if (block.kind === 'skipped') return '…\n'.repeat(block.lines)
      const own = ({ kind }: DiffPart) => kind === 'same' || kind === side
      return block.parts
        .filter(own)
        .map(({ text }) => text)
        .join('')
    })
    .join('')

const line = fc.constantFrom('', 'one', 'one two', 'two', '鷺が立つ', 'a  b', '🪶', 'three four five')
const text = fc.array(line, { maxLength: 30 }).map((lines) => lines.join('\n'))

describe('the difference between two texts', () => {
  it('both texts can be restored from a difference, apart from unchanged lines that were left out', () => {
    fc.assert(
      fc.property(text, text, (from, to) => {
        const blocks = diffOfTexts(from, to)
        expect(blocks.some(({ kind }) => kind === 'changed')).toBe(from !== to)
        if (from === to) return
        for (const [side, whole] of [
          ['removed', from],
          ['added', to],
        ] as const) {
          const lines = sideOf(blocks, side).split('\n')
          const wanted = whole.split('\n')
          expect(lines).toHaveLength(wanted.length)
          for (const [index, each] of lines.entries()) expect(['…', wanted[index]]).toContain(each)
        }
      }),
    )
  })

  it('a difference marks changed words and leaves out distant lines', () => {
    const lines = Array.from({ length: 20 }, (_, index) => `line ${index}\n`)
    const to = lines.with(10, 'another line 10\n')
    const same = (from: number, until: number) => ({
      kind: 'same' as const,
      text: lines.slice(from, until).join(''),
    })
    expect(diffOfTexts(lines.join(''), to.join(''))).toEqual([
      { kind: 'skipped', lines: 7 },
      same(7, 10),
      {
        kind: 'changed',
        parts: [
          { kind: 'added', text: 'another ' },
          { kind: 'same', text: 'line 10\n' },
        ],
      },
      same(11, 14),
      { kind: 'skipped', lines: 6 },
    ])
  })

  it('texts with nothing in common are replaced as a whole, however long they are', () => {
    const made = (word: string) =>
      Array.from({ length: 2 * limits.diffLinesMax }, (_, index) => `${word}${index}`).join('\n')
    const [from, to] = [made('a'), made('b')]
    const parts = [
      { kind: 'removed', text: from },
      { kind: 'added', text: to },
    ]
    expect(diffOfTexts(from, to)).toEqual([{ kind: 'changed', parts }])
    const spaced = [from, to].map((each) => each.replaceAll('\n', ' ')) as [string, string]
    expect(diffOfTexts(...spaced)).toEqual([
      { kind: 'changed', parts: parts.map((part) => ({ ...part, text: part.text.replaceAll('\n', ' ') })) },
    ])
  })
})
