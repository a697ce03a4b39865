import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { RecordedEvent } from '@logbook/contracts/envelope.ts'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { z } from 'zod'
import { openDatabase } from '../../src/files/sqlite.ts'
import { createErasures, type ErasureEvents, erasureTables } from '../../src/follow/erasures.ts'
import { Follower } from '../../src/follow/follower.ts'
import { followerTables } from '../../src/follow/follower-tables.ts'
import type { Bus, OutgoingEvent } from '../../src/log/bus.ts'
import { silentLogger } from '../../src/logger.ts'
import { Problem } from '../../src/problem.ts'
import { fixedClock } from '../../src/testing/deterministic.ts'
import { busOver } from '../../src/testing/memory-bus.ts'
import { memoryLog } from '../../src/testing/memory-log.ts'
import { temporaryFolder } from '../../src/testing/temporary-folder.ts'

const personIn = z.object({ personId: z.string() })

/** Erasures as this log says them. */
const events: ErasureEvents = {
  types: ['Erased', 'Confirmed'],
  read({ type, data }) {
    if (type === 'Erased') return { kind: 'event', event: { kind: 'erased', ...personIn.parse(data) } }
    return type === 'Confirmed' ? { kind: 'event', event: { kind: 'confirmed' } } : { kind: 'foreign' }
  },
  confirmation: ({ personId, at }) => ({
    type: 'Confirmed',
    subject: `erasure-${personId}`,
    dataversion: 1,
    data: { personId, at },
  }),
}

const recorded = (event: Partial<RecordedEvent>): RecordedEvent => ({
  ...{ specversion: '1.0', source: '/test', datacontenttype: 'application/json', dataversion: 1 },
  ...{
    time: '2026-01-01T00:00:00.000Z',
    id: 'the-event',
    type: 'Erased',
    subject: 'ann',
    version: 1,
    position: 5,
  },
  ...{ data: { personId: 'ann' }, ...event },
})

interface SetUp {
  append?: Bus['append']
  otherAt?: () => number
  other?: ReturnType<typeof openDatabase>
}

const open = (file = ':memory:') => openDatabase({ file, migrations: [erasureTables], durability: 'normal' })

const setUp = ({ append, otherAt = () => 9, other = open() }: SetUp = {}) => {
  const bus = busOver(memoryLog())
  const db = open()
  const clock = fixedClock()
  const purged: string[] = []
  const forget = vi.fn()
  const erasures = createErasures({
    bus: append ? { ...bus, append } : bus,
    db,
    others: [{ db: other, position: otherAt }],
    clock,
    logger: silentLogger,
    source: '/test',
    purge: ({ personId }) => purged.push(personId) > 0,
    forget,
    events,
  })
  /** As a follower does inside its transaction. */
  const take = (event: RecordedEvent): void => {
    const decoded = erasures.decode(event)
    if (decoded.kind === 'event') decoded.event()
  }
  onTestFinished(() => erasures.stop())
  const confirmations = async () => (await bus.read({ after: 0, limit: 100 })).events
  return { erasures, take, clock, purged, forget, confirmations, bus }
}

const erasure = recorded({})
const confirmation = recorded({ id: 'said', type: 'Confirmed', position: 6, causationid: 'the-event' })

describe('an erasure', () => {
  it('is purged where it stands in the log, and confirmed once the history has been read', async () => {
    const { erasures, take, purged, forget, confirmations } = setUp()
    take(erasure)
    expect(purged).toEqual(['ann'])
    expect(forget).not.toHaveBeenCalled()
    erasures.committed({ caughtUp: false })
    expect(forget).toHaveBeenCalledOnce()
    expect(await confirmations()).toEqual([])
    erasures.committed({ caughtUp: true })
    expect(forget).toHaveBeenCalledOnce()
    await vi.waitFor(() => expect(erasures.status().due).toBe(0))
    expect(await confirmations()).toMatchObject([
      { type: 'Confirmed', subject: 'erasure-ann', causationid: 'the-event', data: { personId: 'ann' } },
    ])
  })

  it('is not confirmed again where the log has the answer, even if it was given at another time', async () => {
    const { erasures, take, clock, confirmations } = setUp()
    take(erasure)
    erasures.committed({ caughtUp: true })
    await vi.waitFor(() => expect(erasures.status().due).toBe(0))
    clock.set('2026-05-05T00:00:00.000Z')
    take(erasure)
    erasures.committed({ caughtUp: true })
    await vi.waitFor(() => expect(erasures.status()).toEqual({ due: 0, parked: 0 }))
    expect(await confirmations()).toHaveLength(1)
  })

  it('owes nothing when the file is rebuilt and reads its own answer', () => {
    const { erasures, take } = setUp()
    take(erasure)
    take(confirmation)
    expect(erasures.status().due).toBe(0)
  })

  it('waits for the service’s other files, and for the log', async () => {
    let at = 4
    let away = true
    const sent: OutgoingEvent[] = []
    const { erasures, take } = setUp({
      otherAt: () => at,
      async append(events) {
        if (away) throw new Problem('unavailable')
        sent.push(...events)
        return []
      },
    })
    take(erasure)
    erasures.committed({ caughtUp: true })
    await new Promise((resolve) => setImmediate(resolve))
    at = 5
    away = false
    await vi.waitFor(() => expect(erasures.status().due).toBe(0))
    expect(sent).toHaveLength(1)
  })

  it('leaves nothing in another file that reads of it after an earlier erasure was swept, nor does a take-down', async () => {
    const file = join(temporaryFolder(), 'other.sqlite')
    const other = open(file)
    onTestFinished(() => void other.close())
    const people = ['ann', 'bob', 'cid']
    other.exec('PRAGMA secure_delete = OFF; CREATE TABLE said (id TEXT, words TEXT)')
    for (const name of people) other.prepare('INSERT INTO said VALUES (?, ?)').run(name, `${name} says so`)
    let at = 4
    const { erasures, take } = setUp({ other, otherAt: () => at })
    const remains = () => {
      const bytes = [file, `${file}-wal`].map((name) => readFileSync(name, 'latin1')).join()
      return people.filter((name) => bytes.includes(`${name} says so`))
    }
    const read = (name: string) => {
      other.prepare('DELETE FROM said WHERE id = ?').run(name)
      at += 1
      erasures.committed({ caughtUp: true })
    }
    take(erasure)
    take(recorded({ id: 'second', position: 6, data: { personId: 'bob' } }))
    erasures.purged({ position: 7 })
    read('ann')
    await vi.waitFor(() => expect(erasures.status().due).toBe(1))
    expect(remains()).not.toContain('ann')
    read('bob')
    await vi.waitFor(() => expect(erasures.status().due).toBe(0))
    expect(remains()).not.toContain('bob')
    read('cid')
    expect(remains()).toEqual([])
  })

  it('that a follower reads is purged and confirmed by it, and its consumer sees nothing of either', async () => {
    const bus = busOver(memoryLog())
    const migrations = [followerTables, erasureTables]
    const db = openDatabase({ file: ':memory:', migrations, durability: 'normal' })
    const [purged, applied]: [string[], string[]] = [[], []]
    const follower = new Follower<RecordedEvent>({
      ...{ name: 'test', bus, db, logger: silentLogger, types: ['Said'] },
      decode: (event) => ({ kind: 'event', event }),
      apply: ({ type }) => applied.push(type),
      erasure: {
        ...{ events, clock: fixedClock(), source: '/test', forget() {} },
        purge: ({ personId }) => purged.push(personId) > 0,
      },
    })
    onTestFinished(() => follower.stop())
    for (const [n, type] of ['Said', 'Erased', 'Said'].entries()) {
      const event = { id: `e${n}`, type, source: '/test', subject: 'ann', dataversion: 1 }
      await bus.append([{ ...event, data: { personId: 'ann' } }])
    }
    follower.start()
    await vi.waitFor(() =>
      expect(follower.health()).toMatchObject({ position: 4, erasures: { due: 0, parked: 0 } }),
    )
    expect({ purged, applied }).toEqual({ purged: ['ann'], applied: ['Said', 'Said'] })
    expect((await bus.read({ after: 3, limit: 9 })).events).toMatchObject([{ type: 'Confirmed' }])
  })
})
