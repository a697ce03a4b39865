import { callers } from '@logbook/chassis/testing/access.ts'
import {
  commentCreated,
  commentDownvoted,
  commentUpdated,
  commentUpvoted,
  commentVoteWithdrawn,
  deletedCommentUpdated,
} from '@logbook/contracts/examples/comments.ts'
import { examplePostId, postCreated } from '@logbook/contracts/examples/posts.ts'
import { userErased } from '@logbook/contracts/examples/users.ts'
import { postPage, threadComment } from '@logbook/contracts/http/query.ts'
import type { Caller } from '@logbook/contracts/identity.ts'
import { describe, expect, it } from 'vitest'
import { booted, bootQuery, idOf, openFiles, tokens } from './booted.ts'
import { rowsOf } from './rows-of.ts'

const page = `/posts/${examplePostId}`
const thread = `${page}/thread`
const secret = 'unread by anyone else'
const author = { name: 'Nobody Knows', url: null, email: 'nobody@example.org' }
const own = { id: idOf(1), authorId: callers.guest.id, author, content: secret }
const other = { id: idOf(2), authorId: callers.reader.id, content: 'read by all' }

type Logbook = Pick<Awaited<ReturnType<typeof booted>>, 'http'>

const as = async ({ http }: Logbook, caller: Caller, path = page) => {
  const header = await tokens.header(caller)
  return header === undefined ? http.get(path) : http.get(path).set('Authorization', header)
}
const viewerOf = async (logbook: Logbook, caller: Caller) =>
  postPage.parse((await as(logbook, caller)).body).viewer

describe('a comment that only its author may read', () => {
  it.each([
    ['waits', [commentCreated(own)]],
    [
      'was not published',
      [commentCreated(own), commentUpdated({ ...own, status: 'rejected', reason: 'No' })],
    ],
    [
      'was published once',
      [commentUpdated({ ...own, content: 'harmless' }), commentUpdated({ ...own, status: 'pending' })],
    ],
  ])('a comment is shown to its author alone while it %s', async (_, events) => {
    const logbook = await booted(postCreated(), ...events)
    const seen = await viewerOf(logbook, callers.guest)
    expect(seen?.comments).toMatchObject([{ id: own.id, content: secret, author: { name: author.name } }])
    expect(JSON.stringify(seen)).not.toContain(author.email)

    const search = '/search?q=unread'
    const paths = [
      page,
      `${page}?asOf=3`,
      thread,
      '/posts',
      search,
      '/feed.xml',
      `/comments/${own.id}/history`,
    ]
    for (const [name, caller] of Object.entries(callers))
      for (const path of paths) {
        if (name === 'guest' && path === page) continue
        const { text } = await as(logbook, caller, path)
        expect(text, `${name} ${path}`).not.toContain(secret)
        expect(text, `${name} ${path}`).not.toContain(author.name)
      }
    for (const flaw of ['expired', 'other-key', 'tampered'] as const) {
      const header = (await tokens.header(callers.guest, flaw)) ?? ''
      const { status, text } = await logbook.http.get(page).set('Authorization', header)
      expect(status).toBe(401)
      expect(text).not.toContain(secret)
    }
  })

  it.each([
    [
      'a newer text',
      commentUpdated({ ...own, status: 'pending', content: 'another', revision: 2 }),
      ['another'],
    ],
    ['its approval', commentUpdated({ ...own, content: 'another' }), []],
    ['its deletion', deletedCommentUpdated({ id: own.id, authorId: own.authorId }), []],
    ['the erasure of its author', userErased({ id: own.authorId, by: null }), []],
  ])('the text for its author leaves the file after %s', async (_, event, left) => {
    const files = openFiles()
    const log = await booted()
    await log.close()
    const query = bootQuery({ bus: log.bus, files })
    await log.publish(postCreated(), commentCreated(own))
    await query.settled(log.store.head)
    expect(JSON.stringify(rowsOf(files.db))).toContain(secret)
    await log.publish(event)
    await query.settled(log.store.head)
    expect(JSON.stringify(rowsOf(files.db))).not.toContain(secret)
    expect((await viewerOf(query, callers.guest))?.comments.map(({ content }) => content)).toEqual(left)
  })
})

describe('data of one reader', () => {
  it('pages and threads mark what the reader wrote and their last votes', async () => {
    const vote = { id: other.id, voterId: callers.guest.id }
    const events = [postCreated(), commentUpdated({ ...own, content: 'mine' }), commentUpdated(other)]
    const logbook = await booted(...events, commentUpvoted(vote))
    const marks = async (caller: Caller, path: string) => {
      const { body } = await as(logbook, caller, path)
      const comments = threadComment.array().parse(path === page ? body.comments : body)
      return Object.fromEntries(comments.map(({ id, viewer }) => [id, viewer]))
    }
    for (const path of [page, thread]) {
      expect(await marks(callers.guest, path)).toEqual({
        [own.id]: { own: true, vote: null },
        [other.id]: { own: false, vote: 1 },
      })
      expect(await marks(callers.reader, path)).toMatchObject({ [other.id]: { own: true, vote: null } })
      expect(await marks(callers.nobody, path)).toEqual({ [own.id]: undefined, [other.id]: undefined })
    }
    await logbook.publishAndSettle(commentDownvoted(vote))
    expect(await marks(callers.guest, page)).toMatchObject({ [other.id]: { vote: -1 } })
    await logbook.publishAndSettle(commentVoteWithdrawn(vote))
    expect((await marks(callers.guest, page))[other.id]).toBeUndefined()
    await logbook.publishAndSettle(commentUpvoted({ ...vote, voterId: callers.reader.id }))
    await logbook.publishAndSettle(userErased({ id: callers.reader.id, by: null }))
    expect(await marks(callers.reader, page)).toEqual({ [own.id]: undefined, [other.id]: undefined })
  })

  it('data of one reader is in no answer to another caller, in any order of requests', async () => {
    const logbook = await booted(postCreated(), commentCreated(own))
    const nobodys = await as(logbook, callers.nobody)
    const guests = await as(logbook, callers.guest)
    const again = await as(logbook, callers.nobody)
    expect(again.text).toBe(nobodys.text)
    expect(nobodys.headers['cache-control']).toBe('no-cache')
    expect(guests.headers['cache-control']).toBe('private, no-cache')
    expect(guests.headers.vary).toContain('Authorization')
    expect(guests.headers.etag).not.toBe(nobodys.headers.etag)
    expect(await viewerOf(logbook, callers.reader)).toEqual({ comments: [] })
    expect(await viewerOf(logbook, callers.operator)).toBeUndefined()
    const header = (await tokens.header(callers.guest)) ?? ''
    const known = await logbook.http
      .get(page)
      .set({ Authorization: header, 'If-None-Match': guests.headers.etag ?? '' })
    expect(known.status).toBe(304)
    expect(known.headers['cache-control']).toBe('private, no-cache')
  })

  it('data of one reader is not in answers of the past, which are the same for all', async () => {
    const logbook = await booted(postCreated(), commentCreated(own))
    const path = `${page}?asOf=2`
    const [nobodys, guests] = [
      await as(logbook, callers.nobody, path),
      await as(logbook, callers.guest, path),
    ]
    expect(guests.text).toBe(nobodys.text)
  })
})
