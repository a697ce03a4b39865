import { request } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { cases } from '@logbook/chassis/testing/cases.ts'
import fc from 'fast-check'
import { afterEach, describe, expect, it, onTestFinished } from 'vitest'
import { worldOfFile } from './built.ts'
import { ada, sessionOf } from './fake-accounts.ts'
import { get } from './requests.ts'
import { idOf, minutesAgo } from './sample-blog.ts'

const post = '/posts/the-heron-stood-still'
const keepable = [
  '/',
  '/?cursor=4',
  post,
  `${post}?sort=best`,
  '/tags',
  '/tags/marsh',
  '/archive',
  '/archive/2026-11',
]
const own = idOf(450)
const secret = 'Between me and the moderators'

interface Answer {
  status: number | undefined
  headers: Record<string, string | string[] | undefined>
  body: Buffer
}

/** A read whose body stays as it was sent. */
const readRaw = (url: string, headers: Record<string, string>, method = 'GET'): Promise<Answer> =>
  new Promise((resolve, reject) => {
    request(url, { headers, method }, async (answer) =>
      resolve({ status: answer.statusCode, headers: answer.headers, body: await buffer(answer) }),
    )
      .on('error', reject)
      .end()
  })

const isKept = (headers: Headers): boolean => headers.get('view-state') !== null

const scriptsOf = (html: string): string[] =>
  [...html.matchAll(/<script\b([^>]*)>/g)].map(([, names = '']) => names)

const world = worldOfFile()
const open = (path: string, headers: Record<string, string> = {}) => get(`${world().url}${path}`, headers)

describe('a page for everyone', () => {
  it.each(keepable)(
    'a cacheable page at %s names what it was made from, and is the same each time',
    async (path) => {
      const [first, second] = [await open(path), await open(path)]
      expect(first.headers.get('cache-control')).toBe('no-cache')
      expect(first.headers.get('etag')).toMatch(/^"[\w-]{27}-(?:br|gzip)"$/)
      expect(first.headers.get('vary')).toBe('Accept-Encoding')
      expect(first.headers.get('view-state')).toMatch(/^fake\.\d+\.\d+$/)
      expect(first.headers.get('cache-tag')).toMatch(/^(?:post-[0-9a-f-]{36}|lists|posts)$/)
      expect(second.html === first.html).toBe(true)
      expect(second.headers.get('etag')).toBe(first.headers.get('etag'))
      expect(second.headers.get('content-security-policy')).toBe(first.headers.get('content-security-policy'))
    },
  )

  it('a cacheable page comes in the coding that the reader accepts, each with its own entity tag and length', async () => {
    const plain = { br: brotliDecompressSync, gzip: gunzipSync, identity: (body: Buffer) => body }
    const tags = new Set<unknown>()
    const pages = new Set<string>()
    for (const coding of ['br', 'gzip', 'identity'] as const) {
      const accepts = coding === 'br' ? 'gzip, deflate, br, zstd' : coding
      const { headers, body } = await readRaw(`${world().url}${post}`, { 'accept-encoding': accepts })
      expect(headers['content-encoding']).toBe(coding === 'identity' ? undefined : coding)
      expect(headers['content-length']).toBe(String(body.length))
      tags.add(headers.etag)
      pages.add(plain[coding](body).toString())
      const known = { 'accept-encoding': accepts, 'if-none-match': String(headers.etag) }
      const again = await readRaw(`${world().url}${post}`, known)
      expect([again.status, again.body.length, again.headers.etag]).toEqual([304, 0, headers.etag])
    }
    expect([tags.size, pages.size]).toEqual([3, 1])
  })

  it.each(keepable)(
    'allows scripts from the files of the blog alone, and runs one of them: %s',
    async (path) => {
      const { headers, html } = await open(path)
      expect(headers.get('content-security-policy')).toMatch(/(?:^|;)script-src 'self'(?:;|$)/)
      const scripts = scriptsOf(html).filter((names) => !names.includes('application/ld+json'))
      expect(scripts).toEqual([expect.stringMatching(/^ type="module" src="\/assets\/main-[\w-]+\.js"$/)])
    },
  )

  it.each([
    ['by someone with a token', post, { Authorization: 'Bearer x.y.z' }],
    ['by an owner', '/', { Cookie: sessionOf('owner') }],
    ['of what was said a moment ago', `${post}?said=${idOf(112)}`, {}],
    ['of a reply', `${post}?comment=${idOf(101)}&reply=${idOf(101)}`, {}],
    ['of the past', `${post}?asOf=1000`, {}],
    ['of a search', '/search?q=heron', {}],
    ['of an unknown parameter', '/?x=1', {}],
    ['of the sign-in', '/sign-in', {}],
    ['that is not there', '/posts/nothing', {}],
    ['that moved', `/posts/${idOf(1)}`, {}],
  ])('a page is not cacheable when it is requested %s', async (_, path, headers: Record<string, string>) => {
    const answer = await open(path, headers)
    expect(isKept(answer.headers)).toBe(false)
    expect(answer.headers.get('etag')).toBeNull()
    if (answer.status !== 308) expect(answer.headers.get('cache-control')).toBe('private, no-cache')
  })

  it('HEAD of a cacheable page is answered without rendering', async () => {
    const { status, headers, body } = await readRaw(`${world().url}${post}`, {}, 'HEAD')
    expect([status, headers['content-type'], body.length]).toEqual([200, 'text/html; charset=utf-8', 0])
    expect((await readRaw(`${world().url}/posts/nothing`, {}, 'HEAD')).status).toBe(404)
  })

  it('a page is never cacheable with earlier settings, however recent the copy of them is', async () => {
    onTestFinished(() => world().fake.changeSettings({ title: 'Logbook of Ada' }))
    for (let round = 0; round < 5; round += 1) {
      await world().fake.changeSettings({ title: `Round ${round}` })
      const { html, headers } = await open('/')
      expect([isKept(headers), html.includes(`Round ${round}`)]).toEqual([true, true])
    }
  })

  it('a cacheable page is in the theme of its reader, whatever other cookies there are', async () => {
    const dark = await open(post, { Cookie: 'theme=dark; position=7; other=x' })
    expect([isKept(dark.headers), dark.html.includes('data-theme="dark"')]).toEqual([true, true])
    const light = await open(post)
    expect(light.html.includes('data-theme')).toBe(false)
  })
})

describe('of a person', () => {
  afterEach(() => {
    world().fake.mine.clear()
    world().fake.votes.clear()
    world().fake.comments.delete(own)
  })

  it('a page for all readers contains nothing of a person, whatever other callers request in between', async () => {
    onTestFinished(world().fake.byToken())
    world().fake.say(450, secret, {
      status: 'pending',
      author: { name: 'Zora', url: null },
      createdAt: minutesAgo(1),
    })
    world().fake.mine.add(own)
    world().fake.mine.add(idOf(101))
    world().fake.votes.set(idOf(108), 1)
    const personal = [
      secret,
      '"own"',
      'data-own',
      '>Edit<',
      '>Delete<',
      'aria-pressed="true"',
      ada.id,
      '/account',
    ]
    const anonymous = new Map<string, string>()
    const caller = fc.constantFrom(
      '',
      'session=owner',
      'session=reader',
      'session=moderator',
      'session=author',
    )
    const reader = fc.record({
      path: fc.constantFrom(
        ...keepable,
        post,
        `${post}?comment=${own}`,
        `${post}?edit=${own}`,
        `${post}?remove=${own}`,
      ),
      cookies: fc.tuple(caller, fc.constantFrom('', 'theme=dark'), fc.constantFrom('', 'position=3')),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(reader, { minLength: 2, maxLength: 5 }), async (readers) => {
        const answers = await Promise.all(
          readers.map(({ path, cookies }) => open(path, { Cookie: cookies.filter(Boolean).join('; ') })),
        )
        for (const [index, { headers, html }] of answers.entries()) {
          const {
            path,
            cookies: [session, theme],
          } = readers[index] as (typeof readers)[number]
          expect(isKept(headers) && session !== '').toBe(false)
          if (!isKept(headers)) continue
          expect(personal.filter((each) => html.includes(each))).toEqual([])
          const key = `${path} ${theme}`
          expect(html === (anonymous.get(key) ?? html)).toBe(true)
          anonymous.set(key, html)
        }
      }),
      cases(25),
    )
    expect(anonymous.size).toBeGreaterThan(3)
    expect((await open(post, { Cookie: sessionOf('reader') })).html.includes(secret)).toBe(true)
  })
})
