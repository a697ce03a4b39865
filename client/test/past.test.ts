import { initialSettings } from '@logbook/contracts/events/settings.ts'
import { dayIn } from '@logbook/contracts/time-zone.ts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { asOfQuery } from '../app/features/past/as-of.server.ts'
import {
  asOfIn,
  dayOf,
  keptInHtml,
  momentInWords,
  withAsOf,
  withoutAsOf,
} from '../app/features/past/as-of.ts'

const then = '2026-03-03T14:00:00+01:00'
const kept = encodeURIComponent(then)

describe('an address in the past', () => {
  it.each([
    ['/', `/?asOf=${kept}`],
    ['/posts/a-post#comments', `/posts/a-post?asOf=${kept}#comments`],
    ['/tags/birds?cursor=x', `/tags/birds?cursor=x&asOf=${kept}`],
    ['/archive', `/archive?asOf=${kept}`],
    ['/posts/caf%C3%A9', `/posts/caf%C3%A9?asOf=${kept}`],
    ['/search', '/search'],
    ['/write/1', '/write/1'],
    ['/tagsome', '/tagsome'],
  ])('a link to %s stays in the past where it can', (to, expected) => {
    expect(withAsOf(to, then)).toBe(expected)
    expect(withAsOf(to, null)).toBe(to)
  })

  it('an address in the past links back to the present, without its cursors', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (asOf) => {
        const [pathname = '', search = ''] = withAsOf('/posts/a?sort=best', asOf).split(/(?=\?)/)
        expect(asOfIn({ pathname, search })).toBe(asOf)
        expect(withoutAsOf({ pathname, search: `${search}&cursor=1&comments=2&replies=3&from=4` })).toBe(
          '/posts/a?sort=best',
        )
      }),
    )
    expect(asOfIn({ pathname: '/search', search: '?asOf=1' })).toBeNull()
  })
})

it('links within a text stay in the past, and nothing else of it changes', () => {
  const html =
    '<a href="/posts/b#c">b</a> <a class="x" href="/">home</a> <a href="https://e.org/posts/b">e</a> <a href="//e.org/">f</a> <a href="/feed.xml">g</a> <a href="#d">d</a> <code>&#x3C;a href="/posts/b"></code>'
  expect(keptInHtml(html, '5')).toBe(
    html
      .replace('"/posts/b#c"', '"/posts/b?asOf=5#c"')
      .replace('class="x" href="/"', 'class="x" href="/?asOf=5"'),
  )
  expect(keptInHtml(html, null)).toBe(html)
  expect(keptInHtml('<a href="/">', '"><script>')).toBe('<a href="/?asOf=%22%3E%3Cscript%3E">')
})

it.each([
  ['2026-03-03', 'the end of 3 March 2026', '2026-03-03', 'UTC'],
  ['2026-03-03', 'the end of 3 March 2026', '2026-03-03', 'Pacific/Kiritimati'],
  // There was no such day: it is the end of the one before.
  ['2011-12-30', 'the end of 30 December 2011', '2011-12-30', 'Pacific/Apia'],
  [then, '3 March 2026, 13:00 UTC', '2026-03-03', 'UTC'],
  [then, '3 March 2026, 18:30 GMT+5:30', '2026-03-03', 'Asia/Kolkata'],
  ['2026-03-03T23:59:59.999Z', '3 March 2026, 23:59 UTC', '2026-03-03', 'UTC'],
  ['2026-03-03T23:59:59.999Z', '4 March 2026, 05:29 GMT+5:30', '2026-03-04', 'Asia/Kolkata'],
  ['2026-03-03T02:00:00Z', '2 March 2026, 22:30 GMT-3:30', '2026-03-02', 'America/St_Johns'],
  ['2026-03-03T02:00:00Z', '3 March 2026, 02:00 UTC', '2026-03-03', 'Mars/Olympus'],
  ['0012', 'event 12 of its log', '', 'Asia/Kolkata'],
  ['2026-02-30', undefined, '', 'UTC'],
  ['2026-03-03T14:00', undefined, '', 'UTC'],
  ['yesterday', undefined, '', 'UTC'],
  ['', undefined, '', 'UTC'],
])('a moment such as %j in words: %s, on %s in %s', (asOf, words, day, timeZone) => {
  expect(momentInWords(asOf, timeZone)).toBe(words)
  if (words !== undefined) expect(dayOf(asOf, timeZone)).toBe(day)
})

describe('a day of the past', () => {
  const queryOf = (asOf: string, timeZone: string) =>
    asOfQuery({
      request: new Request(`http://blog.example/?asOf=${encodeURIComponent(asOf)}`),
      blog: {
        settings: { current: async () => ({ ...initialSettings(), timeZone }) },
      },
    })

  it.each([
    ['2026-03-03', 'UTC', '2026-03-03T23:59:59.999Z'],
    ['2026-03-03', 'Asia/Kolkata', '2026-03-03T18:29:59.999Z'],
    ['2026-03-08', 'America/St_Johns', '2026-03-09T02:29:59.999Z'],
    ['2025-11-02', 'America/St_Johns', '2025-11-03T03:29:59.999Z'],
    ['2011-12-29', 'Pacific/Apia', '2011-12-30T09:59:59.999Z'],
    ['2011-12-30', 'Pacific/Apia', '2011-12-30T09:59:59.999Z'],
    ['2011-12-31', 'Pacific/Apia', '2011-12-31T09:59:59.999Z'],
    [then, 'Asia/Kolkata', then],
    ['12', 'Asia/Kolkata', '12'],
    ['2026-02-30', 'Asia/Kolkata', '2026-02-30'],
  ])('the day %s in %s is requested as %s', async (asOf, timeZone, asked) => {
    expect(await queryOf(asOf, timeZone)).toEqual({ asOf: asked })
  })

  it.each(['Pacific/Kiritimati', 'Pacific/Pago_Pago', 'Asia/Kolkata'])(
    'is the present where it is today in the blog’s time zone, such as %s',
    async (timeZone) => {
      expect(await queryOf(dayIn(Date.now(), timeZone), timeZone)).toEqual({})
      const yesterday = dayIn(Date.now() - 86_400_000, timeZone)
      expect(Date.parse((await queryOf(yesterday, timeZone)).asOf ?? '')).toBeLessThan(Date.now())
    },
  )
})
