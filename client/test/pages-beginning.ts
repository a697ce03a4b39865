import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import type { World } from './built.ts'
import { sessionOf } from './fake-accounts.ts'
import { get, send } from './requests.ts'

const asOwner = { Cookie: sessionOf('owner') }
const typed = { title: 'Marsh Letters', description: '', language: 'de', timeZone: 'Europe/Berlin' }

/** The first pages of a new blog, as its owner without scripts meets them. */
export const describeBeginning = (world: () => World) => {
  const open = (path: string, headers = {}) => get(`${world().url}${path}`, headers)
  const press = (intent: string, fields: Record<string, string> = {}) =>
    send(world(), {
      path: '/begin',
      fields: { intent, key: crypto.randomUUID(), ...typed, ...fields },
      headers: asOwner,
    })

  it('a page is written with its cover and its words, has no comments if so wished, and becomes a post', async () => {
    const form = { intent: 'publish', title: 'Colophon', content: 'Set in **type**.', tags: '', excerpt: '' }
    const about = { kind: 'page', cover: '/media/boat.jpg', coverAlt: 'A boat on "wet" sand' }
    const fields = { ...form, ...about, comments: 'closed', key: crypto.randomUUID() }
    const written = await send(world(), { path: '/write', fields, headers: asOwner })
    const path = written.headers.get('location') ?? ''
    expect(path).toMatch(/^\/posts\//)
    const { html } = await open(path)
    expect(html).toContain('src="/media/boat.jpg" alt="A boat on &quot;wet&quot; sand"')
    expect(html).not.toContain('name="content"')
    expect((await open('/')).html).not.toContain('Colophon')
    const post = [...world().fake.posts.values()].find(({ title }) => title === 'Colophon')
    if (post === undefined) throw new Error('It was not written.')
    onTestFinished(() => void world().fake.posts.delete(post.id))
    expect(post).toMatchObject({ ...about, commentsClosed: true })
    const composer = (await open(`/write/${post.id}`, asOwner)).html
    expect(composer).toMatch(/<option value="page" selected="">/)
    expect(composer).toMatch(/name="coverAlt"[^>]*value="A boat on &quot;wet&quot; sand"/)
    const edit = { ...fields, intent: 'save', kind: 'post', version: String(post.version) }
    await send(world(), { path: `/write/${post.id}`, fields: edit, headers: asOwner })
    expect(world().fake.posts.get(post.id)).toMatchObject({ ...about, kind: 'post' })
  })

  describe('a new blog', () => {
    beforeEach(async () => {
      await world().fake.forgetSettings()
      onTestFinished(() => world().fake.forgetSettings())
    })

    it('a new blog is set up with its title, time zone and language, the last as the browser prefers', async () => {
      const { html } = await open('/begin', { ...asOwner, 'Accept-Language': 'de-AT,de;q=0.9,en;q=0.8' })
      expect(html).toMatch(/name="title" value="Logbook of Ada"/)
      expect(html).toMatch(/name="timeZone" value="UTC"/)
      expect(html).toMatch(/name="language" value="de-AT"/)
      for (const odd of ['*', 'x', '"><script>', ''])
        expect((await open('/begin', { ...asOwner, 'Accept-Language': odd })).html).toMatch(
          /name="language" value="en"/,
        )
    })

    it('the set-up of a new blog continues to the first post or the import, and is not repeated', async () => {
      const begun = await press('write')
      expect([begun.status, begun.headers.get('location')]).toEqual([302, '/write'])
      expect((await open('/')).html).toContain('<title>Marsh Letters</title>')
      expect((await open('/begin', asOwner)).headers.get('location')).toBe('/settings')
      const late = await press('write', { title: 'Of another window' })
      expect(late.headers.get('location')).toBe('/settings')
      expect((await open('/settings', asOwner)).html).toMatch(/name="title" value="Marsh Letters"/)
      await world().fake.forgetSettings()
      expect((await press('import')).headers.get('location')).toBe('/begin/import')
      expect((await open('/begin/import', asOwner)).html).toContain(
        'npm run import -- &lt;export file or folder&gt;',
      )
    })

    it('the set-up of a new blog names the field that is not valid, and keeps what was typed', async () => {
      const { status, html } = await press('write', { timeZone: 'Europe/Atlantis' })
      expect(status).toBe(422)
      expect(html).toContain('must be a time zone such as Europe/Berlin')
      expect(html).toMatch(/name="title" value="Marsh Letters"/)
    })

    it('only the owner sets up a new blog, and may skip it', async () => {
      expect((await open('/begin', asOwner)).html).toContain('<a class="plain" href="/write"')
      for (const path of ['/begin', '/begin/import']) {
        expect((await open(path)).headers.get('location')).toContain('/sign-in')
        expect((await open(path, { Cookie: sessionOf('author') })).status).toBe(403)
      }
    })
  })
}
