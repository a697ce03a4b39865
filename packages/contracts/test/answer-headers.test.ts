import { expect, it } from 'vitest'
import { nextPage, retryAfterMs } from '../src/http/answer-headers.ts'

it.each([
  ['120', 120_000],
  [' 5 ', 5_000],
  ['0.2', 200],
  ['Mon, 02 Mar 2026 10:01:00 GMT', 60_000],
  ['Mon, 02 Mar 2026 09:59:00 GMT', undefined],
  [['7', '9'], 7_000],
  ['0', undefined],
  ['soon', undefined],
  ['-5', undefined],
  [null, undefined],
  [undefined, undefined],
])('a Retry-After of %j is %s milliseconds', (value, ms) => {
  expect(retryAfterMs(value, Date.parse('2026-03-02T10:00:00.000Z'))).toBe(ms)
})

it.each([
  ['</posts?cursor=a>; rel="prev", </posts?cursor=b>; rel="next"', '/posts?cursor=b'],
  ['</posts?cursor=b>;rel="next"', '/posts?cursor=b'],
  ['</posts?cursor=a>; rel="prev"', undefined],
  [null, undefined],
])('the next page of the Link %s is %s', (link, next) => {
  expect(nextPage(link)).toBe(next)
})
