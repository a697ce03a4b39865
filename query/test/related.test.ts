import { cases } from '@logbook/chassis/testing/cases.ts'
import type { RecordedEvent } from '@logbook/contracts/envelope.ts'
import {
  commentDownvoted,
  commentTakenDown,
  commentUpdated,
  commentUpvoted,
  commentVoteWithdrawn,
} from '@logbook/contracts/examples/comments.ts'
import {
  deletedUpdated,
  draftUpdated,
  postCreated,
  postTakenDown,
  postUpdated,
} from '@logbook/contracts/examples/posts.ts'
import { settingsChanged } from '@logbook/contracts/examples/settings.ts'
import { userErased, userRegistered } from '@logbook/contracts/examples/users.ts'
import type { RelatedPost } from '@logbook/contracts/http/query.ts'
import { validity } from '@logbook/contracts/http/validity.ts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { booted, bootQuery, idOf, inPagesOf, logbook } from './booted.ts'

type Query = Pick<ReturnType<typeof bootQuery>, 'http' | 'healthy'>

/** A post whose text has nothing in common with others, unless it says so. */
const post = (
  n: number,
  said: Partial<{ title: string; content: string; tags: string[]; kind: 'page' }> = {},
) => {
  const { title = `Entry${'abcdefghij'[n] ?? n}`, content = `unlike${n}`, tags = [], kind = 'post' } = said
  return postCreated({ id: idOf(n), slug: `post-${n}`, authorId: idOf(900), title, content, tags, kind })
}
const said = { title: 'Replaying SQLite', content: 'Replaying a log into sqlite, and sqlite again.' }
const people = [1, 2, 3, 4].map((n) => idOf(800 + n))
const joined = people.map((id) => userRegistered({ id }))
let comments = 1_000
const comment = (n: number, authorId: string, status: 'approved' | 'pending' | 'rejected' = 'approved') => {
  const data = { id: idOf(comments++), postId: idOf(n), authorId, parentId: null }
  return commentUpdated({ ...data, content: 'indeed', status })
}
const onBoth = (authors: readonly string[], [one, other] = [1, 2]) =>
  authors.flatMap((id) => [comment(one ?? 1, id), comment(other ?? 2, id)])

const relatedTo = async ({ http }: Pick<Query, 'http'>, n: number): Promise<RelatedPost[]> =>
  (await http.get(`/posts/post-${n}`).expect(200)).body.related

const prepared = ({ healthy }: Query) =>
  healthy(({ related }) => (related as { waiting: number }).waiting === 0)

describe('posts related by text', () => {
  it('a post lists posts on the same topics with the words they share, on its page and at its address', async () => {
    const query = await booted(
      post(1, said),
      post(2, { title: 'Sqlite', content: 'How fast is it when you replay? Replays, replays.' }),
      ...[3, 4, 5].map((n) => post(n)),
    )
    const related = [{ slug: 'post-2', title: 'Sqlite', reason: 'Also about SQLite and Replaying' }]
    expect(await relatedTo(query, 1)).toEqual(related)
    expect((await query.http.get('/posts/post-1/related').expect(200)).body).toEqual(related)
    expect((await query.http.get(`/posts/${idOf(1)}/related`).expect(200)).body).toEqual(related)
    expect(await relatedTo(query, 3)).toEqual([])
    await query.http.get('/posts/none/related').expect(404)
  })

  it('words that many posts have relate none of them, in any language', async () => {
    const content = ['and the which because', 'und weil diese welche', '我们 可以 因为 所以 如果']
      .join(' ')
      .repeat(4)
    for (const posts of [2, 3, 6]) {
      const all = Array.from({ length: posts }, (_, n) => post(n + 1, { title: `The entry ${n}`, content }))
      const query = await booted(...all)
      for (const n of [1, posts]) expect(await relatedTo(query, n)).toEqual([])
    }
  })

  it.each([
    ['en', 'What from More', 'what', []],
    ['de-AT', 'Welche zwischen', 'welche', ['welche']],
  ])('stop words of %s neither relate posts nor are named', async (language, title, word, inEnglish) => {
    // Said so rarely that no count makes them common.
    const content = `${title} `.repeat(8)
    const filler = Array.from({ length: 80 }, (_, n) => post(n + 10))
    const query = await booted(post(1, { title, content }), post(2, { title, content }), ...filler)
    const named = async () => (await relatedTo(query, 1)).map(({ reason }) => reason.toLowerCase())
    expect(await named()).toEqual(inEnglish.map(() => expect.stringContaining(word)))
    const { settings } = settingsChanged().data
    await query.publishAndSettle(settingsChanged({ settings: { ...settings, language } }))
    expect(await named()).toEqual([])
    await query.publishAndSettle(
      ...[1, 2].map((n) => postUpdated({ id: idOf(n), slug: `post-${n}`, title, content, tags: [word] })),
    )
    expect(await named()).toEqual([`also about ${word}`])
  })

  it('in a blog of few posts, short words that only some have relate none of them', async () => {
    const said = (n: number) => post(n, { title: 'The very long one', content: 'the very the very' })
    const query = await booted(said(1), said(2), ...[3, 4, 5, 6, 7, 8].map((n) => post(n)))
    expect(await relatedTo(query, 1)).toEqual([])
  })

  it.each([
    ['数据库的复制和日志重放', '日志和数据库', 'Also about'],
    ['データベースのレプリケーション', 'レプリケーションとデータベース', 'データベース'],
    ['ฐานข้อมูลการจำลอง', 'การจำลองฐานข้อมูล', 'ข้อมูล'],
    ['שכפול של מסדי נתונים', 'מסדי נתונים ושכפול', 'נתונים'],
    ['النسخ وقواعد البيانات', 'البَيَانات والنسخ', 'البيانات'],
  ])('%s and %s are related', async (one, other, reason) => {
    const query = await booted(
      post(1, { title: one, content: one }),
      post(2, { title: other, content: other }),
      ...[3, 4, 5].map((n) => post(n)),
    )
    expect(await relatedTo(query, 1)).toMatchObject([
      { slug: 'post-2', reason: expect.stringContaining(reason) },
    ])
  })

  it('three posts are listed at most, those with a tag in common first', async () => {
    const content = 'Herons fish. Herons wade. Herons wait. '.repeat(2)
    const query = await booted(
      ...[1, 4].map((n) => post(n, { tags: ['Sea Birds'] })),
      ...[2, 3].map((n) => post(n, { content })),
      ...[5, 6].map((n) => post(n, { tags: [`other-${n}`] })),
      post(7, { content, tags: ['Sea Birds'] }),
    )
    const found = await relatedTo(query, 7)
    expect(found.map(({ slug }) => slug)).toEqual(['post-4', 'post-1', 'post-3'])
    expect(found[0]?.reason).toBe('Also about Sea Birds')
  })

  it.each([
    ['a draft', [draftUpdated({ id: idOf(2), slug: 'post-2' })]],
    ['deleted', [deletedUpdated({ id: idOf(2), slug: 'post-2' })]],
    ['a page', [postUpdated({ id: idOf(2), slug: 'post-2', kind: 'page', ...said })]],
    [
      'taken down',
      [postTakenDown({ id: idOf(2), texts: 'all' }), deletedUpdated({ id: idOf(2), slug: 'post-2' })],
    ],
    ['on another topic', [postUpdated({ id: idOf(2), slug: 'post-2', title: 'Bread', content: 'bread' })]],
  ])('a post that is %s now is related to none, and comes back with its text', async (_, gone) => {
    const query = await booted(post(1, said), post(2, said), ...[3, 4].map((n) => post(n)))
    expect(await relatedTo(query, 1)).toHaveLength(1)
    await query.publishAndSettle(...gone)
    expect(await relatedTo(query, 1)).toEqual([])
    await query.publishAndSettle(postUpdated({ id: idOf(2), slug: 'post-2', tags: [], ...said }))
    expect(await relatedTo(query, 1)).toHaveLength(1)
  })

  it('a page of the past has no related posts, which could be later ones', async () => {
    const query = await booted(post(1, said), post(2, said), ...[3, 4].map((n) => post(n)))
    for (const asOf of [1, 4])
      expect((await query.moderator.get(`/posts/post-1?asOf=${asOf}`)).body.related).toEqual([])
  })
})

describe('posts related by people in common', () => {
  const some = [1, 2, 3].map((n) => post(n))

  it('three people who commented on both posts relate them, and two do not', async () => {
    const query = await booted(...joined, ...some, ...onBoth(people.slice(0, 2)))
    expect(await relatedTo(query, 1)).toEqual([])
    await query.publishAndSettle(...onBoth(people.slice(2, 3)))
    await prepared(query)
    const reason = '3 people who commented here also commented there'
    expect(await relatedTo(query, 1)).toEqual([{ slug: 'post-2', title: 'Entryc', reason }])
    expect(await relatedTo(query, 2)).toMatchObject([{ slug: 'post-1', reason }])
  })

  it.each([
    ['guests', [...some, ...onBoth(people)]],
    [
      'the author of one',
      [...joined, ...some, ...onBoth([...people.slice(0, 2), idOf(900)]), userRegistered({ id: idOf(900) })],
    ],
    [
      'people with a rejected comment',
      [...joined, ...some, ...people.flatMap((id) => [comment(1, id), comment(2, id, 'rejected')])],
    ],
    [
      'people with a held comment',
      [...joined, ...some, ...people.flatMap((id) => [comment(1, id, 'pending'), comment(2, id)])],
    ],
    [
      'erased people',
      [...joined, ...some, ...onBoth(people.slice(0, 3)), userErased({ id: people[0] ?? '' })],
    ],
  ])('%s do not count', async (_, events) => {
    expect(await relatedTo(await booted(...events), 1)).toEqual([])
  })

  it('votes count like comments, without saying who commented and who voted, until they are withdrawn', async () => {
    const [one, other] = [comment(1, idOf(899)), comment(2, idOf(899))]
    const votes = people
      .slice(0, 3)
      .flatMap((voterId) => [
        commentUpvoted({ id: one.data.id, voterId }),
        commentDownvoted({ id: other.data.id, voterId }),
      ])
    const query = await booted(...joined, ...some, one, other, ...votes)
    const reason = '3 people who commented or voted here also did so there'
    expect(await relatedTo(query, 1)).toMatchObject([{ slug: 'post-2', reason }])
    await query.publishAndSettle(commentVoteWithdrawn({ id: other.data.id, voterId: people[0] ?? '' }))
    await prepared(query)
    expect(await relatedTo(query, 1)).toEqual([])
  })

  it('a comment drops the pages of the posts whose related posts it changes, and the pages of no others', async () => {
    const query = await booted(
      ...joined,
      ...some,
      post(4),
      ...onBoth(people.slice(0, 2)),
      comment(1, people[2] ?? ''),
    )
    for (const n of [1, 2, 3, 4]) await relatedTo(query, n)
    const since = (await query.http.get('/posts/post-4')).headers['view-state']
    await query.publishAndSettle(comment(2, people[2] ?? ''), comment(3, idOf(898)))
    await prepared(query)
    const { changed } = validity.parse((await query.http.get(`/validity?since=${since}`)).body)
    const tags = new Set(changed?.map(([tag]) => tag).filter((tag) => tag.startsWith('post-')))
    expect(tags).toEqual(new Set([1, 2, 3].map((n) => `post-${idOf(n)}`)))
    expect(await relatedTo(query, 1)).toHaveLength(1)
  })
})

describe('related posts of any history', () => {
  const postOf = fc
    .tuple(fc.integer({ min: 1, max: 5 }), fc.subarray(['herons', 'tides', 'sqlite', 'replay']), fc.nat(9))
    .map(([n, words, kind]): RecordedEvent => {
      const named = { id: idOf(n), slug: `post-${n}` }
      if (kind === 0) return draftUpdated(named)
      if (kind === 1) return postTakenDown({ id: idOf(n), texts: 'all' })
      const content = words.join(' ').concat(' ').repeat(3)
      return postUpdated({ ...named, title: words[0] ?? 'None', content, tags: words.slice(0, 1) })
    })
  const act = fc
    .tuple(fc.integer({ min: 1, max: 5 }), fc.constantFrom(...people), fc.nat(11))
    .map(([n, id, kind]): RecordedEvent => {
      const said = {
        id: idOf(2_000 + n * 10 + people.indexOf(id)),
        postId: idOf(n),
        authorId: id,
        parentId: null,
      }
      if (kind === 0) return userErased({ id })
      if (kind === 1) return commentUpvoted({ id: idOf(2_000 + n * 10), voterId: id })
      if (kind === 2) return commentVoteWithdrawn({ id: idOf(2_000 + n * 10), voterId: id })
      if (kind === 3) return commentTakenDown({ id: said.id })
      return commentUpdated({ ...said, status: kind === 4 ? 'rejected' : 'approved', content: 'x' })
    })

  it('cached pages have the related posts that a view which is built later has', async () => {
    const history = fc.array(fc.oneof({ weight: 1, arbitrary: postOf }, { weight: 4, arbitrary: act }), {
      minLength: 20,
      maxLength: 60,
    })
    await fc.assert(
      fc.asyncProperty(history, fc.integer({ min: 1, max: 9 }), async (events, size) => {
        const log = logbook()
        await log.publish(...joined, ...[1, 2, 3, 4, 5].map((n) => post(n, said)))
        const query = bootQuery(log)
        await query.settled(log.store.head)
        const pages = ({ http }: Pick<Query, 'http'>) =>
          Promise.all([1, 2, 3, 4, 5].map(async (n) => (await http.get(`/posts/post-${n}`)).body.related))
        for (let begun = 0; begun < events.length; begun += 15) {
          await pages(query)
          await log.publish(...events.slice(begun, begun + 15))
        }
        await query.settled(log.store.head)
        await prepared(query)
        const fresh = bootQuery({ bus: inPagesOf(log.bus, size) })
        await fresh.settled(log.store.head)
        expect(await pages(query)).toEqual(await pages(fresh))
        await Promise.all([query.close(), fresh.close()])
      }),
      cases(6),
    )
  })
})
