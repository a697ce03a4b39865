import { once } from 'node:events'
import { listen } from '@logbook/chassis/http/server.ts'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { WebSocket } from 'ws'
import { limits } from '../src/limits.ts'
import type { LiveBounds } from '../src/live/live.ts'
import { createFakeQuery, edited, gone, postOf } from './fake-query.ts'
import { openSocket, startGateway } from './running.ts'

const [post, other] = [postOf(1), postOf(2)]

const boot = async (live: Partial<LiveBounds> = {}) => {
  const query = createFakeQuery()
  const gateway = await startGateway({
    handlers: { query: query.handler },
    trustedProxies: ['127.0.0.0/8'],
    load: { live: { ...limits.live, backoffMs: { initial: 5, max: 20 }, ...live } },
  })
  const open = (path: string, headers: Record<string, string> = {}, autoPong = true) => {
    const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}${path}`, { headers, autoPong })
    onTestFinished(() => socket.terminate())
    const opened = { socket, told: [] as { id: number; event: string; data: unknown }[], code: 0, status: 0 }
    socket.on('message', (text) => opened.told.push(JSON.parse(String(text))))
    socket.on('close', (code) => {
      opened.code = code
    })
    socket.on('unexpected-response', (_, res) => {
      opened.status = res.statusCode ?? 0
      res.resume()
    })
    socket.on('error', () => {})
    return opened
  }
  const watch = async (path: string, headers?: Record<string, string>, autoPong?: boolean) => {
    const opened = open(`/api/changes${path}`, headers, autoPong)
    await once(opened.socket, 'open')
    return opened
  }
  const refused = async (path: string, headers?: Record<string, string>): Promise<number> => {
    const opened = open(path, headers)
    return vi.waitFor(() => {
      expect(opened.status).not.toBe(0)
      return opened.status
    })
  }
  const streams = async () => (await gateway.agent.get('/health')).body.load.streams
  const isFollowing = () => vi.waitFor(async () => expect((await streams()).position).not.toBeNull())
  return { ...gateway, query, watch, refused, streams, isFollowing }
}

const idsOf = ({ told }: { told: { id: number; event: string }[] }) =>
  told.filter(({ event }) => event !== 'watching').map(({ id }) => id)

describe('a WebSocket to /api/changes', () => {
  it('is told the same events as a stream, begins where it says, and comes back to what it missed', async () => {
    const { query, watch, isFollowing, streams } = await boot()
    query.happen(edited(post, 1), edited(post, 2), edited(post, 3))
    const watching = await watch(`?post=${post}&after=1`)
    await vi.waitFor(() => expect(idsOf(watching)).toEqual([2, 3]))
    expect(watching.told[0]).toEqual({ id: 3, event: 'watching', data: {} })
    await isFollowing()
    query.happen(edited(other, 4), edited(post, 5))
    await vi.waitFor(() => expect(idsOf(watching)).toEqual([2, 3, 5]))
    expect(watching.told.at(-1)).toEqual({ id: 5, event: 'post', data: edited(post, 5).change })
    watching.socket.close()
    await vi.waitFor(async () => expect((await streams()).open).toBe(0))
    query.happen(edited(post, 6))
    const back = await watch(`?post=${post}`, { 'Last-Event-ID': '5' })
    await vi.waitFor(() => expect(idsOf(back)).toEqual([6]))
  })

  it('is closed after it is told that its post is gone, and asked to come back when the gateway stops', async () => {
    const { query, watch, isFollowing, drain } = await boot()
    const [gonePost, stopped] = [await watch(`?post=${post}`), await watch(`?post=${other}`)]
    await isFollowing()
    query.happen(gone(post, 1))
    await vi.waitFor(() => expect(gonePost.code).toBe(1_000))
    expect(gonePost.told.at(-1)?.event).toBe('post-removed')
    drain()
    await vi.waitFor(() => expect(stopped.code).toBe(1_012))
  })

  it('is refused to pages of other sites, under other names, without a post, and beyond the share of a network', async () => {
    const { watch, refused, query, streams } = await boot({ perNetworkMax: 1 })
    const path = `/api/changes?post=${post}`
    expect(await refused(path, { Origin: 'https://evil.example' })).toBe(403)
    expect(await refused(path, { Host: 'evil.example' })).toBe(403)
    query.state.missing.add(other)
    expect(await refused(`/api/changes?post=${other}`)).toBe(404)
    expect(await refused('/api/changes')).toBe(422)
    const from = { 'X-Forwarded-For': '203.0.113.9' }
    const first = await watch(`?post=${post}`, {
      ...from,
      Host: 'blog.example',
      Origin: 'https://blog.example',
    })
    expect(await refused(path, from)).toBe(429)
    first.socket.close()
    await vi.waitFor(async () => expect((await streams()).open).toBe(0))
    expect((await watch(`?post=${post}`, from)).socket.readyState).toBe(1)
  })

  it('is there at no other address, and a handshake that is none is answered', async () => {
    const { refused, url, query } = await boot()
    for (const path of ['/', '/api/posts', '/api/changes/', '/api/changes/feed', '/api//changes'])
      expect([path, await refused(path)]).toEqual([path, 404])
    const raw = openSocket(url)
    raw.socket.write(
      `GET /api/changes?post=${post} HTTP/1.1\r\nHost: blog.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`,
    )
    await vi.waitFor(() => expect(raw.got).toMatch(/^HTTP\/1\.1 4\d\d /))
    await vi.waitFor(() => expect(raw.socket.closed).toBe(true))
    expect(query.questions().length).toBeLessThanOrEqual(1)
  })

  it('that says something, gives no pong, or does not read is ended', async () => {
    const { query, watch, streams, isFollowing } = await boot({ heartbeatMs: 60, unreadBytesMax: 20_000 })
    const talks = await watch(`?post=${post}`)
    talks.socket.send('hello')
    await vi.waitFor(() => expect(talks.code).toBe(1_008))
    const shouts = await watch(`?post=${post}`)
    shouts.socket.send('x'.repeat(100_000))
    await vi.waitFor(() => expect(shouts.code).toBe(1_009))
    const silent = await watch(`?post=${post}`, {}, false)
    await vi.waitFor(() => expect(silent.code).toBe(1_006))
    const lazy = await watch(`?post=${post}`)
    const keen = await watch(`?post=${other}`)
    await isFollowing()
    lazy.socket.pause()
    const slug = 'x'.repeat(500_000)
    for (let position = 1; (await streams()).open === 2; position++) {
      query.happen({ post, position, change: { kind: 'post', id: post, slug, version: position } })
      expect(position).toBeLessThan(400)
    }
    expect(keen.code).toBe(0)
  })

  it('keeps no gateway from stopping, though the browser never closes its end', async () => {
    const { app, upgrades, drain } = await boot()
    const { url, close } = await listen(app, { host: '127.0.0.1', port: 0, upgrades })
    const socket = new WebSocket(`${url.replace('http', 'ws')}/api/changes?post=${post}`)
    socket.on('error', () => {})
    await once(socket, 'open')
    socket.pause()
    drain()
    await close()
  })
})
