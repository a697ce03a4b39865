import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  asOfIn,
  dayOf,
  keptInHtml,
  momentInWords,
  spanOfDay,
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
  ])('%s stays there where it can', (to, expected) => {
    expect(withAsOf(to, then)).toBe(expected)
    expect(withAsOf(to, null)).toBe(to)
  })

  it('leads back to the present, without its places in what was', () => {
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
  ['2026-03-03', 'the end of 3 March 2026', '2026-03-03'],
  [then, '3 March 2026, 13:00 UTC', '2026-03-03'],
  ['2026-03-03T23:59:59.999Z', '3 March 2026, 23:59 UTC', '2026-03-03'],
  ['0012', 'event 12 of its log', ''],
  ['2026-02-30', undefined, ''],
  ['2026-03-03T14:00', undefined, '2026-03-03'],
  ['yesterday', undefined, ''],
  ['', undefined, ''],
])('a moment such as %j in words', (asOf, words, day) => {
  expect(momentInWords(asOf)).toBe(words)
  if (words !== undefined) expect(dayOf(asOf)).toBe(day)
})

it('a day is from its first millisecond to its last', () => {
  expect(spanOfDay('2024-02-29')).toEqual({
    fromMs: Date.parse('2024-02-29T00:00:00.000Z'),
    toMs: Date.parse('2024-02-29T23:59:59.999Z'),
  })
  for (const none of ['2026-02-29', '2026-13-01', '2026-3-3', '20260303', '1e3', ''])
    expect(spanOfDay(none)).toBeUndefined()
})
