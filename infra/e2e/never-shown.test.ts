import { createHash } from 'node:crypto'
import { until } from '@logbook/chassis/testing/until.ts'
import { roles } from '@logbook/contracts/identity.ts'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ask, blogOf } from './blog.ts'
import { cookiesOf } from './joining.ts'
import { type Logbook, sharedLogbook } from './logbook.ts'

const guest = { name: 'Ottoline Fennimore', email: 'ottoline@marchbanks.example' }
/** The address, its parts, and what it could be told by: pictures of people are asked for by a hash. */
const traces = [
  ...['ottoline@', 'marchbanks'],
  ...['md5', 'sha256'].map((kind) => createHash(kind).update(guest.email).digest('hex')),
]
/** Of a comment that was published with this name, which was hidden after that. */
const hidden = { name: 'Perpetua Hollingberry', url: 'https://hollingberry.example/' }
const words = {
  approved: 'A letter came by the evening boat',
  held: 'A letter and a parcel',
  rejected: 'A letter about an orange',
}

let logbook: Logbook
let rulesBefore: unknown[]
const setRules = async (rules: unknown[]) => {
  const body = { rules }
  const changed = await blogOf(logbook).askAs('owner', '/moderation/rules', { method: 'PUT', body })
  expect(changed.status, changed.text).toBe(200)
}
beforeAll(async () => {
  logbook = await sharedLogbook()
  const answer = await blogOf(logbook).askAs('owner', '/moderation/rules')
  rulesBefore = JSON.parse(answer.text).rules
})
afterAll(() => setRules(rulesBefore))

const positionOfView = async (): Promise<number> =>
  (await ask<{ position: number }>(`${logbook.url('query')}/health`)).json().position

/** Everything that a watcher of a post is told until it is ended. */
const watch = async (url: string) => {
  const ended = new AbortController()
  const answer = await fetch(url, { signal: ended.signal })
  expect(answer.status).toBe(200)
  let said = ''
  const reading = (async () => {
    const decoder = new TextDecoder()
    for await (const chunk of answer.body ?? []) said += decoder.decode(chunk, { stream: true })
  })().catch(() => {})
  return {
    said: () => said,
    async end() {
      ended.abort()
      await reading
    },
  }
}

/** A guest comments three times, once for each verdict, and edits one; someone watches. */
const commented = async () => {
  const blog = blogOf(logbook)
  await setRules([
    { kind: 'words', name: 'held', words: ['parcel'], action: 'hold' },
    { kind: 'words', name: 'no-oranges', words: ['orange'], action: 'reject' },
  ])
  const post = await blog.write('Of letters', { tags: ['post'] })
  await blog.settled()
  const watcher = await watch(`${blog.api}/changes?post=${post.id}`)
  const say = (content: string, headers: Record<string, string> = {}) =>
    ask<{ id: string }>(`${blog.api}/posts/${post.id}/comments`, {
      ...{ method: 'POST', headers },
      body: { content, author: guest },
    })
  const first = await say(words.approved)
  const cookie = { Cookie: cookiesOf(first) }
  const [, guestId = ''] = /logbook_guest=([\da-f-]{36})/.exec(cookie.Cookie) ?? []
  const all = [first, await say(words.held, cookie), await say(words.rejected, cookie)]
  expect(all.map(({ status }) => status)).toEqual([201, 201, 201])
  const ids = all.map((each) => each.json().id)
  const edited = await ask(`${blog.api}/comments/${ids[0]}`, {
    ...{ method: 'PATCH', headers: cookie, body: { content: `${words.approved}.` } },
  })
  expect(edited.status, edited.text).toBe(200)
  const signed = await ask<{ id: string }>(`${blog.api}/posts/${post.id}/comments`, {
    method: 'POST',
    body: { content: 'A letter without a sender', author: hidden },
  })
  await blog.settled()
  const named = await positionOfView()
  expect((await ask(`${blog.api}/posts/${post.id}`)).text).toContain(hidden.name)
  const hiding = await ask(`${blog.api}/comments/${signed.json().id}/anonymized`, {
    ...{ method: 'PUT', headers: { Cookie: cookiesOf(signed) }, body: { anonymized: true } },
  })
  expect(hiding.status, hiding.text).toBe(200)
  await blog.settled()
  await until(() => watcher.said().includes(`${words.approved}.`), 'the watcher to be told')
  await watcher.end()
  return {
    post,
    ids: [...ids, signed.json().id],
    /** A position at which the hidden name was shown. */
    named,
    guestId,
    cookie,
    said: [...all, edited].map(({ text }) => text).join() + watcher.said(),
  }
}
type Commented = Awaited<ReturnType<typeof commented>>

interface Operation {
  parameters?: { in: string; name: string }[]
  responses?: Record<string, { content?: Record<string, unknown> }>
}

interface Described {
  paths: Record<string, Record<string, Operation>>
}

const isStream = ({ responses }: Operation): boolean =>
  Object.values(responses ?? {}).some(({ content }) => content?.['text/event-stream'] !== undefined)

/** The addresses of a read, with what there is put for what varies. */
const addressesOf = (path: string, { post, ids, guestId }: Commented): string[] => {
  // The one answer that has the address is what a person, or who owns the blog, downloads of them.
  if (path === '/api/accounts/people/{id}/data') return []
  if (path === '/api/search') return ['/api/search?q=letter']
  if (path.startsWith('/api/comments/{id}')) return ids.map((id) => path.replace('{id}', id))
  // Posts answer by id and by slug.
  if (path === '/api/posts/{id}') return [`/api/posts/${post.id}`, `/api/posts/${post.slug}`]
  const id = path.includes('/posts/') ? post.id : guestId
  const there = path.replace('{version}', '1').replace('{id}', id)
  return [there + (path.endsWith('/diff') ? '?from=1&to=1' : '')]
}

/** Every read that the blog describes, and as of two positions where it has a past. */
const describedReads = async (there: Commented): Promise<string[]> => {
  const { paths } = (await ask<Described>(`${logbook.url('gateway')}/api/openapi.json`)).json()
  const positions = [there.named, await positionOfView()]
  return Object.entries(paths).flatMap(([path, { get }]) => {
    // Streams have no end; that of a post is read above.
    if (get === undefined || isStream(get)) return []
    const now = addressesOf(path, there)
    const hasPast = get.parameters?.some(({ name }) => name === 'asOf')
    const past = positions.flatMap((position) =>
      now.map((each) => `${each}${each.includes('?') ? '&' : '?'}asOf=${position}`),
    )
    return hasPast ? [...now, ...past] : now
  })
}

/** The pages that show posts, comments and people, and the data of each, as scripts ask for it. */
const pagesOf = ({ post }: Commented): string[] => {
  const paths = [
    '/tags',
    '/tags/post',
    '/archive',
    `/posts/${post.slug}`,
    '/moderation',
    '/drafts',
    '/people',
  ]
  paths.push('/account', `/write/${post.id}`, `/write/${post.id}/history`)
  const feeds = ['/feed.xml', '/atom.xml', '/feed.json']
  return [
    ...['/', '/_root.data', '/search?q=letter', '/search.data?q=letter'],
    ...paths.flatMap((path) => [path, `${path}.data`]),
    ...feeds.flatMap((feed) => [feed, `${feed}?post=${post.slug}`]),
  ]
}

it('the e-mail of a guest, and a name that was hidden, are in no answer of any endpoint to any caller', async () => {
  const there = await commented()
  const asked = [...(await describedReads(there)), ...pagesOf(there)]
  expect(asked.length).toBeGreaterThan(60)
  const callers = new Map<string, Record<string, string>>([
    ['nobody', {}],
    ['the guest', there.cookie],
  ])
  for (const role of roles) callers.set(role, await logbook.as(role))

  const shown = traces.filter((trace) => there.said.toLowerCase().includes(trace))
  const named: string[] = []
  for (const [caller, headers] of callers)
    for (const path of asked) {
      const { text, status } = await ask(logbook.url('gateway') + path, { headers })
      expect(status, `${path} for ${caller}`).toBeLessThan(500)
      if (text.includes(guest.name)) named.push(`${path} for ${caller}`)
      if (!['moderator', 'owner'].includes(caller) && /hollingberry/i.test(text))
        shown.push(`${path} for ${caller}: ${hidden.name}`)
      for (const trace of traces)
        if (text.toLowerCase().includes(trace)) shown.push(`${path} for ${caller}: ${trace}`)
    }
  expect(shown).toEqual([])
  const { slug, id } = there.post
  expect(named).toEqual(
    expect.arrayContaining([
      ...['/api/posts/:slug', `/posts/${slug}`].map((path) => `${path.replace(':slug', slug)} for nobody`),
      ...['/feed.xml', '/atom.xml', '/feed.json'].map((feed) => `${feed}?post=${slug} for nobody`),
      ...[`/api/posts/${id}/comments`, '/api/moderation/queue', '/moderation'].map(
        (path) => `${path} for moderator`,
      ),
    ]),
  )
  const all = await blogOf(logbook).askAs('owner', `/accounts/people/${there.guestId}/data`)
  expect(all.text).toContain(guest.email)
})
