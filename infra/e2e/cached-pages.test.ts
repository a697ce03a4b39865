import { cases } from '@logbook/chassis/testing/cases.ts'
import fc from 'fast-check'
import { beforeAll, expect, it } from 'vitest'
import { type Answer, ask, blogOf } from './blog.ts'
import { join } from './joining.ts'
import { type Logbook, sharedLogbook } from './logbook.ts'

interface Written {
  id: string
  slug: string
}

let logbook: Logbook
let post: Written
/** The session of a reader with an account. */
let session: { Cookie: string }
beforeAll(async () => {
  logbook = await sharedLogbook()
  const blog = blogOf(logbook)
  session = await join(blog, {
    email: 'zoe@example.org',
    name: 'Zoë "Q" <i> & d’Arc',
    role: 'reader',
  })
  post = await blog.write('A page that is kept', { content: 'As *it* is.', tags: ['kept'] })
})

const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .constantFrom('A plain word', 'About an orange')
      .map((text) => ({ kind: 'comment' as const, text })),
  },
  { weight: 2, arbitrary: fc.nat(20).map((nth) => ({ kind: 'edit' as const, nth })) },
  { weight: 1, arbitrary: fc.nat(20).map((nth) => ({ kind: 'delete' as const, nth })) },
  { weight: 2, arbitrary: fc.nat(20).map((nth) => ({ kind: 'vote' as const, nth })) },
  {
    weight: 2,
    arbitrary: fc
      .string({ unit: 'grapheme-ascii', minLength: 1 })
      .map((text) => ({ kind: 'rewrite' as const, text })),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'own' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'unpublish' as const }) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 99 }).map((n) => ({ kind: 'rename' as const, n })) },
)
type Step = typeof step extends fc.Arbitrary<infer Each> ? Each : never

const comments: string[] = []

/** Does one thing that changes pages. Resolves to the answers of its commands. */
const happens = async (each: Step): Promise<Answer[]> => {
  const { askAs, comment } = blogOf(logbook)
  const id = 'nth' in each ? comments[each.nth % Math.max(1, comments.length)] : undefined
  switch (each.kind) {
    case 'comment': {
      const answer = await comment({ postId: post.id, content: each.text })
      comments.push(answer.json().id)
      return [answer]
    }
    case 'own':
      return [
        await ask(`${logbook.url('gateway')}/api/posts/${post.id}/comments`, {
          method: 'POST',
          body: { content: 'My own' },
          headers: session,
        }),
      ]
    case 'edit':
      return id
        ? [
            await askAs('reader', `/comments/${id}`, {
              method: 'PATCH',
              body: { content: 'Said *otherwise*' },
            }),
          ]
        : []
    case 'delete':
      return id ? [await askAs('reader', `/comments/${id}`, { method: 'DELETE' })] : []
    case 'vote':
      return id ? [await askAs('owner', `/comments/${id}/vote`, { method: 'PUT', body: { vote: 'up' } })] : []
    case 'rewrite':
      return [await askAs('owner', `/posts/${post.id}`, { method: 'PATCH', body: { content: each.text } })]
    case 'unpublish':
      return [
        await askAs('owner', `/posts/${post.id}/unpublish`, { method: 'POST' }),
        await askAs('owner', `/posts/${post.id}/publish`, { method: 'POST' }),
      ]
    case 'rename': {
      const { version, ...settings } = (await askAs<{ version: number }>('owner', '/author/settings')).json()
      const body = { ...settings, description: `Of ${each.n}` }
      const headers = { 'If-Match': `"${version}"` }
      return [await askAs('owner', '/settings', { method: 'PUT', body, headers })]
    }
  }
}

const pages = () => [
  '/',
  `/posts/${post.slug}`,
  `/posts/${post.slug}?sort=oldest`,
  '/tags/kept',
  '/archive',
  '/authors',
  '/authors/a-owner-of-tests',
]

interface Page {
  path: string
  isSignedIn: boolean
}

/** A page but for the position that its view had read up to: watching the post goes on from there, and no change of the post is after it. */
const read = async (from: 'gateway' | 'client', { path, isSignedIn }: Page): Promise<string> => {
  // Each page is confirmed for its own request.
  const headers = {
    'Cache-Control': 'no-cache',
    ...(isSignedIn && (from === 'gateway' ? session : await logbook.directlyBy({ cookie: session.Cookie }))),
  }
  const { status, text } = await ask(`${logbook.url(from)}${path}`, { headers })
  // For how many minutes a comment may be changed depends on the second.
  return `${status} ${text.replace(/data-position="\d+"/, '').replaceAll(/Can be edited for [\w ]+/g, '')}`
}

/** Where two texts first differ, for a message that can be read; empty for equal ones. */
const difference = (one: string, other: string): string => {
  const at = [...one].findIndex((character, index) => character !== other[index])
  if (one === other) return ''
  const from = Math.max(0, (at < 0 ? one.length : at) - 60)
  return `${one.slice(from, from + 160)} | ${other.slice(from, from + 160)}`
}

/** A page through the gateway and as the client makes it at the same time. */
const bothOf = async (path: Page): Promise<[kept: string, made: string]> => {
  for (;;) {
    const before = await read('client', path)
    const kept = await read('gateway', path)
    // Something changed in between, or other tests of the same blog changed it.
    if ((await read('client', path)) === before) return [kept, before]
  }
}

it('a page from the cache equals the page as the client renders it now, after every change, for anyone and for a reader with an account', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 12, maxLength: 12 }), async (steps) => {
      for (const [index, each] of steps.entries()) {
        const answers = await happens(each)
        for (const { status, headers } of answers.filter((answer) => answer.status < 300)) {
          expect(status).toBeLessThan(300)
          const reached = { 'Min-Position': headers.get('Position') ?? '', Prefer: 'wait=10' }
          await ask(`${logbook.url('gateway')}/api/tags`, { headers: reached })
        }
        for (const path of [`/posts/${post.slug}`, pages()[index % pages().length] ?? '/']) {
          for (const isSignedIn of [false, true]) {
            const [kept, made] = await bothOf({ path, isSignedIn })
            expect([path, isSignedIn, each, difference(kept, made)]).toEqual([path, isSignedIn, each, ''])
          }
        }
      }
    }),
    cases(1),
  )
  const { text } = await ask(`${logbook.url('gateway')}/metrics`)
  for (const outcome of ['hit', 'filled'])
    expect(
      Number(new RegExp(`gateway_cache_reads_total\\{outcome="${outcome}"\\} (\\d+)`).exec(text)?.[1]),
    ).toBeGreaterThan(0)
})

it('views of a post by browsers, from the cache too, are in its figures once the gateway was stopped, and those of its writer are not', async () => {
  const { write, askAs, settled } = blogOf(logbook)
  const { id, slug } = await write('Read by some')
  await settled()
  const browser = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'
  const open = (headers: Record<string, string>) =>
    ask(`${logbook.url('gateway')}/posts/${slug}`, { headers: { Accept: 'text/html', ...headers } })
  const owner = { ...(await logbook.as('owner')), 'User-Agent': `${browser} (the owner's)` }
  const readers = [{ 'User-Agent': browser }, { 'User-Agent': browser, ...session }, owner, {}]
  for (let n = 0; n < 3; n++)
    for (const reader of readers) {
      const { status, headers } = await open(reader)
      expect([status, headers.get('Counted-View')]).toEqual([200, null])
    }
  expect(await logbook.kill('gateway')).toEqual({ code: 0, signal: null })
  await logbook.start('gateway')
  await settled()
  const { status, ...answer } = await askAs<{ views: number; readers: number }>('owner', `/figures/${id}`)
  expect([status, answer.json()]).toMatchObject([200, { views: 6, readers: 1 }])
})
