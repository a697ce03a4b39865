import type { RecordedEvent } from '@logbook/contracts/envelope.ts'
import fc from 'fast-check'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { type Database, openDatabase } from '../../src/files/sqlite.ts'
import { Follower } from '../../src/follow/follower.ts'
import type { FollowerOptions } from '../../src/follow/follower-options.ts'
import { followerTables } from '../../src/follow/follower-tables.ts'
import { createAgreedLog } from '../../src/log/agreed-log.ts'
import type { Bus } from '../../src/log/bus.ts'
import { aheadOfLog } from '../../src/log/problems.ts'
import { silentLogger } from '../../src/logger.ts'
import { cases } from '../../src/testing/cases.ts'

/** For what must come; what is slow is the machine. */
const patienceMs = 40_000

type Counted = RecordedEvent<'Counted', { n: number }>

const event = (position: number, { subject = 'a', n = position, type = 'Counted' } = {}): RecordedEvent => ({
  specversion: '1.0',
  id: `e${position}`,
  source: '/test',
  type,
  subject,
  time: '2026-01-01T00:00:00.000Z',
  datacontenttype: 'application/json',
  dataversion: 1,
  position,
  version: position,
  data: { n },
})

/** A log that is read in pages of a given size, then stays open. */
const logOf = (events: readonly RecordedEvent[], pageSize = 2): Bus => ({
  agreed: createAgreedLog(),
  append: () => Promise.reject(new Error('not here')),
  read: async ({ after, limit }) => ({
    events: events.filter(({ position }) => position > after).slice(0, limit),
    position: after + limit,
    more: false,
  }),
  readStream: () => Promise.resolve([]),
  async *follow({ after, signal }) {
    const rest = events.filter(({ position }) => position > after)
    for (let from = 0; from < rest.length; from += pageSize) {
      const page = rest.slice(from, from + pageSize)
      yield {
        events: page,
        position: page.at(-1)?.position ?? after,
        caughtUp: from + pageSize >= rest.length,
      }
    }
    if (rest.length === 0) yield { events: [], position: after, caughtUp: true }
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
  },
})

const open = () =>
  openDatabase({
    file: ':memory:',
    migrations: [followerTables, 'CREATE TABLE seen (position INTEGER PRIMARY KEY, n INTEGER)'],
    durability: 'normal',
  })
const seen = (db: Database): number[] =>
  db.prepare<[], number>('SELECT n FROM seen ORDER BY position').pluck().all()

const followers: Follower<Counted>[] = []
const follow = (db: Database, bus: Bus, options: Partial<FollowerOptions<Counted>> = {}) => {
  const insert = db.prepare('INSERT INTO seen (position, n) VALUES (?, ?)')
  const follower = new Follower<Counted>({
    name: 'seen',
    bus,
    db,
    logger: silentLogger,
    decode: (recorded) =>
      recorded.type !== 'Counted'
        ? { kind: 'foreign' }
        : typeof (recorded as Counted).data.n === 'number'
          ? { kind: 'event', event: recorded as Counted }
          : { kind: 'unreadable', reason: 'n is not a number' },
    apply: ({ position, data }) => void insert.run(position, data.n),
    ...options,
  })
  followers.push(follower)
  follower.start()
  return follower
}
afterEach(async () => {
  await Promise.all(followers.splice(0).map((follower) => follower.stop()))
})

describe('a follower', () => {
  it('applies each event once, whatever the page size and wherever it was restarted', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 12 }),
        async (pageSize, stopAt) => {
          const db = open()
          const events = Array.from({ length: 12 }, (_, index) => event(index + 1))
          const first = follow(db, logOf(events.slice(0, stopAt), pageSize))
          expect(await first.reached(stopAt, patienceMs)).toBe(true)
          await first.stop()
          const second = follow(db, logOf(events, 5))
          expect(await second.reached(12, patienceMs)).toBe(true)
          expect(seen(db)).toEqual(events.map(({ position }) => position))
        },
      ),
      cases(15),
    )
  })

  it('has a fault while the log is away, though what it reads with waits by itself', async () => {
    const waits = Promise.withResolvers<void>()
    const bus = logOf([event(1)])
    const follower = follow(open(), {
      ...bus,
      async *follow(request) {
        request.onAway?.(new Error('the bus is away'))
        await waits.promise
        yield* bus.follow(request)
      },
    })
    await vi.waitFor(() => expect(follower.status().fault).toBe('the bus is away'))
    waits.resolve()
    await vi.waitFor(() => expect(follower.health()).toMatchObject({ fault: null, applied: { events: 1 } }))
  })

  it('moves its checkpoint past events that mean nothing to it', async () => {
    const follower = follow(
      open(),
      logOf([event(1), event(2, { type: 'Other' }), event(3, { type: 'Other' })]),
    )
    expect(await follower.reached(3, patienceMs)).toBe(true)
    const well = { caughtUp: true, parked: 0, unreadable: 0, fault: null, log: null, differs: false }
    expect(follower.status()).toEqual({ position: 3, ...well })
  })

  it('writes the checkpoint of pages that have nothing for it once for many, also when it is stopped', async () => {
    const db = open()
    const pages = Array.from({ length: 100 }, (_, n) => ({ events: [], position: n + 2, caughtUp: false }))
    const bus: Bus = {
      ...logOf([]),
      async *follow({ signal }) {
        yield { events: [event(1)], position: 1, caughtUp: false }
        yield* pages
        if (signal.aborted) return
        await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
      },
    }
    const written = db.prepare<[], number>('SELECT total_changes()').pluck()
    const checkpoint = db.prepare<[], number>('SELECT position FROM checkpoint').pluck()
    const before = written.get() ?? 0
    const follower = follow(db, bus)
    expect(await follower.reached(101, patienceMs)).toBe(true)
    await vi.waitFor(() => expect(checkpoint.get()).toBe(101), { timeout: patienceMs })
    // The row, its checkpoint, and as many more as a slow machine lets moments pass.
    expect((written.get() ?? 0) - before).toBeLessThan(50)
    const stopped = open()
    const other = follow(stopped, bus)
    await other.reached(101, patienceMs)
    await other.stop()
    expect(stopped.prepare('SELECT position FROM checkpoint').pluck().get()).toBe(101)
  })

  it('passes over an unreadable event and keeps it to be seen', async () => {
    const db = open()
    const follower = follow(db, logOf([event(1), { ...event(2), data: { n: 'two' } }, event(3)]))
    expect(await follower.reached(3, patienceMs)).toBe(true)
    expect(seen(db)).toEqual([1, 3])
    expect(follower.status().unreadable).toBe(1)
    expect(db.prepare('SELECT reason FROM unreadable').pluck().get()).toBe('n is not a number')
  })

  it('parks an event that cannot be applied with the later ones of its subject, and the others flow', async () => {
    const db = open()
    const events = [event(1), event(2, { subject: 'bad' }), event(3), event(4, { subject: 'bad' }), event(5)]
    const apply =
      (broken: boolean) =>
      ({ position, data, subject }: Counted) => {
        if (broken && subject === 'bad' && position === 2) throw new Error('no')
        db.prepare('INSERT INTO seen (position, n) VALUES (?, ?)').run(position, data.n)
      }
    const follower = follow(db, logOf(events, 5), { apply: apply(true) })
    expect(await follower.reached(5, patienceMs)).toBe(true)
    expect(seen(db)).toEqual([1, 3, 5])
    expect(follower.status().parked).toBe(2)
    // What they say is the log's to keep.
    expect(Object.keys(db.prepare('SELECT * FROM parked').get() as object)).toEqual([
      'position',
      'subject',
      'reason',
      'since',
    ])
    await follower.stop()

    const mended = follow(db, logOf(events, 5), { apply: apply(false) })
    await vi.waitFor(() => expect(mended.status().parked).toBe(0))
    expect(seen(db)).toEqual([1, 2, 3, 4, 5])
    expect(mended.position).toBe(5)
  })

  it('applies parked events when it is told to retry, each subject in its order, until one fails again', async () => {
    const db = open()
    const events = ['bad', 'worse', 'bad', 'good'].map((subject, n) => event(n + 1, { subject }))
    const broken = new Set(['bad', 'worse'])
    const told: number[] = []
    const follower = follow(db, logOf(events, 4), {
      apply({ position, data, subject }) {
        if (broken.has(subject)) throw new Error(`no ${subject}`)
        db.prepare('INSERT INTO seen (position, n) VALUES (?, ?)').run(position, data.n)
      },
      onCommit: ({ events }) => void told.push(...events.map(({ position }) => position)),
    })
    expect(await follower.reached(4, patienceMs)).toBe(true)
    const since = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/)
    const { event: parked } = follower.parkedKinds()
    expect(await parked?.list(10)).toEqual([
      { id: '1', subject: 'bad', reason: 'no bad', since },
      { id: '2', subject: 'worse', reason: 'no worse', since },
      { id: '3', subject: 'bad', reason: 'behind a parked event of its subject', since },
    ])
    broken.delete('bad')
    // The earlier one of its subject goes first: their order is kept.
    expect(await parked?.retry('3')).toBe(2)
    expect([seen(db), told]).toEqual([
      [1, 3, 4],
      [4, 1, 3],
    ])
    for (const other of ['3', '4', '99', '', 'x', '1 OR 1']) expect(await parked?.retry(other)).toBe(0)
    expect(await parked?.retry()).toBe(1)
    expect(follower.status().parked).toBe(1)
    broken.delete('worse')
    await Promise.all([parked?.retry(), parked?.retry()])
    expect([seen(db), follower.status().parked]).toEqual([[1, 2, 3, 4], 0])
  })

  it('leaves neither rows nor checkpoint of a page that a fault of the disk cut short, and goes on afterwards', async () => {
    const db = open()
    let faults = 2
    const insert = db.prepare('INSERT INTO seen (position, n) VALUES (?, ?)')
    const follower = follow(db, logOf([event(1), event(2), event(3)], 3), {
      apply: ({ position, data }) => {
        insert.run(position, data.n)
        if (position === 2 && faults-- > 0) {
          expect(db.prepare('SELECT count(*) FROM checkpoint').pluck().get()).toBe(0)
          db.pragma('max_page_count = 1')
          db.exec(`CREATE TABLE filler${faults} AS SELECT randomblob(100000) AS b`)
        }
        db.pragma('max_page_count = 1000000')
      },
    })
    expect(await follower.reached(3, patienceMs)).toBe(true)
    expect(seen(db)).toEqual([1, 2, 3])
    expect(follower.status().parked).toBe(0)
  })

  it('asks a log that ends at once again, but not in a tight circle', async () => {
    let asked = 0
    let stays = false
    const whole = logOf([event(1)])
    const follower = follow(open(), {
      ...whole,
      async *follow(request) {
        asked++
        // Asked without a pause between, it would end for ever, and nothing else in the process had its turn.
        if (stays || asked >= 1_000) yield* whole.follow(request)
      },
    })
    await new Promise((resolve) => setImmediate(resolve))
    expect(asked).toBeLessThan(10)
    expect(follower.status().fault).toBe('the log ended what was being followed')
    stays = true
    expect(await follower.reached(1, patienceMs)).toBe(true)
    expect(follower.status().fault).toBeNull()
  })

  it('knows that it is ahead of a log of which an older copy came back, until that has grown again', async () => {
    const db = open()
    const before = follow(db, logOf([event(1), event(2), event(3)]))
    expect(await before.reached(3, patienceMs)).toBe(true)
    expect(before.differs).toBe(false)
    await before.stop()
    let head = 1
    const whole = logOf([event(1), event(2), event(3), event(4)])
    const follower = follow(db, {
      ...whole,
      async *follow(request) {
        if (request.after > head) throw aheadOfLog({ after: request.after, head })
        yield* whole.follow(request)
      },
    })
    await vi.waitFor(() => expect([follower.differs, follower.caughtUp]).toEqual([true, false]))
    head = 4
    expect(await follower.reached(4, patienceMs)).toBe(true)
    expect([follower.differs, follower.caughtUp]).toEqual([false, true])
  })

  it('tells who waits for a position when it is there, when it is late, and when it stops', async () => {
    const follower = follow(open(), logOf([event(1)]))
    expect(await follower.reached(1, patienceMs)).toBe(true)
    expect(await follower.reached(2, 5)).toBe(false)
    const waiting = follower.reached(2, 60_000)
    await follower.stop()
    expect(await waiting).toBe(false)
  })
})
