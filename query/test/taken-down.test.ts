import { callers } from '@logbook/chassis/testing/access.ts'
import {
  commentCreated,
  commentTakenDown,
  commentUpdated,
  deletedCommentUpdated,
} from '@logbook/contracts/examples/comments.ts'
import { commentModerated } from '@logbook/contracts/examples/moderation.ts'
import { deletedUpdated, postCreated, postTakenDown, postUpdated } from '@logbook/contracts/examples/posts.ts'
import { describe, expect, it } from 'vitest'
import { booted, idOf, tokens } from './booted.ts'

const secret = 'kingfisher'
const post = postCreated({ id: idOf(1), slug: 'one', title: 'One', content: 'words' })
const telling = { id: idOf(1), slug: 'one', title: secret, content: `a ${secret}`, tags: [secret] }
const own = { id: idOf(9), postId: idOf(1), authorId: callers.reader.id, content: `a ${secret}` }

const cases = [
  [
    'of a comment',
    [
      post,
      commentCreated(own),
      commentUpdated(own),
      commentUpdated({ ...own, status: 'rejected', reason: secret }),
      commentModerated({ id: own.id, postId: own.postId, status: 'rejected', reason: secret }),
    ],
    [commentTakenDown({ id: own.id }), deletedCommentUpdated({ id: own.id, postId: own.postId })],
  ],
  [
    'of a post',
    [postCreated(telling), commentUpdated({ ...own, content: 'fine' }), postUpdated(telling)],
    [postTakenDown({ id: idOf(1), texts: 'all' }), deletedUpdated({ id: idOf(1), slug: 'one' })],
  ],
  [
    'that a post had earlier',
    [postCreated(telling), postUpdated({ id: idOf(1), slug: 'one', content: 'clean' })],
    [postTakenDown({ id: idOf(1) }), postUpdated({ id: idOf(1), slug: 'one', content: 'clean' })],
  ],
] as const

const pathsAt = (positions: number): string[] =>
  ['', ...Array.from({ length: positions + 1 }, (_, n) => `asOf=${n}`)].flatMap((asOf) =>
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
      ...[`/search?q=${secret}&`, `/posts?tag=${secret}&`, `/posts/${secret}?`],
    ].map((path) => path + asOf),
  )
const feeds = ['/feed.xml', '/atom.xml', '/feed.json', '/feed.xml?post=one', '/sitemap.xml']

describe('a text that was taken down', () => {
  it.each(cases)(
    'a text that was taken down is in no answer, present or past, and in no history, for any caller: %s',
    async (_what, before, takeDown) => {
      const query = await booted(...before)
      const { http, publishAndSettle, store } = query
      const readers = await Promise.all(
        (['nobody', 'reader', 'author', 'moderator', 'owner'] as const).map((name) =>
          tokens.header(callers[name]),
        ),
      )
      const ask = (path: string, authorization: string | undefined) =>
        http.get(path).set(authorization === undefined ? {} : { authorization })
      const paths = () => [...pathsAt(store.head()), ...feeds, `/comments/${own.id}/history`]
      const telling = async () => {
        const found: string[] = []
        for (const path of paths())
          for (const reader of readers) {
            const { text } = await ask(path, reader)
            if (text.replaceAll(encodeURI(path), '').replaceAll(`"${secret}"`, '').includes(`a ${secret}`))
              found.push(path)
            if (path.includes('history') && text.includes(secret)) found.push(path)
          }
        return found
      }
      expect((await telling()).length).toBeGreaterThan(5)
      await publishAndSettle(...takeDown)
      expect(await telling()).toEqual([])
    },
  )

  it('the history of a comment says that a moderator took it down, and tells its writer and moderators the reason', async () => {
    const { http, owner } = await booted(...cases[0][1], ...cases[0][2])
    const path = `/comments/${own.id}/history`
    const last = ({ body }: { body: { says: string; status: string }[] }) => body.at(-1)
    expect(last(await http.get(path))).toMatchObject({ says: 'Taken down by a moderator', status: null })
    expect(last(await owner.get(path))?.says).toBe(
      `Taken down by a moderator: ${commentTakenDown().data.reason}`,
    )
  })

  it('an event on a stream of another takes down no text', async () => {
    const forged = { ...postTakenDown({ id: idOf(1), texts: 'all' }), subject: 'post-elsewhere' }
    const { http } = await booted(post, forged, {
      ...commentTakenDown({ id: idOf(1) }),
      subject: `post-${idOf(1)}`,
    })
    expect((await http.get('/posts/one')).body.content).toBe('words')
  })
})
