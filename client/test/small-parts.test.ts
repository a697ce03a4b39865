import { ConfigError } from '@logbook/chassis/start/config.ts'
import { initialSettings } from '@logbook/contracts/events/settings.ts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { deviceOf } from '../app/features/accounts/device.server.ts'
import { wordsFor } from '../app/features/comments/send.ts'
import { newKey } from '../app/features/page/key.ts'
import { nextCursorOf } from '../app/features/page/paging.ts'
import { relativeTime } from '../app/features/page/relative-time.ts'
import { themeOf } from '../app/features/page/theme.ts'
import { draftOf, isSameDraft, tagsOf, writtenOf } from '../app/features/writing/draft.ts'
import { mergeDrafts } from '../app/features/writing/merge.ts'
import { whyNotPlanned } from '../app/features/writing/words.ts'
import { positionOf } from '../app/services/position.server.ts'
import { readConfig } from '../server/config.ts'

describe('relativeTime', () => {
  const now = Date.parse('2026-11-20T12:00:00Z')
  it.each([
    ['2026-11-20T11:59:30Z', 'just now'],
    ['2026-11-20T12:00:20Z', 'just now'],
    ['2026-11-20T11:15:00Z', '45m ago'],
    ['2026-11-19T13:00:00Z', '23h ago'],
    ['2026-11-19T12:00:00Z', undefined],
    ['2026-11-20T13:00:00Z', undefined],
  ])('%s becomes %s', (at, expected) => {
    expect(relativeTime({ at: Date.parse(at), now })).toBe(expected)
  })
})

describe('whyNotPlanned', () => {
  const now = Date.parse('2026-11-20T12:00:00Z')
  it.each([
    ['2026-11-20T13:01', 'Europe/Berlin', /^$/],
    ['2026-11-20T12:59', 'Europe/Berlin', /has passed/],
    ['2026-11-20T12:59', 'UTC', /^$/],
    ['2020-01-04T08:30', 'UTC', /has passed/],
    ['', 'UTC', /^$/],
    ['2026-11', 'UTC', /^$/],
  ])('a post planned at %s in %s is told %s', (shown, timeZone, words) => {
    expect(whyNotPlanned({ shown, timeZone, now })).toMatch(words)
  })
})

describe('nextCursorOf', () => {
  it.each([
    ['</posts?limit=2&cursor=abc>; rel="next"', 'abc'],
    ['</posts?cursor=x>; rel="prev", </posts?cursor=a%2Cb>; rel="next"', 'a,b'],
    ['</posts?cursor=x>; rel="prev"', null],
    ['', null],
  ])('the Link header %s leads to the cursor %s', (link, expected) => {
    expect(nextCursorOf(new Headers({ Link: link }))).toBe(expected)
  })
})

describe('cookies', () => {
  it.each([
    ['a=b; position=42', 42],
    ['position=42; theme=dark', 42],
    ['xposition=42', undefined],
    ['position=4x2', undefined],
  ])('the cookie %s has the position %s', (cookie, expected) => {
    expect(positionOf(new Request('http://a', { headers: { Cookie: cookie } }))).toBe(expected)
  })

  it.each([
    ['theme=dark', 'dark'],
    ['theme=evil', undefined],
    [null, undefined],
  ])('the cookie %s has the theme %s', (cookie, expected) => {
    expect(themeOf(cookie)).toBe(expected)
  })
})

describe('a draft', () => {
  it('a draft splits tags at commas, without empty and repeated ones', () => {
    expect(tagsOf(' birds, marsh,, birds ')).toEqual(['birds', 'marsh'])
  })

  it('a draft is the same after it went to the services and back', () => {
    const draft = { title: 'A', content: 'b\n', tags: 'c, d', excerpt: '', slug: 'a' }
    expect(draftOf(writtenOf(draft))).toEqual(draft)
  })

  it('a draft has its cover and whether readers may comment, and omits fields that its form lacks', () => {
    const draft = { title: 'A', content: 'b', tags: '', excerpt: '', slug: 'a' }
    const whole = { ...draft, cover: 'https://a.example/b.jpg', comments: 'closed' }
    expect(draftOf(writtenOf(whole))).toEqual(whole)
    expect(writtenOf({ ...whole, cover: ' ', comments: 'open' })).toMatchObject({
      cover: null,
      commentsClosed: false,
    })
    expect(Object.keys(writtenOf(draft))).not.toContain('cover')
    expect(isSameDraft(draft, { ...draft, cover: '', comments: 'open' })).toBe(true)
    expect(isSameDraft(draft, whole)).toBe(false)
    const merged = mergeDrafts({
      base: { ...whole, cover: '' },
      mine: { ...whole, cover: '' },
      theirs: whole,
    })
    expect(merged).toEqual({ draft: whole, clashes: 0 })
  })

  it('a draft has an address of lower-case words, or none', () => {
    const draft = { title: 'A', content: '', tags: '', excerpt: '', slug: ' Plain Paper, twice! ' }
    expect(writtenOf(draft).slug).toBe('plain-paper-twice')
    expect(writtenOf({ ...draft, slug: ' -- ' })).not.toHaveProperty('slug')
  })
})

it('newKey is a UUID, another each time', () => {
  expect(newKey()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  expect(newKey()).not.toBe(newKey())
})

it('wordsFor names each field that is wrong', () => {
  const errors = [{ path: 'content', message: 'must not be empty' }]
  expect(wordsFor({ code: 'invalid', errors })).toBe('content must not be empty')
})

describe('readConfig', () => {
  it('the client uses default addresses of services unless set otherwise', () => {
    expect(readConfig({ POSTS_URL: 'http://posts:1/' })).toMatchObject({
      port: 3001,
      publicUrl: 'http://localhost:3000',
      initial: initialSettings(),
      urls: { query: 'http://127.0.0.1:4002', posts: 'http://posts:1' },
    })
  })

  it('the public address of the blog must be a host without a path', () => {
    expect(readConfig({ PUBLIC_URL: 'https://blog.example/' }).publicUrl).toBe('https://blog.example')
    for (const wrong of ['https://blog.example/blog', 'blog.example', 'https://blog.example/?a=1'])
      expect(() => readConfig({ PUBLIC_URL: wrong })).toThrow(/^ {2}PUBLIC_URL: /m)
  })

  it('readConfig names every invalid setting at once', () => {
    const read = () => readConfig({ PORT: '99999', QUERY_URL: 'ftp://x', BLOG_TITLE: ' ' })
    expect(read).toThrow(ConfigError)
    for (const name of ['PORT', 'QUERY_URL', 'BLOG_TITLE'])
      expect(read).toThrow(new RegExp(`^  ${name}: `, 'm'))
  })
})

describe('deviceOf', () => {
  const phone =
    'Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.0 Mobile/15E148 Safari/604.1'
  it.each([
    [phone, 'Safari on iOS'],
    ['curl/8.1', 'curl/8.1'],
    ['', 'An unnamed device'],
    [null, 'An unnamed device'],
  ])('%s becomes %s', (userAgent, expected) => {
    expect(deviceOf(userAgent)).toBe(expected)
  })

  it('deviceOf accepts any text and returns a short line', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 5_000 }), (userAgent) => {
        expect(deviceOf(userAgent).length).toBeLessThan(100)
      }),
    )
  })
})
