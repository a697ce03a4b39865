import { afterEach, describe, expect, it } from 'vitest'
import { stubbornThread } from '../src/testing/renderers.ts'
import { inBatches } from '../src/threads/batches.ts'
import { createFairQueue } from '../src/threads/fair-queue.ts'
import { createRenderer, type Renderer } from '../src/threads/renderer.ts'

const keptCharsMax = 1_000_000
const open: Renderer[] = []
const rendererOf = (options: Partial<Parameters<typeof createRenderer>[0]> = {}): Renderer => {
  const renderer = createRenderer({ threads: 1, keptCharsMax, file: stubbornThread, ...options })
  open.push(renderer)
  return renderer
}
afterEach(async () => {
  await Promise.all(open.splice(0).map((renderer) => renderer.close()))
})

describe('a renderer', () => {
  it('a renderer renders comments, posts and excerpts as the functions do, outside of the calling thread', async () => {
    const turn = rendererOf().turn()
    const [comment, post, excerpt] = await Promise.all([
      turn.comment('a *b*'),
      turn.post('## C\n\nd'),
      turn.excerpt('# E\n\nOne. Two.', { charsMax: 6 }),
    ])
    expect(comment).toContain('a <em>b</em>')
    expect(post.headings).toEqual([{ id: 'p-c', text: 'C', depth: 2 }])
    expect(excerpt).toBe('One.')
  })

  it.each(['spin', 'exit', 'throw', 'devour'])(
    'shows a text that makes its thread %s as typed, once and for all, and renders the next',
    async (word) => {
      const renderer = rendererOf()
      const turn = renderer.turn()
      const typed = `<b>*${word}*</b> & so on`
      const html = await turn.comment(typed)
      expect(html).toContain(`&lt;b&gt;*${word}*&lt;/b&gt; &amp; so on`)
      expect(await turn.comment('*fine*')).toContain('<em>fine</em>')
      expect(await turn.comment(typed)).toBe(html)
      expect(renderer.status()).toMatchObject({ overdue: 1, unavailable: 0, waiting: 0 })
      expect(turn.isFinal()).toBe(true)
    },
  )

  it.each(['spin', 'throw'])(
    'shows of several texts the one that makes its thread %s as typed, alone',
    async (word) => {
      const renderer = rendererOf()
      const turn = renderer.turn()
      const texts = ['*a*', `*${word}*`, '*b*', '*c*']
      const shown = await Promise.all(texts.map((text) => turn.comment(text)))
      expect(shown.map((html) => html.includes('<em>'))).toEqual([true, false, true, true])
      expect(renderer.status()).toMatchObject({ overdue: 1, unavailable: 0, waiting: 0 })
    },
  )

  it('a renderer sends the texts of a page to a thread in batches of bounded size, and a long post alone', () => {
    const bounds = { togetherJobsMax: 20, togetherCharsMax: 20_000, postTogetherCharsMax: 5_000 }
    const item = (kind: 'comment' | 'post', chars: number) => ({ job: { kind, markdown: 'x'.repeat(chars) } })
    const comments = Array.from({ length: 23 }, () => item('comment', 10))
    const lengthsOf = (items: ReturnType<typeof item>[]) => {
      const batches = inBatches(items, bounds)
      expect(batches.flat()).toEqual(items)
      return batches.map((batch) => batch.length)
    }
    expect(lengthsOf([item('post', 9_000), ...comments, item('comment', 19_990)])).toEqual([1, 20, 3, 1])
    expect(lengthsOf([item('post', 5_000), ...comments])).toEqual([20, 4])
    expect(lengthsOf([])).toEqual([])
  })

  it('a renderer answers other readers while a text exceeds its time', async () => {
    const renderer = rendererOf({ threads: 2 })
    let isOver = false
    const spinning = renderer
      .turn()
      .comment('spin')
      .then(() => (isOver = true))
    expect(await renderer.turn().comment('*fine*')).toContain('<em>fine</em>')
    expect(isOver).toBe(false)
    await spinning
  })

  it('a renderer renders the same text once for concurrent requests', async () => {
    const renderer = rendererOf()
    const texts = await Promise.all(Array.from({ length: 9 }, () => renderer.turn().comment('*a*')))
    expect(new Set(texts).size).toBe(1)
    expect(renderer.status().keptChars).toBe(`${texts[0]}`.length + 1)
  })

  it('a renderer caches no more than its bound', async () => {
    const renderer = rendererOf({ keptCharsMax: 100 })
    for (const text of ['a', 'b', 'c', 'd', 'e'].map((letter) => letter.repeat(40)))
      await renderer.turn().comment(text)
    expect(renderer.status().keptChars).toBeLessThanOrEqual(100)
  })

  it('a text that waits too long is shown as typed, and rendered for the next reader', async () => {
    const renderer = rendererOf({ waitMsMax: 0 })
    const turn = renderer.turn()
    expect(await turn.comment('*a*')).toContain('*a*')
    expect(turn.isFinal()).toBe(false)
    await expect.poll(() => renderer.turn().comment('*a*')).toContain('<em>a</em>')
  })

  it('a renderer whose threads cannot start shows all texts as typed', async () => {
    const renderer = rendererOf({ file: new URL('./absent.ts', import.meta.url) })
    const turn = renderer.turn()
    expect(await turn.comment('*a*')).toContain('*a*')
    expect(renderer.status()).toMatchObject({ overdue: 0, unavailable: 1 })
    expect(turn.isFinal()).toBe(false)
  })

  it('an excerpt shown as typed splits no character', async () => {
    const turn = rendererOf().turn()
    expect(await turn.excerpt(`spin${'😀'.repeat(9)}`, { charsMax: 8 })).toBe('spin😀…')
  })
})

describe('a fair queue', () => {
  it('a fair queue lets owners take turns, whatever the number of their items', () => {
    const queue = createFairQueue<string>()
    const [greedy, modest] = [{}, {}]
    for (const item of ['a1', 'a2', 'a3']) queue.add(greedy, item)
    queue.add(modest, 'b1')
    queue.add(modest, 'b2')
    const taken = Array.from({ length: 6 }, () => queue.take())
    expect(taken).toEqual(['a1', 'b1', 'a2', 'b2', 'a3', undefined])
    expect(queue.size).toBe(0)
  })
})
