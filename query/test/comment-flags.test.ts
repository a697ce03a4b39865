import { callers } from '@logbook/chassis/testing/access.ts'
import type { CommentFlags } from '@logbook/contracts/events/comment-flags.ts'
import {
  commentAnonymized,
  commentCreated,
  commentTakenDown,
  commentUpdated,
  deletedCommentUpdated,
} from '@logbook/contracts/examples/comments.ts'
import { draftUpdated, postCreated } from '@logbook/contracts/examples/posts.ts'
import { userErased, userPictured } from '@logbook/contracts/examples/users.ts'
import { featuredComment, postPage } from '@logbook/contracts/http/query.ts'
import { searchHit } from '@logbook/contracts/http/search.ts'
import { describe, expect, it } from 'vitest'
import { booted, idOf, tokens } from './booted.ts'

const post = postCreated({ id: idOf(1), slug: 'one', title: 'One', content: 'words' })
const name = 'Someone Unmistakable'
const url = 'https://unmistakable.example/'
const person = idOf(77)
const comment = {
  ...{ id: idOf(9), postId: idOf(1), authorId: person, content: 'a kingfisher' },
  author: { name, url, email: null },
}
const withFlags = (flags: Partial<CommentFlags>) => commentUpdated({ ...comment, ...flags })

/** A published comment with these flags, and what readers get of it. */
const shown = async (flags: Partial<CommentFlags>) => {
  const query = await booted(post, commentCreated(comment), withFlags({}), withFlags(flags))
  const { http } = query
  const picked = async () => ({
    featured: featuredComment
      .array()
      .parse((await http.get('/featured')).body)
      .map(({ id }) => id),
    quoted: postPage.parse((await http.get('/posts/one')).body).quotes.map(({ id }) => id),
  })
  const found = async (more = '') =>
    searchHit
      .array()
      .parse((await http.get(`/search?q=kingfisher${more}`)).body)
      .map(({ id }) => id)
  return { ...query, picked, found }
}

const nothing = { featured: [], quoted: [] }
const all = { featured: [comment.id], quoted: [comment.id] }
const { id, postId } = comment

describe('a comment that is featured and quoted', () => {
  it('is listed with its post and stands beside it, until this is taken back', async () => {
    const { http, picked, publishAndSettle } = await shown({ promoted: true, advertised: true })
    expect(await picked()).toEqual(all)
    expect((await http.get('/featured')).body).toMatchObject([
      { id, content: 'a kingfisher', post: { slug: 'one', title: 'One' } },
    ])
    const { createdAt } = commentUpdated(comment).data
    const later = new Date(Date.parse(createdAt) + 1).toISOString()
    expect((await http.get(`/featured?from=${createdAt}`)).body).toHaveLength(1)
    expect((await http.get(`/featured?from=${later}`)).body).toEqual([])
    await publishAndSettle(withFlags({}))
    expect(await picked()).toEqual(nothing)
    expect((await http.get('/featured?asOf=4')).body).toHaveLength(1)
    expect((await http.get('/posts/one?asOf=4')).body.quotes).toHaveLength(1)
    expect((await http.get('/posts/one?asOf=3')).body.quotes).toEqual([])
  })

  it.each([
    [
      'rejected',
      [
        withFlags({ promoted: true, advertised: true }),
        commentUpdated({ ...comment, status: 'rejected', promoted: true, advertised: true }),
      ],
    ],
    ['held', [commentUpdated({ ...comment, status: 'pending', promoted: true, advertised: true })]],
    ['deleted', [deletedCommentUpdated({ id, postId })]],
    ['taken down', [commentTakenDown({ id }), deletedCommentUpdated({ id, postId })]],
    ['erased', [userErased({ id: person, by: null })]],
    ['below a post that is a draft again', [draftUpdated({ id: idOf(1), slug: 'one' })]],
  ] as const)('is neither at once when it is %s', async (_, events) => {
    const { http, picked, publishAndSettle } = await shown({ promoted: true, advertised: true })
    expect(await picked()).toEqual(all)
    await publishAndSettle(...events)
    expect((await http.get('/featured')).body).toEqual([])
    expect((await http.get('/featured?asOf=4')).body).toEqual([])
    const { body } = await http.get('/posts/one')
    expect(body.quotes ?? []).toEqual([])
    for (const each of body.comments ?? []) expect(each).toMatchObject({ promoted: false, advertised: false })
  })

  it('has at most three quotes beside its post, the newest', async () => {
    const { http, publishAndSettle } = await shown({ advertised: true })
    for (const n of [10, 11, 12]) {
      const createdAt = `2026-04-01T00:00:${n}.000Z`
      await publishAndSettle(commentUpdated({ ...comment, id: idOf(n), createdAt, advertised: true }))
    }
    const { quotes } = postPage.parse((await http.get('/posts/one')).body)
    expect(quotes.map((each) => each.id)).toEqual([12, 11, 10].map(idOf))
  })
})

it('a comment that is left out of searches is not found, of now or of then, until it is put back', async () => {
  const { found, publishAndSettle } = await shown({})
  expect(await found()).toEqual([id])
  await publishAndSettle(withFlags({ searchable: false }))
  expect([await found(), await found('&asOf=4')]).toEqual([[], []])
  await publishAndSettle(withFlags({}))
  expect([await found(), await found('&asOf=4')]).toEqual([[id], [id]])
})

describe('a comment without a name', () => {
  const paths = ['/posts', '/posts/one', `/posts/${idOf(1)}/thread`, '/featured', '/search?q=kingfisher']
  const feeds = ['/feed.xml?post=one', '/atom.xml?post=one', '/feed.json?post=one']
  const others = [`/comments/${id}/history`, `/changes/missed?post=${postId}&after=0`, '/authors']
  const pathsAt = (n: number) => paths.map((path) => `${path}${path.includes('?') ? '&' : '?'}asOf=${n}`)
  const everywhere = [...paths, ...feeds, ...others, ...[3, 4, 5].flatMap(pathsAt)]

  it('gives its author away in no answer, of now or of the past, and has the name back when it is undone', async () => {
    const picks = { promoted: true, advertised: true }
    const { http, publishAndSettle } = await shown(picks)
    const picture = `/api/media/${idOf(55)}/w640.jpg#640x640@50,30`
    await publishAndSettle(userPictured({ id: person, picture }, { subject: `user-${person}` }))
    expect((await http.get('/posts/one')).body.comments).toMatchObject([{ authorPicture: picture }])
    const texts = async (authorization?: string) =>
      Promise.all(
        everywhere.map(async (path) => {
          const asked = authorization ? http.get(path).set({ authorization }) : http.get(path)
          const { status, text } = await asked
          return { path, status, text }
        }),
      )
    await publishAndSettle(commentAnonymized({ id }), withFlags({ ...picks, anonymized: true }))
    for (const caller of [callers.nobody, callers.guest, callers.reader, callers.author])
      for (const { path, status, text } of await texts(await tokens.header(caller))) {
        expect([path, status]).toEqual([path, 200])
        for (const trace of ['unmistakable', idOf(55), person])
          expect(text, path).not.toMatch(new RegExp(trace, 'i'))
      }
    const { body } = await http.get('/posts/one')
    expect(body.comments).toMatchObject([{ id, anonymized: true, author: null, content: 'a kingfisher' }])

    await publishAndSettle(commentAnonymized({ id, anonymized: false }), withFlags(picks))
    const named = (await texts()).filter(({ text }) => text.includes(name)).map(({ path }) => path)
    // At 3 it was not featured yet.
    const were = [3, 4, 5].flatMap(pathsAt).filter((path) => path !== '/featured?asOf=3')
    expect(named).toEqual([...paths, ...feeds, others[1], ...were])
    const past = await http.get('/posts/one?asOf=7')
    expect(past.body.comments).toMatchObject([{ author: null, anonymized: true }])
  })
})
