import { describe, expect, it } from 'vitest'
import { mondayOf, weekName } from '../src/week.ts'

describe('the name of a week', () => {
  it.each([
    ['2026-03-02', '2026-w10'],
    ['2025-12-29', '2026-w01'],
    ['2026-12-28', '2026-w53'],
    ['2027-01-04', '2027-w01'],
  ])('the week of %s is %s, and back', (monday, name) => {
    expect([weekName(monday), mondayOf(name)]).toEqual([name, monday])
  })

  it.each(['2025-w53', '2026-w00', '2026-w60', '2026-W10', '2026-10', '', '2026-w1', '9999-w99'])(
    '%s names no week',
    (name) => {
      expect(mondayOf(name)).toBeUndefined()
    },
  )
})
