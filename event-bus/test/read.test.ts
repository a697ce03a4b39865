import { connect } from 'node:net'
import { temporaryFolder } from '@logbook/chassis/testing/temporary-folder.ts'
import type { RecordedEvent } from '@logbook/contracts/envelope.ts'
import { limits } from '@logbook/event-bus/limits.ts'
import { openLogFile } from '@logbook/event-bus/log/sqlite-rows.ts'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { fill, post, type RunningBus, startBus } from './running-bus.ts'

let bus: RunningBus
let file: string
beforeEach(async () => {
  const folder = temporaryFolder()
  file = `${folder}/log.sqlite`
  bus = await startBus({ file })
})

const get = (path: string, headers: Record<string, string> = {}) => fetch(`${bus.url}${path}`, { headers })

const positionsOf = (events: readonly RecordedEvent[]) => events.map(({ position }) => position)
const upTo = (count: number, from = 1) => Array.from({ length: count }, (_, index) => from + index)

const nextOf = (answer: Response) => /^<([^>]+)>; rel="next"$/.exec(answer.headers.get('Link') ?? '')?.[1]

describe('GET /events', () => {
  it('reading an empty log gives an empty array at position 0', async () => {
    const answer = await get('/events')
    expect([answer.status, answer.headers.get('Position'), await answer.json()]).toEqual([200, '0', []])
    expect(nextOf(answer)).toBeUndefined()
  })

  it('links lead through the whole log', async () => {
    await fill(bus, 250)
    const seen: number[] = []
    for (let path: string | undefined = '/events?limit=100'; path; ) {
      const answer: Response = await get(path)
      seen.push(...positionsOf((await answer.json()) as RecordedEvent[]))
      expect(answer.headers.get('Position')).toBe(String(seen.at(-1)))
      path = nextOf(answer)
    }
    expect(seen).toEqual(upTo(250))
  })

  it('filters by types and subject are kept in the link', async () => {
    await fill(bus, 100)
    const answer = await get('/events?types=A,None&subject=s-4&limit=2')
    const events = (await answer.json()) as RecordedEvent[]
    expect(events.map(({ type, subject }) => [type, subject])).toEqual([
      ['A', 's-4'],
      ['A', 's-4'],
    ])
    expect(nextOf(answer)).toBe('/events?types=A%2CNone&subject=s-4&limit=2&after=15')
  })

  it('Position shows that a filtered read scanned further than its matches', async () => {
    await fill(bus, 100)
    const answer = await get('/events?types=None')
    expect([answer.headers.get('Position'), await answer.json()]).toEqual(['100', []])
  })

  it('each event is served as it is stored', async () => {
    await post(bus, '{"type":"A","id":"x","time":"2026-01-01T00:00:00Z","data":{"b":1,"a":[ ]}}')
    const text = await (await get('/events')).text()
    const { events } = await bus.store.read({ after: 0, limit: 1 })
    expect(text).toBe(`[${events}]`)
  })

  it('a page of large events ends at its bytes', async () => {
    const events = Array.from({ length: 12 }, () => ({ type: 'A', data: 'x'.repeat(900_000) }))
    await post(bus, JSON.stringify(events))
    const answer = await get('/events?limit=1000')
    const count = ((await answer.json()) as unknown[]).length
    expect(count).toBe(Math.ceil(limits.pageBytesMax / 900_000))
    expect(nextOf(answer)).toBe(`/events?limit=1000&after=${count}`)
  })

  it('HEAD is answered with the same headers and no body', async () => {
    await fill(bus, 3)
    for (const accept of ['application/json', 'text/event-stream']) {
      const answer = await fetch(`${bus.url}/events`, { method: 'HEAD', headers: { accept } })
      expect([answer.status, answer.headers.get('Position'), await answer.text()]).toEqual([200, '3', ''])
    }
  })
})

describe('GET /events as NDJSON', () => {
  const ndjson = { accept: 'application/x-ndjson' }
  const eventsOf = (text: string): RecordedEvent[] =>
    text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line))

  it('NDJSON is the whole log, one event per line', async () => {
    await fill(bus, 2_345)
    const answer = await get('/events', ndjson)
    expect(answer.headers.get('Position')).toBe('2345')
    expect(positionsOf(eventsOf(await answer.text()))).toEqual(upTo(2_345))
  })

  it('NDJSON with a limit is a page like any other', async () => {
    await fill(bus, 30)
    const answer = await get('/events?limit=10&types=B', ndjson)
    expect([answer.headers.get('Position'), nextOf(answer)]).toEqual([
      '20',
      '/events?limit=10&types=B&after=20',
    ])
    expect(eventsOf(await answer.text())).toHaveLength(10)
  })

  it('the bus reads no further than a slow reader takes', async () => {
    for (let part = 0; part < 4; part += 1)
      await post(
        bus,
        JSON.stringify(Array.from({ length: 15 }, () => ({ type: 'A', data: 'x'.repeat(1_000_000) }))),
      )
    const read = vi.spyOn(bus.store, 'read')
    const { hostname, port } = new URL(bus.url)
    const socket = connect(Number(port), hostname)
    socket.write('GET /events HTTP/1.1\r\nHost: x\r\nAccept: application/x-ndjson\r\n\r\n')
    await new Promise((resolve) => socket.once('readable', resolve))
    await vi.waitFor(() => expect(read.mock.calls.length).toBeGreaterThan(1))
    // The system's own buffers take some megabytes; the rest of the sixty stays in the log.
    const reads = async () => {
      const before = read.mock.calls.length
      await get('/health')
      await get('/health')
      return [before, read.mock.calls.length]
    }
    await vi.waitFor(async () => {
      const [before, now] = await reads()
      expect(before).toBe(now)
    })
    expect(read.mock.calls.length).toBeLessThan(40)
    // It holds no lock either: the WAL can be emptied while it dawdles.
    const db = openLogFile(file)
    expect(db.pragma('wal_checkpoint(TRUNCATE)')).toMatchObject([{ busy: 0, log: 0 }])
    db.close()
    let bytes = 0
    for await (const chunk of socket) {
      bytes += chunk.length
      if (bytes > 60_000_000) break
    }
    expect(read.mock.calls.length).toBeGreaterThanOrEqual(60)
  })
})

describe('GET /streams/:subject', () => {
  it('a stream is served in order, with its version as ETag', async () => {
    await fill(bus, 100)
    const answer = await get('/streams/s-3')
    const events = (await answer.json()) as RecordedEvent[]
    expect(events.map(({ version, position }) => [version, position])).toEqual(
      upTo(10).map((version) => [version, (version - 1) * 10 + 4]),
    )
    expect([answer.headers.get('ETag'), answer.headers.get('Position')]).toEqual(['"10"', '100'])
  })

  it('a stream is paged by version', async () => {
    await fill(bus, 100)
    const answer = await get('/streams/s-3?after=2&limit=3')
    const events = (await answer.json()) as RecordedEvent[]
    expect(events.map(({ version }) => version)).toEqual([3, 4, 5])
    expect([answer.headers.get('ETag'), nextOf(answer)]).toEqual(['"10"', '/streams/s-3?after=5&limit=3'])
    expect(nextOf(await get('/streams/s-3?after=7&limit=3'))).toBeUndefined()
  })

  it('a stream at a known version is answered 304', async () => {
    await fill(bus, 10)
    const etag = (await get('/streams/s-3')).headers.get('ETag') ?? ''
    expect((await get('/streams/s-3', { 'if-none-match': etag })).status).toBe(304)
    await fill(bus, 10)
    expect((await get('/streams/s-3', { 'if-none-match': etag })).status).toBe(200)
  })

  it('a stream name that needs encoding can be read', async () => {
    await post(bus, JSON.stringify({ type: 'A', subject: 'a/b?c#d%', data: 1 }))
    expect((await get(`/streams/${encodeURIComponent('a/b?c#d%')}`)).status).toBe(200)
  })
})

describe('GET /health', () => {
  it('/health shows the end of the log and the number of followers', async () => {
    await fill(bus, 7)
    expect(await (await get('/health')).json()).toMatchObject({
      ...{ status: 'ok', service: 'event-bus', ready: true, complaints: [] },
      ...{ position: 7, log: { id: bus.store.identity.id, epoch: 1 }, followers: 0, damage: null },
    })
  })
})
