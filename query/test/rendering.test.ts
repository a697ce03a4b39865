import { workOf, workOnceOf } from '@logbook/chassis/testing/work.ts'
import { commentUpdated } from '@logbook/contracts/examples/comments.ts'
import { draftUpdated, postCreated } from '@logbook/contracts/examples/posts.ts'
import { inlineRenderer, stubbornThread } from '@logbook/markdown/testing/renderers.ts'
import { createRenderer, type Renderer } from '@logbook/markdown/threads/renderer.ts'
import { describe, expect, it } from 'vitest'
import { plainText } from '../src/search/plain-text.ts'
import { bootQuery, idOf, logbook } from './booted.ts'

const post = (n: number, content: string) =>
  postCreated({ id: idOf(n), slug: `post-${n}`, title: `Post ${n}`, content })
const comment = (n: number, content: string) =>
  commentUpdated({ id: idOf(n), postId: idOf(1), content, status: 'approved' })

describe('a text that takes too long to render', () => {
  it('a text that takes too long to render is shown as typed in feeds and lists, and delays no other request', async () => {
    const log = logbook()
    await log.publish(post(1, '*fine*'), post(2, 'I <spin> & *turn*'), comment(3, '*spin* on'))
    const renderer = createRenderer({
      threads: 1,
      keptCharsMax: 100_000,
      waitMsMax: 60_000,
      file: stubbornThread,
    })
    const { http, settled } = bootQuery({ ...log, renderer })
    await settled(log.store.head)

    const answered: string[] = []
    const asking = async (path: string) => {
      const { text } = await http.get(path).expect(200)
      answered.push(path)
      return text
    }
    const slow = Promise.all(['/feed.json', '/feed.json?post=post-1', '/posts'].map(asking))
    await asking('/posts/post-2')
    expect(answered).toEqual(['/posts/post-2'])

    const [ofPosts = '', ofComments = '', list = ''] = await slow
    expect(JSON.parse(ofPosts).items.map((item: { content_html: string }) => item.content_html)).toEqual(
      expect.arrayContaining([
        expect.stringContaining('<em>fine</em>'),
        expect.stringContaining('I &lt;spin&gt; &amp; *turn*'),
      ]),
    )
    expect(JSON.parse(ofComments).items[0].content_html).toContain('*spin* on')
    expect(JSON.parse(list).map((each: { excerpt: string }) => each.excerpt)).toEqual(
      expect.arrayContaining(['fine', 'I <spin> & *turn*']),
    )
  })
})

describe('a list whose posts change while their excerpts are rendered', () => {
  it('a list shows no post that was removed while excerpts were rendered', async () => {
    const log = logbook()
    await log.publish(post(1, 'one'), post(2, 'two'))
    const [asked, answer] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const renderer: Renderer = {
      ...inlineRenderer,
      turn: () => ({
        ...inlineRenderer.turn(),
        async excerpt(markdown) {
          asked.resolve()
          await answer.promise
          return markdown
        },
      }),
    }
    const { http, settled } = bootQuery({ ...log, renderer })
    await settled(log.store.head)
    const list = http
      .get('/posts')
      .expect(200)
      .then(({ body }) => body.map(({ excerpt }: { excerpt: string }) => excerpt))
    await asked.promise
    await log.publish(draftUpdated({ id: idOf(2) }))
    await settled(log.store.head)
    answer.resolve()
    expect(await list).toEqual(['one'])
  })
})

describe('the plain text for the search index', () => {
  it('the plain text for search takes linear time, whatever is repeated', () => {
    const chars = 100_000
    const ordinary = 'Some *words* with a [link](http://a.example) and `code`.\n'
    const workMax = 20 * workOnceOf(() => plainText(ordinary.repeat(chars / ordinary.length)))()
    for (const part of ['_', '-', '*', '`', '|', '<a', '[', '](', '![', '> ', '#', ' ', '1.', '\\'])
      expect(
        workOf(() => plainText(`${part.repeat(chars / part.length)}!`)),
        part,
      ).toBeLessThan(workMax)
    expect(plainText('a\n---\nb\n```js\nc')).toBe('a b c')
  })
})
