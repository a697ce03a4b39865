import { randomUUID } from 'node:crypto'
import type { RequestListener } from 'node:http'
import { gunzipSync } from 'node:zlib'
import { anyText } from '@logbook/chassis/testing/any-text.ts'
import { fill, placeholders, templateOf } from '@logbook/gateway/cache/template.ts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fakeView } from './fake-view.ts'
import { startGateway } from './running.ts'

const ada = { id: randomUUID(), name: 'Ada "A" <i> & d’Arc' }
const token = 'a'.repeat(32)
const heron = '01970000-0000-7000-8000-000000000001'

describe('a page with places for its reader', () => {
  it('is the same compressed and plain, whatever the name and the texts around it', async () => {
    const { id, name, unread } = placeholders(token)
    const piece = fc.oneof(anyText(), fc.constantFrom(id, name, unread, 'reader-name-'))
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 12 }), anyText(), async (pieces, typed) => {
        const page = Buffer.from(pieces.join(''))
        const template = await templateOf(page, { token, digest: 'd' })
        const reader = { id: ada.id, name: typed, unread: '3' }
        const plain = fill(template, { reader, coding: undefined })
        const packed = fill(template, { reader, coding: 'gzip' })
        expect(gunzipSync(packed.body).equals(plain.body)).toBe(true)
        expect(plain.body.includes(token)).toBe(false)
        expect(plain.etag).not.toBe(packed.etag)
      }),
      { numRuns: 60 },
    )
  })

  it('escapes the name as a text and as an attribute', async () => {
    const { name } = placeholders(token)
    const template = await templateOf(Buffer.from(`<b title="${name}">${name}</b>`), { token, digest: 'd' })
    const { body } = fill(template, { reader: { ...ada, unread: '' }, coding: undefined })
    const escaped = 'Ada &quot;A&quot; &lt;i&gt; &amp; d’Arc'
    expect(body.toString()).toBe(`<b title="${escaped}">${escaped}</b>`)
  })
})

interface People {
  [cookie: string]: { id: string; name: string; role: string }
}

/** Accounts, a client that shows a page in the two ways, and query, which says what changed and where a reader has something of their own. */
const start = async ({ marked = [] }: { marked?: readonly string[] | null } = {}) => {
  const people: People = {
    one: { ...ada, role: 'reader' },
    two: { id: randomUUID(), name: 'Ben', role: 'reader' },
    author: { id: randomUUID(), name: 'Cy', role: 'author' },
  }
  const accounts: RequestListener = async (req, res) => {
    let text = ''
    for await (const chunk of req) text += chunk
    const { cookie, authorization } = JSON.parse(text)
    const person = people[/token=(\w+)/.exec(cookie ?? '')?.[1] ?? (authorization ? 'one' : '')]
    if (person === undefined) return res.writeHead(500).end()
    const caller = { kind: 'person', ...person }
    return res.end(JSON.stringify({ token: `for-${person.id}`, expiresAt: null, caller, setCookie: [] }))
  }
  const fake = fakeView({ '/marks': { body: JSON.stringify({ posts: marked }), tags: `person-${ada.id}` } })
  const rendered: (string | undefined)[] = []
  const client: RequestListener = (req, res) => {
    const template = req.headers['reader-template']
    rendered.push(template === undefined ? String(req.headers.authorization) : 'template')
    const name = template === undefined ? 'alone' : `reader-name-${template}`
    const body = `${req.url} ${req.headers.cookie ?? ''} by ${name}`
    const { process, generation, changes } = fake.view
    const kept = { 'View-State': `${process}.${generation}.${changes}`, 'Cache-Tag': `post-${heron}` }
    const headers = template === undefined ? { 'Cache-Control': 'private' } : { ...kept, ETag: '"e"' }
    return res.writeHead(200, { ...headers, 'Content-Length': Buffer.byteLength(body) }).end(body)
  }
  const gateway = await startGateway({
    serviceToken: 'the-gateway',
    handlers: { accounts, client, query: fake.handler },
  })
  // Each page is confirmed for its own request.
  const read = (cookie: string, headers: Record<string, string> = {}) =>
    gateway.agent
      .get('/posts/heron')
      .set({ Cookie: `logbook.session_token=${cookie}`, 'Cache-Control': 'no-cache' })
      .unset('Accept-Encoding')
      .set(headers)
  // Accounts is asked at the first request of a session, and that one is passed on.
  for (const cookie of Object.keys(people)) await read(cookie)
  rendered.length = 0
  return { ...gateway, fake, people, rendered, read }
}

describe('pages for readers with an account', () => {
  it('are rendered once for all of them, and say to each their own name', async () => {
    const { read, rendered } = await start()
    const [one, two] = [await read('one'), await read('two')]
    expect(one.text).toBe('/posts/heron  by Ada &quot;A&quot; &lt;i&gt; &amp; d’Arc')
    expect(two.text).toBe('/posts/heron  by Ben')
    expect(rendered).toEqual(['template'])
    expect(one.headers).toMatchObject({
      'cache-control': 'private, no-cache',
      vary: 'Accept-Encoding, Cookie',
    })
    expect(one.headers).not.toHaveProperty('view-state')
    expect(one.headers.etag).not.toBe(two.headers.etag)
    const again = await read('one', { 'If-None-Match': String(one.headers.etag) })
    expect(again.status).toBe(304)
    expect((await read('two', { 'If-None-Match': String(one.headers.etag) })).status).toBe(200)
    const packed = await read('one', { 'Accept-Encoding': 'gzip, deflate, br, zstd' })
    expect([packed.headers['content-encoding'], packed.text]).toEqual(['gzip', one.text])
    expect((await read('one', { 'Accept-Encoding': 'br' })).headers).not.toHaveProperty('content-encoding')
  })

  it('are asked for again by theme, and after a change of what they show', async () => {
    const { read, rendered, fake } = await start()
    for (const cookie of ['one; theme=dark', 'two; theme=dark', 'two']) await read(cookie)
    expect(rendered).toEqual(['template', 'template'])
    fake.change(`post-${heron}`)
    await read('one')
    expect(rendered).toHaveLength(3)
  })

  it.each([
    ['where they have comments or votes of their own', [heron]],
    ['where there are too many such posts to name', null],
  ])('are rendered for one reader %s', async (_where, marked) => {
    const { read, rendered } = await start({ marked })
    expect((await read('one')).text).toMatch(/by alone$/)
    expect(rendered).toContain(`Bearer for-${ada.id}`)
  })

  it('are rendered for a reader who has just commented or voted, once query says so', async () => {
    const { read, fake } = await start()
    expect((await read('one')).text).not.toMatch(/by alone$/)
    fake.pages['/marks'] = { body: JSON.stringify({ posts: [heron] }), tags: `person-${ada.id}` }
    fake.change(`person-${ada.id}`)
    expect((await read('one')).text).toMatch(/by alone$/)
  })

  it('are rendered for one person with another role, by a token, or while the view is behind what they wrote', async () => {
    const { agent, read } = await start()
    expect((await read('author')).text).toMatch(/by alone$/)
    const byToken = await agent.get('/posts/heron').set('Authorization', 'Bearer lb_one')
    expect(byToken.text).toMatch(/by alone$/)
    expect((await read('one; position=8')).text).toMatch(/by alone$/)
    expect((await read('one; position=7')).text).not.toMatch(/by alone$/)
  })

  it('can’t be had with their places by a header from outside', async () => {
    const { agent, rendered } = await start()
    await agent.get('/posts/heron').set('Reader-Template', token)
    await agent.get('/search?q=x').set('Reader-Template', token)
    expect(rendered).not.toContain('template')
  })
})
