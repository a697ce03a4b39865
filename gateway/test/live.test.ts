import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { limits } from '../src/limits.ts'
import type { LiveBounds } from '../src/live/live.ts'
import { createFakeQuery, edited, gone, postOf } from './fake-query.ts'
import { startGateway } from './running.ts'

const [post, other] = [postOf(1), postOf(2)]
const quick = { backoffMs: { initial: 5, max: 20 } }

const boot = async (live: Partial<LiveBounds> = {}) => {
  const query = createFakeQuery()
  const gateway = await startGateway({
    handlers: { query: query.handler },
    trustedProxies: ['127.0.0.0/8'],
    load: { live: { ...limits.live, ...quick, ...live } },
  })
  const watch = async (path: string, headers: Record<string, string> = {}) => {
    const call = request(`${gateway.url}/api/changes${path}`, { headers }).end()
    onTestFinished(() => void call.destroy())
    call.on('error', () => {})
    const [answer] = (await once(call, 'response')) as [IncomingMessage]
    const watching = { answer, call, text: '', ended: false }
    answer.setEncoding('utf8').on('data', (chunk) => {
      watching.text += chunk
    })
    answer.once('end', () => {
      watching.ended = true
    })
    answer.on('error', () => {})
    return watching
  }
  const streams = async () => (await gateway.agent.get('/health')).body.load.streams
  const isFollowing = () => vi.waitFor(async () => expect((await streams()).position).not.toBeNull())
  return { ...gateway, query, watch, streams, isFollowing }
}

const idsIn = ({ text }: { text: string }): string[] =>
  [...text.matchAll(/^id: (\d+)$/gm)].map(([, id]) => id ?? '')

describe('browsers that watch posts', () => {
  it('are told by one stream from query, each of their own post', async () => {
    const { query, watch, isFollowing, streams } = await boot()
    const ofPost = await Promise.all(Array.from({ length: 20 }, () => watch(`?post=${post}`)))
    const ofOther = await watch(`?post=${other}`)
    await isFollowing()
    query.happen(edited(post, 1), edited(other, 2))
    query.happen(edited(post, 3))
    for (const each of ofPost) await vi.waitFor(() => expect(idsIn(each)).toEqual(['1', '3']))
    await vi.waitFor(() => expect(idsIn(ofOther)).toEqual(['2']))
    expect(query.feeds.size).toBe(1)
    expect(await streams()).toEqual({ open: 21, position: 3 })
    expect(ofOther.answer.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
    })
  })

  it('all watchers of a post get the same: query is requested without their credentials', async () => {
    const { query, watch } = await boot()
    await watch(`?post=${post}`, { Cookie: 'logbook.session_token=secret' })
    await vi.waitFor(() => expect(query.feeds.size).toBe(1))
    for (const { authorization } of query.asked) expect(authorization).toBeUndefined()
  })

  it('leave nothing behind when they go', async () => {
    const { watch, streams } = await boot()
    const { call } = await watch(`?post=${post}`)
    call.destroy()
    await vi.waitFor(async () => expect((await streams()).open).toBe(0))
  })

  it('are answered as query answers where there is no such post or no post is named', async () => {
    const { query, agent } = await boot()
    query.state.missing.add(post)
    const missing = await agent.get(`/api/changes?post=${post}`)
    expect([missing.status, missing.headers['content-type']]).toEqual([404, 'application/problem+json'])
    expect((await agent.get('/api/changes')).status).toBe(422)
    expect((await agent.head(`/api/changes?post=${other}`)).headers['content-type']).toContain(
      'text/event-stream',
    )
  })

  it('are told that their post is gone, then nothing', async () => {
    const { query, watch, isFollowing } = await boot()
    const watching = await watch(`?post=${post}`)
    await isFollowing()
    query.happen(gone(post, 1))
    await vi.waitFor(() => expect(watching.ended).toBe(true))
    expect(watching.text).toContain('event: post-removed')
  })
})

describe('who comes back', () => {
  it('is told what they missed and no more, by query where it is long ago', async () => {
    const { query, watch, isFollowing } = await boot()
    query.happen(edited(post, 1), edited(post, 2), edited(post, 3))
    const back = await watch(`?post=${post}&after=1`, { 'Last-Event-ID': '2' })
    await vi.waitFor(() => expect(idsIn(back)).toEqual(['3']))
    await isFollowing()
    query.happen(edited(post, 4))
    await vi.waitFor(() => expect(idsIn(back)).toEqual(['3', '4']))
  })

  it('is told what happened lately without a question to query', async () => {
    const { query, watch, isFollowing } = await boot()
    const first = await watch(`?post=${post}`)
    await isFollowing()
    query.happen(edited(post, 1), edited(other, 2), edited(post, 3))
    await vi.waitFor(() => expect(idsIn(first)).toEqual(['1', '3']))
    const before = query.questions().length
    const back = await watch(`?post=${post}`, { 'Last-Event-ID': '1' })
    await vi.waitFor(() => expect(idsIn(back)).toEqual(['3']))
    expect(query.questions()).toHaveLength(before)
  })

  it('after more than the gateway remembers is told by query', async () => {
    const { query, watch, isFollowing } = await boot({ ringEntriesMax: 4 })
    const first = await watch(`?post=${post}`)
    await isFollowing()
    for (let position = 1; position <= 20; position++) query.happen(edited(post, position))
    await vi.waitFor(() => expect(idsIn(first)).toHaveLength(20))
    const before = query.questions().length
    const back = await watch(`?post=${post}`, { 'Last-Event-ID': '17' })
    await vi.waitFor(() => expect(idsIn(back)).toEqual(['18', '19', '20']))
    const longAgo = await watch(`?post=${post}`, { 'Last-Event-ID': '2' })
    await vi.waitFor(() => expect(idsIn(longAgo)).toHaveLength(18))
    expect(query.questions().length).toBeGreaterThan(before)
  })

  it('after too much is told to load the page again', async () => {
    const { query, watch } = await boot()
    query.happen(edited(post, 9))
    query.state.tooMuchBefore = 5
    const back = await watch(`?post=${post}&after=1`)
    await vi.waitFor(() => expect(back.text).toContain('id: 9\nevent: reload\n'))
  })

  it('with a position that query has not come to is not told it again', async () => {
    const { query, watch, isFollowing } = await boot()
    const ahead = await watch(`?post=${post}&after=2`)
    await isFollowing()
    query.happen(edited(post, 1), edited(post, 2))
    query.happen(edited(post, 3))
    await vi.waitFor(() => expect(idsIn(ahead)).toEqual(['3']))
  })
})

describe('where the stream from query breaks', () => {
  it('it is begun again, and all are told what they missed, each thing once', async () => {
    const { query, watch, isFollowing } = await boot()
    const watching = await watch(`?post=${post}`)
    const ofOther = await watch(`?post=${other}`)
    await isFollowing()
    query.happen(edited(post, 1))
    query.state.isAway = true
    query.breakFeeds()
    await vi.waitFor(() => expect(query.feeds.size).toBe(0))
    query.happen(edited(post, 2), edited(other, 3))
    query.state.isAway = false
    await vi.waitFor(() => expect(idsIn(watching)).toEqual(['1', '2']))
    query.happen(edited(post, 4))
    await vi.waitFor(() => expect(idsIn(watching)).toEqual(['1', '2', '4']))
    await vi.waitFor(() => expect(idsIn(ofOther)).toEqual(['3']))
    expect(watching.ended).toBe(false)
  })

  it('who watches a post that went meanwhile is told so', async () => {
    const { query, watch, isFollowing } = await boot()
    const watching = await watch(`?post=${post}`)
    await isFollowing()
    query.state.missing.add(post)
    query.breakFeeds()
    await vi.waitFor(() => expect(watching.ended).toBe(true))
    expect(watching.text).toContain('event: post-removed')
  })

  it('who begins to watch is told to come back, with a problem', async () => {
    const { query, agent } = await boot()
    query.state.isAway = true
    const answer = await agent.get(`/api/changes?post=${post}`)
    expect([answer.status, answer.body.code, answer.headers['retry-after']]).toEqual([
      503,
      'unavailable',
      '2',
    ])
  })
})

describe('streams', () => {
  const from = (network: number) => ({ 'X-Forwarded-For': `2001:db8:0:${network}::${network}` })

  it('are so many of a network at most, an IPv6 /64 being one, and so many altogether', async () => {
    const { agent, watch, query } = await boot({ max: 5, perNetworkMax: 2 })
    const path = `?post=${post}`
    const first = await watch(path, { 'X-Forwarded-For': '2001:db8:0:1::a' })
    await watch(path, { 'X-Forwarded-For': '2001:db8:0:1::b' })
    const refused = await agent.get(`/api/changes${path}`).set(from(1))
    expect([refused.status, refused.body.code, refused.headers['retry-after']]).toEqual([
      429,
      'too-many',
      '30',
    ])
    for (const network of [2, 3, 4]) await watch(path, from(network))
    expect((await agent.get(`/api/changes${path}`).set(from(5))).status).toBe(503)
    expect((await agent.get('/api/posts').set(from(1))).text).toBe('query GET /posts')
    first.call.destroy()
    await vi.waitFor(async () => expect((await watch(path, from(1))).answer.statusCode).toBe(200))
    expect(query.feeds.size).toBe(1)
  })

  it('hold no connection of ordinary requests', async () => {
    const lane = { underWayMax: 1, underWayPerNetworkMax: 1, waitingMax: 50, waitingPerNetworkMax: 50 }
    const query = createFakeQuery()
    const { url, agent } = await startGateway({
      handlers: { query: query.handler },
      load: { perService: lane },
    })
    const calls = Array.from({ length: 30 }, () => request(`${url}/api/changes?post=${post}`).end())
    onTestFinished(() => calls.forEach((call) => void call.on('error', () => {}).destroy()))
    await Promise.all(calls.map((call) => once(call, 'response')))
    expect((await agent.get('/api/posts')).text).toBe('query GET /posts')
    const { body } = await agent.get('/health')
    expect(body.load.requests.query).toEqual({ underWay: 0, waiting: 0 })
    expect(body.load.streams.open).toBe(30)
  })

  it('whose browser does not read are ended before they fill the memory, and the others go on', async () => {
    const { query, watch, streams, isFollowing } = await boot({ unreadBytesMax: 20_000 })
    const lazy = await watch(`?post=${post}`)
    lazy.answer.pause()
    const keen = await watch(`?post=${post}`)
    await isFollowing()
    const slug = 'x'.repeat(500_000)
    for (let position = 1; (await streams()).open === 2; position++) {
      query.happen({ post, position, change: { kind: 'post', id: post, slug, version: position } })
      await vi.waitFor(() => expect(idsIn(keen)).toContain(String(position)))
      expect(position).toBeLessThan(400)
    }
    expect(keen.ended).toBe(false)
  })

  it('carry a heartbeat while nothing happens', async () => {
    const { watch } = await boot({ heartbeatMs: 30 })
    const { text } = await vi.waitFor(async () => {
      const watching = await watch(`?post=${post}`)
      await vi.waitFor(() => expect(watching.text).toContain(': heartbeat\n\n'))
      return watching
    })
    expect(text).toContain('retry: 2000\n')
  })

  it('end when the gateway stops, and with them the stream from query', async () => {
    const { query, watch, drain, isFollowing } = await boot()
    const watching = await watch(`?post=${post}`)
    await isFollowing()
    drain()
    await vi.waitFor(() => expect(watching.ended).toBe(true))
    await vi.waitFor(() => expect(query.feeds.size).toBe(0))
  })
})
