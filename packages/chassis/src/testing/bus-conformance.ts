import type { LogMark } from '@logbook/contracts/http/log-identity.ts'
import { v7 as uuidv7 } from 'uuid'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Bus, OutgoingEvent } from '../log/bus.ts'
import type { KnownLog } from '../log/identity.ts'

export const outgoing = (wanted: Partial<OutgoingEvent> = {}): OutgoingEvent => ({
  id: uuidv7(),
  type: 'Happened',
  subject: 'thing-1',
  source: '/test',
  data: null,
  ...wanted,
})

type Followed = { positions: number[]; position: number; caughtUp: boolean }[]

/** Follows until the position is reached, and returns the pages as they came. */
const followTo = async (
  bus: Bus,
  { to, after = 0, types }: { to: number; after?: number; types?: string[] },
): Promise<Followed> => {
  const abort = new AbortController()
  const pages: Followed = []
  const request = { after, signal: abort.signal }
  for await (const page of bus.follow(types ? { ...request, types } : request)) {
    const { events, position, caughtUp } = page
    pages.push({ positions: events.map((event) => event.position), position, caughtUp })
    if (position >= to && caughtUp) abort.abort()
  }
  return pages
}

const upTo = (count: number, from = 1) => Array.from({ length: count }, (_, index) => from + index)

const describeAppending = (current: () => Bus) => {
  it('appends, and answers with the place of each event', async () => {
    const [a, b] = [outgoing({ subject: 'a' }), outgoing({ subject: 'b' })]
    expect(await current().append([a, b])).toEqual([
      { id: a.id, position: 1, subject: 'a', version: 1, time: expect.any(String) },
      { id: b.id, position: 2, subject: 'b', version: 1, time: expect.any(String) },
    ])
  })

  it('fills in time, dataversion and media type', async () => {
    await current().append([outgoing()])
    const [event] = await current().readStream('thing-1')
    expect(event).toMatchObject({ specversion: '1.0', dataversion: 1, datacontenttype: 'application/json' })
    expect(Date.parse(event?.time ?? '')).not.toBeNaN()
  })

  it('gives a repeated append its first places, and says that it was repeated', async () => {
    const event = outgoing({ expectedversion: 'none' })
    const [first] = await current().append([event])
    expect(await current().append([event])).toEqual([{ ...first, repeated: true }])
    const [recorded] = await current().readStream('thing-1')
    expect(recorded).toMatchObject({ time: first?.time, position: first?.position })
  })

  it('rejects with the conflict and its actual version', async () => {
    await current().append([outgoing()])
    await expect(current().append([outgoing({ expectedversion: 'none' })])).rejects.toMatchObject({
      code: 'version-conflict',
      details: { extensions: { subject: 'thing-1', actual: 1 } },
    })
  })

  it('rejects only the append that was refused of many at once', async () => {
    const settled = await Promise.allSettled(
      upTo(50).map((n) => current().append([outgoing({ subject: `s-${n % 25}`, expectedversion: 'none' })])),
    )
    expect(settled.map(({ status }) => status)).toEqual(
      upTo(50).map((n) => (n <= 25 ? 'fulfilled' : 'rejected')),
    )
  })

  it('rejects an id that was used for another event', async () => {
    const event = outgoing()
    await current().append([event])
    await expect(current().append([{ ...event, data: 1 }])).rejects.toMatchObject({ code: 'id-conflict' })
  })
}

const describeReading = (current: () => Bus) => {
  it('reads pages, of some types or of all', async () => {
    for (const n of upTo(10)) await current().append([outgoing({ type: n % 2 ? 'Odd' : 'Even' })])
    const page = await current().read({ after: 2, limit: 3 })
    expect(page.events.map(({ position }) => position)).toEqual([3, 4, 5])
    expect(page).toMatchObject({ position: 5, more: true })
    const even = await current().read({ after: 0, limit: 10, types: ['Even'] })
    expect(even.events.map(({ position }) => position)).toEqual([2, 4, 6, 8, 10])
    const end = await current().read({ after: 10, limit: 10 })
    expect(end).toMatchObject({ events: [], position: 10, more: false, mark: { position: 10 } })
  })

  it('reads a whole stream, however long, or what stands after a version', async () => {
    for (const part of [700, 700, 700])
      await current().append(upTo(part).map(() => outgoing({ subject: 'long' })))
    const whole = await current().readStream('long')
    expect(whole.map(({ version }) => version)).toEqual(upTo(2_100))
    expect((await current().readStream('long', 2_098)).map(({ version }) => version)).toEqual([2_099, 2_100])
    expect(await current().readStream('long', 2_100)).toEqual([])
  })

  it('reads nothing of a stream that does not exist', async () => {
    expect(await current().readStream('none')).toEqual([])
  })
}

const describeFollowing = (current: () => Bus) => {
  it('follows history and then what comes, each event once and in order, however they interleave', async () => {
    const bus = current()
    for (const _ of upTo(20)) await bus.append(upTo(100).map(() => outgoing()))
    const followers = [0, 0, 1_500].map((after) => followTo(bus, { after, to: 3_000 }))
    for (const _ of upTo(200)) await bus.append(upTo(5).map(() => outgoing()))
    for (const [index, after] of [0, 0, 1_500].entries()) {
      const seen = (await followers[index])?.flatMap(({ positions }) => positions)
      expect(seen).toEqual(upTo(3_000 - after, after + 1))
    }
  })

  it('says when the history is read, on an empty log too', async () => {
    expect((await followTo(current(), { to: 0 })).at(-1)).toEqual({
      positions: [],
      position: 0,
      caughtUp: true,
    })
    await current().append([outgoing()])
    expect((await followTo(current(), { to: 1 })).at(-1)).toMatchObject({ position: 1, caughtUp: true })
  })

  it('moves past events of other types, before and after the end of history', async () => {
    const bus = current()
    await bus.append([outgoing({ type: 'Other' }), outgoing({ type: 'Wanted' }), outgoing({ type: 'Other' })])
    const following = followTo(bus, { to: 5, types: ['Wanted'] })
    await bus.append([outgoing({ type: 'Wanted' }), outgoing({ type: 'Other' })])
    const pages = await following
    expect(pages.flatMap(({ positions }) => positions)).toEqual([2, 4])
    expect(pages.at(-1)?.position).toBe(5)
  })

  it('refuses to follow from beyond the end: the log is not the one that was read', async () => {
    await expect(followTo(current(), { after: 7, to: 7 })).rejects.toMatchObject({
      code: 'conflict',
      details: { extensions: { head: 0 } },
    })
  })

  it('ends when its signal aborts while it waits', async () => {
    const abort = new AbortController()
    const pages = current().follow({ after: 0, signal: abort.signal })[Symbol.asyncIterator]()
    await pages.next()
    const waiting = (async () => {
      for (;;) if ((await pages.next()).done) return true
    })()
    abort.abort()
    expect(await waiting).toBe(true)
  })
}

const describeIdentity = (current: () => Bus) => {
  it('says which log each page is of, as a checkpoint that may be gone on from', async () => {
    const bus = current()
    for (const type of ['A', 'B', 'A', 'B']) await bus.append([outgoing({ type })])
    const marks = new Map<number, LogMark>()
    const abort = new AbortController()
    for await (const { mark } of bus.follow({ after: 0, types: ['A'], signal: abort.signal })) {
      if (mark) marks.set(mark.position, mark)
      if (mark?.position === 4) await bus.append([outgoing({ type: 'A' })])
      if (mark?.position === 5) abort.abort()
    }
    const [last, live] = [marks.get(4), marks.get(5)]
    expect(live).toMatchObject({ id: last?.id, epoch: 1, checksum: expect.stringMatching(/^[0-9a-f]{64}$/) })
    expect(live?.checksum).not.toBe(last?.checksum)
    for (const known of [last, { epoch: 0 } as const, undefined]) {
      const end = new AbortController()
      const request = { after: known === last ? 4 : 0, signal: end.signal, ...(known ? { known } : {}) }
      for await (const { mark } of bus.follow(request)) if (mark?.position === 5) end.abort()
    }
  })

  it.each<[string, (mark: LogMark) => KnownLog]>([
    ['another id', (mark) => ({ ...mark, id: 'another' })],
    ['another epoch', (mark) => ({ ...mark, epoch: 2 })],
    ['another event at the place', (mark) => ({ ...mark, checksum: 'a'.repeat(64) })],
    ['no identity, when the place was read', () => ({ epoch: 0 })],
  ])('refuses to go on with a log of %s', async (_, known) => {
    await current().append([outgoing(), outgoing()])
    const { mark } = await current().read({ after: 0, limit: 2 })
    if (mark === undefined) throw new Error('a page says which log it is of')
    const following = current().follow({ after: 2, known: known(mark), signal: AbortSignal.timeout(5_000) })
    await expect(following[Symbol.asyncIterator]().next()).rejects.toMatchObject({
      code: 'conflict',
      details: { extensions: { head: 2, log: { id: mark.id, epoch: 1 } } },
    })
  })
}

/** What every `Bus` must do, whatever is under it. `open` begins with an empty log. Runs as a vitest suite. */
export const busConformance = (
  name: string,
  open: () => Promise<{ bus: Bus; dispose: () => Promise<void> }>,
): void => {
  describe(`${name} is a bus`, () => {
    let opened: Awaited<ReturnType<typeof open>>
    const current = () => opened.bus
    beforeEach(async () => {
      opened = await open()
    })
    afterEach(() => opened.dispose())
    describeAppending(current)
    describeReading(current)
    describeFollowing(current)
    describeIdentity(current)
  })
}
