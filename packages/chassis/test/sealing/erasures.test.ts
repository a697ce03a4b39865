import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { openDatabase } from '../../src/files/sqlite.ts'
import type { Bus, OutgoingEvent } from '../../src/log/bus.ts'
import { silentLogger } from '../../src/logger.ts'
import { Problem } from '../../src/problem.ts'
import { createErasures, erasureTables } from '../../src/sealing/erasures.ts'
import { fixedClock } from '../../src/testing/deterministic.ts'
import { busOver } from '../../src/testing/memory-bus.ts'
import { memoryLog } from '../../src/testing/memory-log.ts'

const setUp = ({ append, otherAt = () => 9 }: { append?: Bus['append']; otherAt?: () => number } = {}) => {
  const bus = busOver(memoryLog())
  const open = () => openDatabase({ file: ':memory:', migrations: [erasureTables], durability: 'normal' })
  const db = open()
  const clock = fixedClock()
  const purged: string[] = []
  const forget = vi.fn()
  const erasures = createErasures({
    bus: append ? { ...bus, append } : bus,
    db,
    others: [{ db: open(), position: otherAt }],
    clock,
    logger: silentLogger,
    source: '/test',
    purge: ({ personId }) => purged.push(personId) > 0,
    forget,
    confirmation: ({ personId, at }) => ({
      type: 'Confirmed',
      subject: `erasure-${personId}`,
      dataversion: 1,
      data: { personId, at },
    }),
  })
  onTestFinished(() => erasures.stop())
  const confirmations = async () => (await bus.read({ after: 0, limit: 100 })).events
  return { erasures, clock, purged, forget, confirmations, bus }
}

const erasure = { id: 'the-event', position: 5, personId: 'ann' }

describe('an erasure', () => {
  it('is purged where it stands in the log, and confirmed once the history has been read', async () => {
    const { erasures, purged, forget, confirmations } = setUp()
    erasures.erased(erasure)
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
    const { erasures, clock, confirmations } = setUp()
    erasures.erased(erasure)
    erasures.committed({ caughtUp: true })
    await vi.waitFor(() => expect(erasures.status().due).toBe(0))
    clock.set('2026-05-05T00:00:00.000Z')
    erasures.erased(erasure)
    erasures.committed({ caughtUp: true })
    await vi.waitFor(() => expect(erasures.status()).toEqual({ due: 0, parked: 0 }))
    expect(await confirmations()).toHaveLength(1)
  })

  it('owes nothing when the file is rebuilt and reads its own answer', () => {
    const { erasures } = setUp()
    erasures.erased(erasure)
    erasures.confirmed('the-event')
    expect(erasures.status().due).toBe(0)
  })

  it('waits for the service’s other files, and for the log', async () => {
    let at = 4
    let away = true
    const sent: OutgoingEvent[] = []
    const { erasures } = setUp({
      otherAt: () => at,
      async append(events) {
        if (away) throw new Problem('unavailable')
        sent.push(...events)
        return []
      },
    })
    erasures.erased(erasure)
    erasures.committed({ caughtUp: true })
    await new Promise((resolve) => setImmediate(resolve))
    at = 5
    away = false
    await vi.waitFor(() => expect(erasures.status().due).toBe(0))
    expect(sent).toHaveLength(1)
  })
})
