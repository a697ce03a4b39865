import { callers } from '@logbook/chassis/testing/access.ts'
import { cases } from '@logbook/chassis/testing/cases.ts'
import { commentUpdated, deletedCommentUpdated } from '@logbook/contracts/examples/comments.ts'
import { deletedUpdated, draftUpdated, postCreated } from '@logbook/contracts/examples/posts.ts'
import { postPage, postSummary } from '@logbook/contracts/http/query.ts'
import type { Caller } from '@logbook/contracts/identity.ts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { booted, bootQuery, idOf, logbook, tokens } from './booted.ts'
import { authorNameOf, history } from './histories.ts'
import { model } from './model.ts'

const secret = 'kingfisher'
const post = postCreated({ id: idOf(1), slug: 'one', title: 'One', content: 'words' })
const comment = { id: idOf(9), postId: idOf(1), content: `a ${secret}` }
const telling = postCreated({
  id: idOf(1),
  slug: 'one',
  title: 'One',
  content: `a ${secret}`,
  tags: [secret],
})

/** Each with the position at which the text was public. */
const withdrawn = [
  [
    'a comment that was rejected',
    2,
    [post, commentUpdated(comment), commentUpdated({ ...comment, status: 'rejected' })],
  ],
  [
    'a comment that was edited and waits',
    2,
    [post, commentUpdated(comment), commentUpdated({ ...comment, status: 'pending' })],
  ],
  [
    'a comment that was deleted',
    2,
    [post, commentUpdated(comment), deletedCommentUpdated({ id: idOf(9), postId: idOf(1) })],
  ],
  [
    'a comment that was rejected, edited and approved',
    2,
    [
      post,
      commentUpdated(comment),
      commentUpdated({ ...comment, status: 'rejected' }),
      commentUpdated({ ...comment, content: 'a heron', revision: 2 }),
    ],
  ],
  ['a post that was unpublished', 1, [telling, draftUpdated({ id: idOf(1), slug: 'one' })]],
  ['a post that was deleted', 1, [telling, deletedUpdated({ id: idOf(1), slug: 'one' })]],
  [
    'a comment below a post that was deleted',
    2,
    [post, commentUpdated(comment), deletedUpdated({ id: idOf(1), slug: 'one' })],
  ],
] as const

const pathsAt = (asOf: number): string[] =>
  [
    ...[
      '/posts?',
      '/posts/one?',
      `/posts/${idOf(1)}?`,
      '/posts/one/thread?',
      '/tags?',
      '/authors?',
      '/archive?',
    ],
    ...[`/search?q=${secret}&`, `/posts?tag=${secret}&`],
  ].map((path) => `${path}asOf=${asOf}`)

describe('the past', () => {
  it.each(withdrawn)(
    'the past shows no text of %s to the public, and all of it to moderators',
    async (_what, asOf, events) => {
      const { http } = await booted(...events)
      const as = async (caller: Caller, path: string) => {
        const authorization = await tokens.header(caller)
        return authorization ? http.get(path).set({ authorization }) : http.get(path)
      }
      for (const path of pathsAt(asOf))
        for (const name of ['nobody', 'guest', 'reader', 'author', 'operator'] as const)
          expect((await as(callers[name], path)).text.replaceAll(path, ''), `${name} ${path}`).not.toContain(
            secret,
          )
      for (const name of ['moderator', 'owner'] as const) {
        const answers = await Promise.all(pathsAt(asOf).map((path) => as(callers[name], path)))
        const telling = answers.filter(({ text }) => text.includes(secret))
        expect(telling.length, name).toBeGreaterThan(2)
        for (const { headers } of telling) {
          expect(headers['cache-control']).toBe('private, no-cache')
          expect(headers.vary).toContain('Authorization')
        }
      }
    },
  )

  it('the past shows people and guests their own texts, in an answer for them alone', async () => {
    for (const name of ['guest', 'reader', 'author'] as const) {
      const caller = callers[name]
      const authorId = caller.kind === 'person' || caller.kind === 'guest' ? caller.id : ''
      const own = { ...comment, authorId }
      const { http } = await booted(post, commentUpdated(own), commentUpdated({ ...own, status: 'rejected' }))
      const authorization = (await tokens.header(caller)) ?? ''
      for (const path of ['/posts/one?', `/search?q=${secret}&`]) {
        const { text, headers } = await http.get(`${path}asOf=2`).set({ authorization })
        expect(text.replaceAll(path, ''), `${name} ${path}`).toContain(secret)
        expect([headers['cache-control'], headers.vary]).toEqual([
          'private, no-cache',
          expect.stringContaining('Authorization'),
        ])
      }
    }
    const { http } = await booted(
      postCreated({
        ...{ id: idOf(1), slug: 'one', content: `a ${secret}`, title: secret, tags: [secret] },
        authorId: callers.author.id,
      }),
      deletedUpdated({ id: idOf(1), slug: 'one' }),
    )
    const authorization = (await tokens.header(callers.author)) ?? ''
    const asWriter = async (path: string) => (await http.get(`${path}asOf=1`).set({ authorization })).text
    for (const path of ['/posts?', '/posts/one?', '/tags?', `/posts?tag=${secret}&`])
      expect(await asWriter(path), path).toContain(secret)
  })

  it('the past shows the public nothing that it may not see now, for any history and position', async () => {
    await fc.assert(
      fc.asyncProperty(history, async (events) => {
        const log = logbook()
        await log.publish(...events)
        const { http, settled, close } = bootQuery({ bus: log.bus })
        await settled(log.store.head)
        const recorded = (await log.bus.read({ after: 0, limit: 1_000 })).events
        const now = model(recorded)
        const visible = now.visible()
        for (let n = 0; n <= recorded.length; n += 1 + Math.floor(recorded.length / 6)) {
          const list = postSummary.array().parse((await http.get(`/posts?limit=100&asOf=${n}`)).body)
          const answers = await Promise.all([1, 2, 3].map((id) => http.get(`/posts/${idOf(id)}?asOf=${n}`)))
          const pages = answers.filter(({ status }) => status === 200).map(({ body }) => postPage.parse(body))
          const comments = [...list, ...pages].flatMap((each) => each.comments)
          const shown = [...list, ...pages, ...comments.filter(({ content }) => content !== null)]
          for (const { id } of shown) expect(visible).toContain(id)
          for (const { id, revision, content } of comments)
            expect(content !== null && now.isWithdrawn(id, revision)).toBe(false)
          const found = await http.get(`/search?q=x&limit=100&asOf=${n}`)
          const all = [...list, ...answers.map(({ body }) => body), found.body]
          for (const id of visible)
            if (now.isAnonymous(id))
              expect(JSON.stringify(all)).not.toContain(JSON.stringify(authorNameOf(id)))
        }
        await close()
      }),
      cases(6),
    )
  })

  it('the past shows everyone what is still public, as it was', async () => {
    const edited = commentUpdated({ ...comment, content: 'later words', revision: 2 })
    const { http } = await booted(post, commentUpdated(comment), edited)
    const { body } = await http.get('/posts/one?asOf=2')
    expect(body.comments).toMatchObject([{ content: `a ${secret}` }])
  })
})
