import { initialPreferences } from '@logbook/contracts/events/notifications.ts'
import { describe, expect, it } from 'vitest'
import { deferredUntil, digestDue, nextDaily, quietUntil } from '../src/domain/timing.ts'

const at = (time: string) => Date.parse(time)
const iso = (ms: number | undefined) => (ms === undefined ? undefined : new Date(ms).toISOString())

describe('quiet hours', () => {
  const berlin = { quiet: { from: '22:00', to: '07:00' }, timeZone: 'Europe/Berlin' }

  it.each([
    ['2026-03-02T20:59:00Z', undefined],
    ['2026-03-02T21:00:00Z', '2026-03-03T06:00:00.000Z'],
    ['2026-03-03T03:00:00Z', '2026-03-03T06:00:00.000Z'],
    ['2026-03-03T06:00:00Z', undefined],
  ])('quiet hours around %s end at %s in the time zone of the person', (now, end) => {
    expect(iso(quietUntil(berlin, at(now)))).toBe(end)
  })

  it('quiet hours of no length are none', () => {
    expect(
      quietUntil({ quiet: { from: '22:00', to: '22:00' }, timeZone: 'UTC' }, at('2026-03-02T22:00:00Z')),
    ).toBe(undefined)
    expect(quietUntil({ quiet: null, timeZone: 'UTC' }, at('2026-03-02T22:00:00Z'))).toBe(undefined)
  })

  it('quiet hours defer mails and push messages, and the daily mail defers mails alone', () => {
    const preferences = { ...initialPreferences, rhythm: 'daily' as const }
    const [atMs, nowMs] = [at('2026-03-02T10:00:00Z'), at('2026-03-02T10:00:00Z')]
    expect(iso(deferredUntil(preferences, { channel: 'mail', atMs, nowMs }))).toBe('2026-03-03T08:00:00.000Z')
    expect(deferredUntil(preferences, { channel: 'push', atMs, nowMs })).toBe(undefined)
    const quiet = { ...preferences, quiet: { from: '09:00', to: '11:00' } }
    expect(iso(deferredUntil(quiet, { channel: 'push', atMs, nowMs }))).toBe('2026-03-02T11:00:00.000Z')
  })
})

it('the daily mail is due at eight in the time zone of the person, also when the clocks change', () => {
  expect(iso(nextDaily(at('2026-03-28T20:00:00Z'), 'Europe/Berlin'))).toBe('2026-03-29T07:00:00.000Z')
  expect(iso(nextDaily(at('2026-03-02T20:00:00Z'), 'America/New_York'))).toBe('2026-03-03T13:00:00.000Z')
})

it.each([
  ['2026-03-04T12:00:00Z', 'UTC', '2026-02-23', '2026-03-02T08:00:00.000Z'],
  ['2026-03-01T23:30:00Z', 'Europe/Berlin', '2026-02-23', '2026-03-02T07:00:00.000Z'],
  ['2026-03-01T23:30:00Z', 'America/New_York', '2026-02-16', '2026-02-23T13:00:00.000Z'],
])('at %s in %s the last digest is of the week of %s and due at %s', (now, zone, week, due) => {
  const { week: of, dueMs } = digestDue(at(now), zone)
  expect([of, iso(dueMs)]).toEqual([week, due])
})
