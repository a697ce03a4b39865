import { callers } from '@logbook/chassis/testing/access.ts'
import { initialSettings } from '@logbook/contracts/events/settings.ts'
import { postViewsCounted } from '@logbook/contracts/examples/figures.ts'
import { deletedUpdated, draftUpdated, postCreated, postUpdated } from '@logbook/contracts/examples/posts.ts'
import { settingsChanged } from '@logbook/contracts/examples/settings.ts'
import { figures } from '@logbook/contracts/http/figures.ts'
import type { Caller } from '@logbook/contracts/identity.ts'
import { describe, expect, it } from 'vitest'
import { booted, bootQuery, idOf, logbook, tokens } from './booted.ts'

const [heron, crane] = [idOf(1), idOf(2)]
const ofMine = { id: heron, slug: 'heron', title: 'A heron', authorId: callers.author.id }
const mine = postCreated(ofMine)
const other = postCreated({ id: crane, slug: 'crane', title: 'A crane', authorId: callers.owner.id })

interface Count {
  post?: string
  day?: string
  counter?: number
  views: number
  readers: number
  from?: Record<string, number>
}
const counted = ({ post = heron, day = '2026-03-01', counter = 1, views, readers, from = {} }: Count) =>
  postViewsCounted({
    ...{ day, counter: idOf(0xc0 + counter) },
    posts: [
      {
        ...{ id: post, views, readers },
        referrers: Object.entries(from).map(([host, count]) => ({ host, readers: count })),
      },
    ],
  })

const march = 'from=2026-03-01&to=2026-03-03'
const read = async (
  { http }: Pick<Awaited<ReturnType<typeof booted>>, 'http'>,
  {
    as = callers.owner,
    path = '/figures',
    period = march,
  }: { as?: Caller; path?: string; period?: string } = {},
) => http.get(`${path}?${period}`).set('Authorization', (await tokens.header(as)) ?? '')

describe('figures', () => {
  it('counters add up, the later count of one takes the place of the earlier, and every day of the period is there', async () => {
    const logbook = await booted(
      ...[mine, other],
      counted({ views: 3, readers: 2, from: { 'news.example.org': 1 } }),
      counted({ views: 7, readers: 4, from: { 'news.example.org': 3 } }),
      counted({ counter: 2, views: 10, readers: 5, from: { 'a.example.org': 1 } }),
      counted({ post: crane, day: '2026-03-03', views: 1, readers: 1, from: { 'news.example.org': 1 } }),
      counted({ day: '2026-02-28', views: 99, readers: 99 }),
    )
    const { status, body, headers } = await read(logbook)
    expect([status, headers['cache-control']]).toEqual([200, 'private, no-cache'])
    expect(figures.parse(body)).toEqual({
      ...{ from: '2026-03-01', to: '2026-03-03', views: 18, readers: 10 },
      days: [
        { day: '2026-03-01', views: 17, readers: 9 },
        { day: '2026-03-02', views: 0, readers: 0 },
        { day: '2026-03-03', views: 1, readers: 1 },
      ],
      posts: [
        { id: heron, slug: 'heron', title: 'A heron', views: 17, readers: 9 },
        { id: crane, slug: 'crane', title: 'A crane', views: 1, readers: 1 },
      ],
      // A host that one reader came from is not named.
      referrers: [{ host: 'news.example.org', readers: 4 }],
    })
  })

  it('authors see their own posts alone, moderators and owners all, and readers, guests and strangers nothing', async () => {
    const logbook = await booted(
      ...[mine, other],
      counted({ views: 2, readers: 2, from: { 'a.example.org': 2 } }),
      counted({ post: crane, views: 5, readers: 5, from: { 'b.example.org': 5 } }),
    )
    const own = (await read(logbook, { as: callers.author })).body
    expect([own.views, own.posts.map(({ id }: { id: string }) => id), own.referrers]).toEqual([
      ...[2, [heron], [{ host: 'a.example.org', readers: 2 }]],
    ])
    for (const as of [callers.moderator, callers.owner])
      expect((await read(logbook, { as })).body).toMatchObject({ views: 7, readers: 7 })
    const ofPost = (as: Caller, post: string) => read(logbook, { as, path: `/figures/${post}` })
    expect((await ofPost(callers.author, heron)).body).toMatchObject({ views: 2, posts: [{ id: heron }] })
    expect((await ofPost(callers.owner, crane)).body).toMatchObject({ views: 5, posts: [{ id: crane }] })
    for (const post of [crane, idOf(9)]) expect((await ofPost(callers.author, post)).status).toBe(404)
    for (const as of [callers.reader, callers.guest])
      expect([(await read(logbook, { as })).status, (await ofPost(as, heron)).status]).toEqual([403, 403])
    expect((await logbook.http.get('/figures')).status).toBe(401)
  })

  it('a post that was not opened has figures of 0, and its title', async () => {
    const logbook = await booted(mine)
    const { body } = await read(logbook, { path: `/figures/${heron}` })
    expect(body).toMatchObject({ views: 0, posts: [{ title: 'A heron', views: 0, readers: 0 }] })
    expect((await read(logbook)).body).toMatchObject({ views: 0, posts: [], referrers: [] })
  })

  it('posts that are deleted or not published are left out, and a new address changes nothing', async () => {
    const logbook = await booted(
      mine,
      counted({ views: 2, readers: 2 }),
      counted({ post: crane, views: 5, readers: 5 }),
    )
    const { publishAndSettle } = logbook
    await publishAndSettle(postUpdated({ ...ofMine, slug: 'grey-heron' }))
    expect((await read(logbook)).body).toMatchObject({ views: 2, posts: [{ slug: 'grey-heron', views: 2 }] })
    await publishAndSettle(draftUpdated({ id: heron }))
    expect((await read(logbook)).body).toMatchObject({ views: 0, posts: [] })
    await publishAndSettle(postUpdated({ ...ofMine, slug: 'grey-heron' }))
    expect((await read(logbook)).body).toMatchObject({ views: 2 })
    await publishAndSettle(deletedUpdated({ id: heron }), counted({ views: 9, readers: 9 }))
    expect((await read(logbook)).body).toMatchObject({ views: 0, posts: [] })
  })

  it('the period is the last 30 days in the time zone of the blog, unless it is named', async () => {
    const log = logbook()
    const clock = { now: () => new Date('2026-03-01T23:30:00Z'), steady: () => 0 }
    const query = bootQuery({ ...log, clock })
    await log.publish(settingsChanged({ settings: { ...initialSettings(), timeZone: 'Europe/Berlin' } }))
    await query.settled(log.store.head)
    const { body } = await read(query, { period: '' })
    expect([body.from, body.to, body.days.length]).toEqual(['2026-02-01', '2026-03-02', 30])
    expect((await read(query, { period: 'to=2026-02-28' })).body.from).toBe('2026-01-30')
  })

  it.each([
    ['ends before it begins', 'from=2026-03-02&to=2026-03-01'],
    ['is longer than a year', 'from=2025-01-01&to=2026-03-01'],
    ['names a day that a month does not have', 'from=2026-02-30'],
    ['begins before 1970', 'from=1969-12-31&to=1970-01-03'],
  ])('a period that %s is refused, and the field named', async (_why, period) => {
    const { status, body } = await read(await booted(mine), { period })
    expect([status, body.code, body.errors[0].path]).toEqual([422, 'invalid', 'from'])
  })
})
