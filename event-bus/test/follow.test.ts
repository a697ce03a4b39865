import { get, type IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import type { LogStore } from '@logbook/chassis/log/log-store.ts'
import { memoryLog } from '@logbook/chassis/testing/memory-log.ts'
import { createParser, type EventSourceMessage } from 'eventsource-parser'
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { fill, post, type RunningBus, startBus } from './running-bus.ts'

let bus: RunningBus
beforeEach(async () => {
  bus = await startBus()
})

const upTo = (count: number, from = 1) => Array.from({ length: count }, (_, index) => from + index)

/** Follows, keeping every message and comment. */
const follow = async (query = '', headers: Record<string, string> = {}) => {
  const abort = new AbortController()
  onTestFinished(() => abort.abort())
  const answer = await fetch(`${bus.url}/events${query}`, {
    headers: { accept: 'text/event-stream', ...headers },
    signal: abort.signal,
  })
  const messages: EventSourceMessage[] = []
  const comments: string[] = []
  const parser = createParser({
    onEvent: (message) => messages.push(message),
    onComment: (comment) => comments.push(comment),
  })
  const decoder = new TextDecoder()
  const ended = (async () => {
    for await (const chunk of answer.body ?? []) parser.feed(decoder.decode(chunk, { stream: true }))
  })().catch(() => {})
  const ids = () => messages.filter(({ event }) => event === undefined).map(({ id }) => Number(id))
  const named = (name: string) => messages.filter(({ event }) => event === name)
  const until = (check: () => boolean) => vi.waitFor(() => expect(check()).toBe(true))
  return { answer, messages, comments, ids, named, until, ended, stop: () => abort.abort() }
}

describe('following', () => {
  it('following replays history, marks its end, and then sends live events', async () => {
    await fill(bus, 1_234)
    const following = await follow()
    await following.until(() => following.named('caught-up').length === 1)
    expect(following.ids()).toEqual(upTo(1_234))
    expect(following.messages.at(-1)).toMatchObject({ id: '1234', data: '{"position":1234}' })
    await fill(bus, 10)
    await following.until(() => following.ids().length === 1_244)
    expect(following.ids()).toEqual(upTo(1_244))
    expect(following.named('caught-up')).toHaveLength(1)
  })

  it('following sends each event as it is stored, in a frame with its position', async () => {
    await post(bus, '{"type":"A","data":"two\\nlines \\u2028"}')
    const following = await follow()
    await following.until(() => following.ids().length === 1)
    const [first] = following.messages.filter(({ event }) => event === undefined)
    expect(first?.data).toBe((await bus.store.read({ after: 0, limit: 1 })).events[0])
  })

  it('following begins after a position, or after Last-Event-ID, which takes precedence', async () => {
    await fill(bus, 10)
    const after = await follow('?after=7')
    const again = await follow('?after=2', { 'last-event-id': '9' })
    await again.until(() => again.named('caught-up').length === 1 && after.named('caught-up').length === 1)
    expect([after.ids(), again.ids()]).toEqual([[8, 9, 10], [10]])
  })

  it('following loses and repeats nothing between replay and live, whenever it begins', async () => {
    const publishing = (async () => {
      for (let part = 0; part < 60; part += 1) await fill(bus, 20)
    })()
    const followings = []
    for (let index = 0; index < 12; index += 1) {
      followings.push(await follow())
      await vi.waitFor(() => expect(bus.store.head()).toBeGreaterThan(index * 80))
    }
    await publishing
    for (const following of followings) {
      await following.until(() => following.ids().at(-1) === 1_200)
      expect(following.ids()).toEqual(upTo(1_200))
    }
  })

  it('following with a filter sends matches, and checkpoints for skipped events', async () => {
    await fill(bus, 9)
    const following = await follow('?types=B&subject=s-1')
    await following.until(() => following.named('caught-up').length === 1)
    expect(following.ids()).toEqual([2])
    expect(following.named('checkpoint').map(({ id }) => id)).toEqual(['9'])
    await fill(bus, 9)
    await following.until(() => following.named('checkpoint').at(-1)?.id === '18')
    expect(following.ids()).toEqual([2, 11])
  })

  it('a follower that is more than a page behind is told so, and told again when it has caught up', async () => {
    const following = await follow()
    await following.until(() => following.named('caught-up').length === 1)
    await fill(bus, 2_000)
    await following.until(() => following.named('caught-up').length >= 2)
    const standings = following.messages
      .map(({ event }) => event)
      .filter((event) => event !== undefined && event !== 'log')
    expect(standings.slice(0, 3)).toEqual(['caught-up', 'fell-behind', 'caught-up'])
    expect(following.ids()).toEqual(upTo(2_000))
  })

  it('a follower that disconnects is released', async () => {
    const followers = async () => (await (await fetch(`${bus.url}/health`)).json()).followers
    const { hostname, port } = new URL(bus.url)
    const socket = connect(Number(port), hostname)
    socket.write('GET /events HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\n\r\n')
    await vi.waitFor(async () => expect(await followers()).toBe(1))
    socket.destroy()
    await vi.waitFor(async () => expect(await followers()).toBe(0))
  })

  it('streams of followers end when the bus closes', async () => {
    const following = await follow()
    await following.until(() => following.named('caught-up').length === 1)
    await bus.close()
    await following.ended
    expect(following.ids()).toEqual([])
  })
})

describe('the live signal', () => {
  it('a wake-up only makes a follower read from its own cursor', async () => {
    // The first look after each append finds the log as it was before, as a look does that comes a moment too early.
    const log = memoryLog()
    let seen = 0
    const read: LogStore['read'] = async (request) => {
      if (seen === log.head()) return log.read(request)
      seen = log.head()
      return { events: [], positions: [], position: request.after, more: false }
    }
    bus = await startBus({ store: { ...log, read } })
    const following = await follow()
    for (let part = 0; part < 30; part += 1) await fill(bus, 3)
    await following.until(() => following.ids().length === 90)
    expect(following.ids()).toEqual(upTo(90))
  })
})

describe('a slow follower', () => {
  it('a slow follower slows its own reads, is not dropped, is told its state, and gets all events', async () => {
    const read = vi.spyOn(bus.store, 'read')
    // The reader takes nothing until the end of the test.
    const slow = await new Promise<IncomingMessage>((resolve, reject) => {
      const headers = { accept: 'text/event-stream' }
      get(`${bus.url}/events`, { headers }, resolve).on('error', reject)
    })
    onTestFinished(() => {
      slow.destroy()
    })
    const large = JSON.stringify(
      Array.from({ length: 15 }, () => ({ type: 'A', data: 'x'.repeat(1_000_000) })),
    )
    for (let part = 0; part < 4; part += 1) await post(bus, large)
    // It stopped reading long before the end, while others follow at full speed.
    const quick = await follow('?after=40')
    await quick.until(() => quick.ids().at(-1) === 60)
    const slowReads = read.mock.calls.filter(([{ after }]) => after < 40).length
    expect(slowReads).toBeLessThan(35)
    const ids: number[] = []
    const standings: string[] = []
    const parser = createParser({
      onEvent({ id, event }) {
        if (event === undefined) ids.push(Number(id))
        else if (event !== 'log') standings.push(event)
      },
    })
    for await (const chunk of slow.setEncoding('utf8')) {
      parser.feed(chunk)
      if (standings.length === 3) break
    }
    expect(ids).toEqual(upTo(60))
    expect(standings).toEqual(['caught-up', 'fell-behind', 'caught-up'])
  })
})
