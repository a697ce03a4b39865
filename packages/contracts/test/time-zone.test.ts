import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isTimeZone, knownTimeZone, monthIn, spanOfMonth } from '../src/time-zone.ts'

const zones = [
  ...['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kathmandu', 'Pacific/Kiritimati'],
  ...['Pacific/Pago_Pago', 'Australia/Lord_Howe', 'America/Sao_Paulo', 'Africa/Cairo', 'Asia/Amman'],
]

describe('a month in a time zone', () => {
  it('begins when its clocks show midnight', () => {
    expect(spanOfMonth('2026-11', 'UTC')).toEqual({
      fromMs: Date.parse('2026-11-01T00:00:00Z'),
      toMs: Date.parse('2026-12-01T00:00:00Z'),
    })
    expect(spanOfMonth('2026-07', 'Europe/Berlin').fromMs).toBe(Date.parse('2026-06-30T22:00:00Z'))
    expect(spanOfMonth('2026-11', 'America/New_York')).toEqual({
      fromMs: Date.parse('2026-11-01T04:00:00Z'),
      toMs: Date.parse('2026-12-01T05:00:00Z'),
    })
  })

  it('begins when the clocks are put forward, where they skip its midnight', () => {
    // Amman went from 31 March 23:59:59 to 1 April 01:00 in 2011.
    const { fromMs } = spanOfMonth('2011-04', 'Asia/Amman')
    expect([monthIn(fromMs - 1, 'Asia/Amman'), monthIn(fromMs, 'Asia/Amman')]).toEqual(['2011-03', '2011-04'])
  })

  it('holds the times that are in it and no others, whichever month and zone', () => {
    const month = fc.record({
      year: fc.integer({ min: 0, max: 9998 }),
      ordinal: fc.integer({ min: 1, max: 12 }),
    })
    fc.assert(
      fc.property(month, fc.constantFrom(...zones), ({ year, ordinal }, zone) => {
        const name = `${String(year).padStart(4, '0')}-${String(ordinal).padStart(2, '0')}`
        const { fromMs, toMs } = spanOfMonth(name, zone)
        expect(monthIn(fromMs, zone)).toBe(name)
        expect(monthIn(toMs - 1, zone)).toBe(name)
        expect(monthIn(fromMs - 1, zone)).not.toBe(name)
        expect(monthIn(toMs, zone)).not.toBe(name)
      }),
      { numRuns: 60 },
    )
  })

  it('is one of UTC where this machine does not know the zone', () => {
    expect([isTimeZone('Mars/Olympus'), knownTimeZone('Mars/Olympus')]).toEqual([false, 'UTC'])
    expect(spanOfMonth('2026-11', 'Mars/Olympus')).toEqual(spanOfMonth('2026-11', 'UTC'))
  })
})
