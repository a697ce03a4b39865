import { cases } from '@logbook/chassis/testing/cases.ts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { limits } from '../src/limits.ts'
import { ExportSplitter, type Part } from '../src/wordpress/split-export.ts'

const split = (chunks: readonly string[]): Part[] => {
  const splitter = new ExportSplitter()
  return [...chunks.flatMap((chunk) => splitter.push(chunk)), ...splitter.end()]
}

const piece = fc.constantFrom(
  '<item>',
  '</item>',
  '<![CDATA[',
  ']]>',
  '<!--',
  '-->',
  '<!DOCTYPE',
  '<items>',
  '\n',
  'a',
  '<',
  ']',
  ' ',
)

describe('cutting an export', () => {
  it('cutting an export comes to the same however the file arrives', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), fc.integer({ min: 1, max: 7 }), (pieces, size) => {
        const whole = pieces.join('')
        const chunks = whole.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? []
        expect(split(chunks)).toEqual(split([whole]))
      }),
      cases(250),
    )
  })

  it('cutting an export loses nothing but what it names as broken', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        const parts = split([pieces.join('')])
        if (parts.some(({ type }) => type === 'broken')) return
        expect(parts.map((part) => ('text' in part ? part.text : '')).join('')).toBe(pieces.join(''))
      }),
    )
  })

  it('cutting an export holds no more of an item than the bound, and goes on after it', () => {
    const splitter = new ExportSplitter()
    const parts = splitter.push('<rss><channel><item>')
    const filler = `${'x'.repeat(999_999)}\n`
    for (let chars = 0; chars <= limits.itemCharsMax; chars += filler.length)
      parts.push(...splitter.push(filler))
    parts.push(...splitter.push('</item>\n<item>good</item>'))
    expect(parts.filter(({ type }) => type !== 'outside')).toEqual([
      { type: 'broken', line: 1, reason: expect.stringContaining('longer than') },
      { type: 'item', line: 23, text: '<item>good</item>' },
    ])
  })
})
