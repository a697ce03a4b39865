import { cases } from '@logbook/chassis/testing/cases.ts'
import type { RecordedEvent } from '@logbook/contracts/envelope.ts'
import { commentCreated, commentUpdated } from '@logbook/contracts/examples/comments.ts'
import { deletedUpdated, postCreated, postUpdated } from '@logbook/contracts/examples/posts.ts'
import { postPage, postSummary, tagCount } from '@logbook/contracts/http/query.ts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { timesProjection } from '../src/projections/times.ts'
import { booted, bootQuery, idOf, inPagesOf, logbook, openFile } from './booted.ts'
import { history, some } from './histories.ts'
import { model } from './model.ts'

type Query = ReturnType<typeof bootQuery>

/** What query says of a position, in the words of the model. */
const seenAsOf = async ({ moderator: http }: Query, asOf: number) => {
  const list = postSummary.array().parse((await http.get(`/posts?limit=100&asOf=${asOf}`)).body)
  const tags = tagCount.array().parse((await http.get(`/tags?asOf=${asOf}`)).body)
  const pages = await Promise.all(
    [1, 2, 3].map(async (n) => {
      const answer = await http.get(`/posts/${idOf(n)}?asOf=${asOf}`)
      if (answer.status === 404) return undefined
      const { id, title, content, commentCount: count, comments, quotes } = postPage.parse(answer.body)
      return { id, title, content, count, comments, quotes }
    }),
  )
  return {
    list: list.map(({ id, commentCount: count, comments: latest }) => ({ id, count, latest })),
    tags: Object.fromEntries(tags.map(({ tag, count }) => [tag, count])),
    pages,
  }
}

const expectedOf = (events: readonly RecordedEvent[]) => {
  const { list, tags, page } = model(events)
  return { list: list(), tags: tags(), pages: [1, 2, 3].map(idOf).map(page) }
}

describe('asOf', () => {
  it('asOf=n shows the effect of the first n events, for any history, n and size of the pages it was read in', async () => {
    await fc.assert(
      fc.asyncProperty(history, some(9), async (events, pageSize) => {
        const log = logbook()
        await log.publish(...events)
        const query = bootQuery({ bus: inPagesOf(log.bus, pageSize) })
        await query.settled(log.store.head)
        const recorded = (await log.bus.read({ after: 0, limit: 1_000 })).events
        for (let n = 0; n <= recorded.length; n += 1 + Math.floor(recorded.length / 8))
          expect(await seenAsOf(query, n)).toEqual(expectedOf(recorded.slice(0, n)))
        await query.close()
      }),
      cases(20),
    )
  })

  it('an answer with asOf has its position, and so has its next page', async () => {
    const { http, moderator } = await booted(
      postCreated({ id: idOf(1), slug: 'one', publishedAt: '2026-01-01T00:00:00Z' }),
      postCreated({ id: idOf(2), slug: 'two', publishedAt: '2026-01-02T00:00:00Z' }),
      postUpdated({ id: idOf(1), slug: 'newer', title: 'Newer', publishedAt: '2026-01-01T00:00:00Z' }),
      deletedUpdated({ id: idOf(1), slug: 'newer' }),
    )
    const first = await moderator.get('/posts?limit=1&asOf=3')
    expect(first.headers.position).toBe('3')
    const [, next = ''] = /<([^>]+)>/.exec(first.headers.link ?? '') ?? []
    expect(new URL(next, 'http://x').searchParams.get('asOf')).toBe('3')
    const second = await moderator.get(next)
    expect(second.body).toMatchObject([{ id: idOf(1), title: 'Newer' }])
    expect((await http.get('/posts')).body).toHaveLength(1)
    expect((await moderator.get('/posts/newer?asOf=2')).status).toBe(404)
    const moved = await moderator.get('/posts/one?asOf=3').redirects(0)
    expect([moved.status, moved.headers.location]).toEqual([308, 'newer?asOf=3'])
  })

  it('asOf takes a time in any zone, which means the last event up to it', async () => {
    const { http, bus, settled, store } = await booted()
    const at = (n: number) => new Date(Date.UTC(2026, 0, 1, n)).toISOString()
    const { type, subject, source, data } = commentCreated({ postId: idOf(1) })
    const post = postCreated({ id: idOf(1) })
    await bus.append([{ ...post, id: 'a', data: post.data, time: at(1) } as never])
    await bus.append([{ id: 'b', type, subject, source, data, time: at(3) }])
    await settled(store.head)
    const shown = async (time: string) => {
      const answer = await http.get(`/posts/${idOf(1)}?asOf=${encodeURIComponent(time)}`)
      return [answer.status, answer.headers.position, answer.body.comments?.length]
    }
    expect(await shown(at(0))).toEqual([404, '0', undefined])
    expect(await shown(at(1))).toEqual([200, '1', 0])
    expect(await shown(at(2))).toEqual([200, '1', 0])
    expect(await shown('2026-01-01T04:00:00+01:00')).toEqual([200, '2', 1])
  })

  it.each(['x', '-1', '1.5', '', '2026-01-01', '2026-13-01T00:00:00Z', '9999999999999999'])(
    'asOf refuses %j and names the field',
    async (asOf) => {
      const { http } = await booted(postCreated())
      for (const path of ['/posts?', '/tags?', `/posts/${idOf(1)}?`, '/search?q=x&']) {
        const { status, body } = await http.get(`${path}asOf=${encodeURIComponent(asOf)}`)
        expect([status, body.errors?.[0]?.path]).toEqual([422, 'asOf'])
      }
    },
  )

  it('asOf refuses positions beyond the view and times in the future', async () => {
    const { http } = await booted(postCreated(), commentUpdated())
    expect((await http.get('/posts?asOf=2')).status).toBe(200)
    for (const asOf of ['3', new Date(Date.now() + 3_600_000).toISOString()]) {
      for (const path of ['/posts?', '/search?q=x&']) {
        const { status, body } = await http.get(`${path}asOf=${asOf}`)
        expect([status, body.errors?.[0]?.path]).toEqual([422, 'asOf'])
      }
    }
  })
})

describe('a cursor', () => {
  it.each(['/posts?limit=1', '/search?q=heron&limit=1'])(
    'a cursor of %s is refused by another blog',
    async (path) => {
      const posts = [1, 2].map((n) => postCreated({ id: idOf(n), slug: `post-${n}`, content: 'heron' }))
      const [one, other] = [await booted(...posts), await booted(...posts)]
      const { link = '' } = (await one.http.get(path)).headers
      const [, next = ''] = /<([^>]+)>/.exec(link) ?? []
      expect((await one.http.get(next)).status).toBe(200)
      const { status, body } = await other.http.get(next)
      expect([status, body.errors?.[0]?.path]).toEqual([422, 'cursor'])
    },
  )
})

describe('the times of positions', () => {
  it('the position of a time is that of the last event up to it, for any clock and size of pages', () => {
    const steps = fc.array(fc.record({ ms: some(30), pageEnds: fc.boolean() }), { maxLength: 30 })
    fc.assert(
      fc.property(steps, fc.integer({ min: 0, max: 40 }), (events, asked) => {
        const times = timesProjection(openFile())
        times.begin()
        for (const [index, { ms, pageEnds }] of events.entries()) {
          times.apply({ id: `${index}`, time: new Date(ms).toISOString(), position: index + 1 })
          if (!pageEnds) continue
          times.end()
          times.begin()
        }
        times.end()
        expect(times.positionAt(asked)).toBe(events.findLastIndex(({ ms }) => ms <= asked) + 1)
      }),
    )
  })
})
