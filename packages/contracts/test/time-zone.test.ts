import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  clockIn,
  dayIn,
  isTimeZone,
  knownTimeZone,
  monthIn,
  msOfClock,
  spanOfDay,
  spanOfMonth,
} from '../src/time-zone.ts'

const zones = [
  ...['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kathmandu', 'Pacific/Kiritimati'],
  ...['Pacific/Pago_Pago', 'Australia/Lord_Howe', 'America/Sao_Paulo', 'Africa/Cairo', 'Asia/Amman'],
  ...['Asia/Kolkata', 'America/St_Johns', 'Pacific/Apia', 'America/Havana', 'Africa/Monrovia'],
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

describe('a day in a time zone', () => {
  const hoursOf = (day: string, zone: string) => {
    const { fromMs = 0, toMs = 0 } = spanOfDay(day, zone) ?? {}
    return [new Date(fromMs).toISOString(), (toMs - fromMs) / 3_600_000]
  }

  it.each([
    ['2026-03-03', 'UTC', '2026-03-03T00:00:00.000Z', 24],
    ['2024-02-29', 'Asia/Kolkata', '2024-02-28T18:30:00.000Z', 24],
    ['2026-03-29', 'Europe/Berlin', '2026-03-28T23:00:00.000Z', 23],
    ['2026-10-25', 'Europe/Berlin', '2026-10-24T22:00:00.000Z', 25],
    ['2026-03-08', 'America/St_Johns', '2026-03-08T03:30:00.000Z', 23],
    // Its clocks were put back by an hour at a minute past midnight.
    ['2009-10-31', 'America/St_Johns', '2009-10-31T02:30:00.000Z', 24],
    ['2009-11-01', 'America/St_Johns', '2009-11-01T02:30:00.000Z', 25],
    // Its clocks were put forward at midnight, or back to the day before.
    ['2018-11-04', 'America/Sao_Paulo', '2018-11-04T03:00:00.000Z', 23],
    ['2018-02-17', 'America/Sao_Paulo', '2018-02-17T02:00:00.000Z', 25],
    // It had no such day.
    ['2011-12-29', 'Pacific/Apia', '2011-12-29T10:00:00.000Z', 24],
    ['2011-12-30', 'Pacific/Apia', '2011-12-30T10:00:00.000Z', 0],
    ['2011-12-31', 'Pacific/Apia', '2011-12-30T10:00:00.000Z', 24],
  ])('%s in %s begins at %s and has %i hours', (day, zone, begins, hours) => {
    expect(hoursOf(day, zone)).toEqual([begins, hours])
  })

  it('is the one whose span a moment is in, and so is the month, also while clocks show a date again', () => {
    const moment = fc.oneof(
      fc.integer({ min: Date.parse('1900-01-01T00:00:00Z'), max: Date.parse('2100-01-01T00:00:00Z') }),
      // Beside the changes of America/St_Johns, America/Sao_Paulo, Pacific/Apia and America/Havana.
      fc
        .tuple(
          fc.constantFrom(
            '2009-11-01T02:31:00Z',
            '2018-02-18T02:00:00Z',
            '2011-12-30T10:00:00Z',
            '2026-11-01T05:00:00Z',
          ),
          fc.integer({ min: -5_400_000, max: 5_400_000 }),
        )
        .map(([change, ms]) => Date.parse(change) + ms),
    )
    fc.assert(
      fc.property(moment, fc.constantFrom(...zones), (ms, zone) => {
        const spans = [spanOfDay(dayIn(ms, zone), zone), spanOfMonth(monthIn(ms, zone), zone)]
        for (const { fromMs, toMs } of spans.filter((span) => span !== undefined))
          expect([fromMs <= ms, ms < toMs]).toEqual([true, true])
        expect(dayIn(ms, zone).slice(0, 7)).toBe(monthIn(ms, zone))
      }),
      { numRuns: 400 },
    )
    expect([dayIn(Date.parse('2009-11-01T03:00:00Z'), 'America/St_Johns')]).toEqual(['2009-11-01'])
  })

  it('is none that no month has', () => {
    for (const none of ['2026-02-29', '2026-13-01', '2026-3-3', '20260303', '1e3', ''])
      expect(spanOfDay(none, 'UTC')).toBeUndefined()
  })
})

describe('a time of a clock', () => {
  it('is the moment at which the clocks of a zone show it, and the next one where they skip it', () => {
    expect(msOfClock('2026-12-03T09:00', 'Europe/Berlin')).toBe(Date.parse('2026-12-03T08:00:00Z'))
    expect(msOfClock('2026-03-29T02:30', 'Europe/Berlin')).toBe(Date.parse('2026-03-29T01:00:00Z'))
    expect(clockIn(Date.parse('2026-12-03T08:00:00Z'), 'Europe/Berlin')).toBe('2026-12-03T09:00')
  })

  it('is read as it was shown, whichever moment and zone', () => {
    const min = Date.parse('1990-01-01T00:00:00Z')
    const max = Date.parse('2090-01-01T00:00:00Z')
    fc.assert(
      fc.property(fc.integer({ min, max }), fc.constantFrom(...zones), (ms, zone) => {
        const shown = clockIn(ms, zone)
        expect(clockIn(msOfClock(shown, zone) ?? 0, zone)).toBe(shown)
      }),
      { numRuns: 400 },
    )
  })

  it('is none for other texts', () => {
    for (const none of ['', '2026-12-03', '2026-12-03T09:00Z', '2026-13-03T09:00', 'tomorrow'])
      expect(msOfClock(none, 'UTC')).toBeUndefined()
  })
})
