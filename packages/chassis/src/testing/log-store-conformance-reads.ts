import type { RecordedEvent } from '@logbook/contracts/envelope.ts'
import { beforeEach, describe, expect, it } from 'vitest'
import type { LogStore, ReadRequest, StoredPage } from '../log/log-store.ts'
import { completeEvent as event } from './complete-event.ts'

const typesOf = ({ events }: StoredPage) => events.map((text) => (JSON.parse(text) as RecordedEvent).type)

/** Reads page after page as a follower does; fails if a page does not move, which would stall it. */
const walk = async (store: LogStore, request: Omit<ReadRequest, 'after'>): Promise<StoredPage[]> => {
  const pages: StoredPage[] = []
  for (let after = 0; ; ) {
    const page = await store.read({ after, ...request })
    pages.push(page)
    if (!page.more) return pages
    expect(page.position).toBeGreaterThan(after)
    after = page.position
  }
}

// 30 events, every third of type B, every fifth on stream five, the others on their own.
const history = Array.from({ length: 30 }, (_, index) => {
  const position = index + 1
  return event({
    type: position % 3 === 0 ? 'B' : 'A',
    subject: position % 5 === 0 ? 'five' : `s-${position}`,
    data: 'x'.repeat(100),
  })
})

const describeReading = (current: () => LogStore) => {
  describe('read', () => {
    beforeEach(async () => {
      await current().append(history.map((each) => [each]))
    })

    it('returns what stands after a position, in order, up to a limit', async () => {
      const page = await current().read({ after: 10, limit: 3 })
      expect(page).toMatchObject({ positions: [11, 12, 13], position: 13, more: true })
      expect(page.events.map((text) => JSON.parse(text).position)).toEqual([11, 12, 13])
    })

    it('says when it has come to the end', async () => {
      const end = { positions: [], position: 30, more: false }
      expect(await current().read({ after: 27, limit: 3 })).toMatchObject({ position: 30, more: false })
      expect(await current().read({ after: 30, limit: 3 })).toMatchObject(end)
    })

    it('does not go back when asked beyond the end', async () => {
      expect(await current().read({ after: 99, limit: 3 })).toMatchObject({
        events: [],
        position: 99,
        more: false,
      })
    })

    it.each([1, 2, 3, 7, 30, 100])('pages of %i add up to the whole log', async (limit) => {
      const pages = await walk(current(), { limit })
      expect(pages.flatMap(({ positions }) => positions)).toEqual(history.map((_, index) => index + 1))
    })

    it('filters before it limits', async () => {
      expect((await current().read({ after: 0, limit: 4, types: ['B'] })).positions).toEqual([3, 6, 9, 12])
    })

    it('moves past what does not match, to the end of the log', async () => {
      expect(await current().read({ after: 27, limit: 10, types: ['B'] })).toMatchObject({ positions: [30] })
      await current().append([[event({ type: 'A' })]])
      const page = await current().read({ after: 30, limit: 10, types: ['B'] })
      expect(page).toMatchObject({ events: [], position: 31, more: false })
    })

    it.each([
      [['A'], 20],
      [['B'], 10],
      [['A', 'B'], 30],
      [['A', 'A', 'None'], 20],
      [['None'], 0],
    ])('pages of types %j hold %i events', async (types, count) => {
      const pages = await walk(current(), { limit: 3, types })
      const found = pages.flatMap(typesOf)
      expect(found).toHaveLength(count)
      expect(found.filter((type) => !types.includes(type))).toEqual([])
    })

    it('reads one stream by its place in the log, with and without types', async () => {
      const read = async (request: Partial<ReadRequest>) =>
        (await current().read({ after: 0, limit: 10, subject: 'five', ...request })).positions
      expect(await read({})).toEqual([5, 10, 15, 20, 25, 30])
      expect(await read({ after: 10, limit: 2 })).toEqual([15, 20])
      expect(await read({ after: 11 })).toEqual([15, 20, 25, 30])
      expect(await read({ types: ['B'] })).toEqual([15, 30])
      expect(await read({ subject: 'none' })).toEqual([])
    })

    it('moves past the rest of the log when its stream has no more', async () => {
      await current().append([[event()]])
      const page = await current().read({ after: 30, limit: 10, subject: 'five' })
      expect(page).toMatchObject({ events: [], position: 31, more: false })
    })

    it('ends a page at its bytes, but never without an event', async () => {
      const whole = await current().read({ after: 0, limit: 30 })
      const size = Buffer.byteLength(whole.events[0] ?? '')
      expect((await current().read({ after: 0, limit: 30, bytesMax: 1 })).positions).toEqual([1])
      const page = await current().read({ after: 0, limit: 30, bytesMax: size * 3 + 1 })
      expect(page.positions.length).toBeGreaterThanOrEqual(3)
      expect(page.positions.length).toBeLessThanOrEqual(4)
      expect(page.more).toBe(true)
      const pages = await walk(current(), { limit: 30, bytesMax: 700 })
      expect(pages.flatMap(({ positions }) => positions)).toEqual(whole.positions)
    })
  })
}

/** The reading half of the suite. */
export const describeReads = (current: () => LogStore): void => {
  describeReading(current)

  describe('readStream', () => {
    it('returns the stream after a version, up to a limit', async () => {
      await current().append(
        Array.from({ length: 9 }, (_, i) => [event({ subject: i % 2 ? 'odd' : 'even' })]),
      )
      const page = await current().readStream('even', { after: 1, limit: 2 })
      expect(page.events.map((text) => JSON.parse(text).position)).toEqual([3, 5])
      expect(page).toMatchObject({ positions: [2, 3], position: 3, version: 5, more: true })
      expect(await current().readStream('even', { after: 3, limit: 2 })).toMatchObject({
        position: 5,
        more: false,
      })
    })

    it('ends a page at its bytes', async () => {
      await current().append([[event(), event(), event()]])
      const page = await current().readStream('thing-1', { after: 0, limit: 10, bytesMax: 1 })
      expect(page).toMatchObject({ positions: [1], more: true })
    })

    it('of a stream that does not exist is empty, at version 0', async () => {
      await current().append([[event()]])
      const page = await current().readStream('none', { after: 0, limit: 10 })
      expect(page).toMatchObject({ events: [], version: 0, more: false })
    })
  })

  it('an empty log has head 0 and nothing to read', async () => {
    expect(current().head()).toBe(0)
    const nothing = { events: [], positions: [], position: 0, more: false }
    expect(await current().read({ after: 0, limit: 10 })).toEqual(nothing)
    expect(await current().read({ after: 0, limit: 10, types: ['A'] })).toEqual(nothing)
    expect(await current().read({ after: 0, limit: 10, subject: 'a' })).toEqual(nothing)
  })
}
