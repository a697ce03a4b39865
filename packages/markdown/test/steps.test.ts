import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { isLong } from '@logbook/chassis/testing/cases.ts'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { gramsOf, ordinaryOf, repeatedTo } from './repeated.ts'

const longMsMax = 3_600_000
/** Steps over those of an ordinary text of the same length. */
const ratioMax = 25
/** Steps of a text over those of its first half. */
const growthMax = 2.6
/** Long enough to use all of the renderer. */
const ordinaryCharsMin = 2_000

let thread: Worker
beforeAll(() => {
  thread = new Worker(new URL('./fixtures/steps-thread.ts', import.meta.url))
})
afterAll(() => thread.terminate())

type Kind = 'comment' | 'post'

const stepsOf = async (kind: Kind, text: string): Promise<number> => {
  const answer = once(thread, 'message')
  thread.postMessage({ kind, text })
  return Number((await answer)[0])
}

/** The texts of these that take more steps than they may, or the more for each character the longer they are. */
const costly = async (kind: Kind, chars: number, parts: readonly string[]): Promise<string[]> => {
  // What is only loaded and begun with the first text.
  await stepsOf(kind, ordinaryOf(ordinaryCharsMin))
  const stepsMax = ratioMax * (await stepsOf(kind, ordinaryOf(chars)))
  const found: string[] = []
  for (const part of parts) {
    const text = repeatedTo(chars, part)
    const [half, whole] = [await stepsOf(kind, text.slice(0, chars / 2)), await stepsOf(kind, text)]
    if (whole > stepsMax || whole > half * growthMax) found.push(part)
  }
  return found
}

/** So many of them, the same at each run; all in a long run. */
const someOf = (parts: readonly string[], count: number): readonly string[] =>
  isLong ? parts : fc.sample(fc.constantFrom(...parts), { numRuns: count, seed: 7 })

describe('a text takes steps in proportion to its length, at most 25 times those of an ordinary one', () => {
  it(
    'that repeats up to three tokens, as a comment',
    async () => {
      const parts = [1, 2, 3].flatMap(gramsOf)
      const known = ['*~_', '*![', '[_!', '_www.', '[\\```', '</a>+_', ']', '\n- a']
      expect(await costly('comment', 10_000, [...known, ...someOf(parts, 20)])).toEqual([])
    },
    isLong ? longMsMax : undefined,
  )

  it(
    'that repeats up to two tokens, as a post',
    async () => {
      const parts = [1, 2].flatMap(gramsOf)
      expect(await costly('post', 200_000, ['*~_', ...someOf(parts, 1)])).toEqual([])
    },
    isLong ? longMsMax : undefined,
  )

  it.each([
    ['words behind an open bracket', `[${repeatedTo(9_999, ' a')}`],
    ['a bare link that may end at each of its signs', `http://a.b${')'.repeat(9_900)}x`],
    ['links without an end', repeatedTo(10_000, '[](a (')],
    ['code without an end', Array.from({ length: 139 }, (_, n) => `a${'`'.repeat(n + 1)}`).join('')],
    ['lists in lists, over and over', repeatedTo(10_000, '- a\n  - b\n')],
    ['quotes, over and over', repeatedTo(10_000, '> a\n\nb\n\n')],
    ['underlined headings', repeatedTo(10_000, 'a\n=\n')],
  ])('of %s', async (_, text) => {
    expect(await costly('comment', text.length, [text])).toEqual([])
  })

  it('a text that people write is rendered as its author meant', async () => {
    const { renderComment } = await import('../src/comment.ts')
    const html = renderComment(ordinaryOf(10_000))
    expect(html).not.toMatch(/\*|\]\(/)
    const links = Array.from({ length: 100 }, (_, n) => `- [a **link**](https://a.example/${n}), one of many`)
    expect(renderComment(links.join('\n')).match(/<a /g)).toHaveLength(100)
  })
})
