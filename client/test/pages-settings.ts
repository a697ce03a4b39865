import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { World } from './built.ts'
import { sessionOf } from './fake-accounts.ts'
import { get, send } from './requests.ts'
import { idOf, minutesAgo } from './sample-blog.ts'

const asOwner = { Cookie: sessionOf('owner') }
const ofAda = {
  ...{ title: 'Logbook of Ada', description: '', language: 'en', timeZone: 'UTC' },
  ...{ commentsFrom: 'guests', editMinutes: '15' },
}
const marsh = {
  title: 'Marsh Letters',
  description: 'What the birds say',
  language: 'de-CH',
  timeZone: 'Asia/Kathmandu',
  commentsFrom: 'guests',
  editMinutes: '15',
}

const inputOf = (html: string, name: string): string =>
  new RegExp(`<input[^>]* name="${name}"[^>]*>`).exec(html)?.[0] ?? ''
const typedIn = (html: string, name: string): string =>
  / value="([^"]*)"/.exec(inputOf(html, name))?.[1] ?? ''

/** The settings of the blog, as an owner without scripts meets them. */
export const describeSettingsPages = (world: () => World) => {
  const open = (path: string, headers = {}) => get(`${world().url}${path}`, headers)
  const settingsPage = async () => (await open('/settings', asOwner)).html
  const save = async (fields: Record<string, string>) => {
    const html = await settingsPage()
    const hidden = { version: typedIn(html, 'version'), key: typedIn(html, 'key') }
    return send(world(), {
      path: '/settings',
      fields: { intent: 'save', ...hidden, ...fields },
      headers: asOwner,
    })
  }
  const putBack = () => onTestFinished(async () => void (await save(ofAda)))

  describe('the settings of the blog', () => {
    it('the settings page is for owners', async () => {
      expect((await open('/settings')).status).toBe(302)
      for (const role of ['author', 'moderator', 'reader'] as const) {
        const headers = { Cookie: sessionOf(role) }
        expect((await open('/settings', headers)).status).toBe(403)
        const fields = { intent: 'save', version: '0', key: 'k', ...marsh }
        expect((await send(world(), { path: '/settings', fields, headers })).status).toBe(403)
        expect((await open('/', headers)).html).not.toContain('href="/settings"')
      }
      expect((await open('/', asOwner)).html).toContain('href="/settings"')
    })

    it.each(['countViews', 'mentions'])(
      'a switch is turned off and on, and stays as it is where the form does not say: %s',
      async (name) => {
        putBack()
        const sent = () =>
          (world().fake.asked.findLast(({ method }) => method === 'PUT')?.body ?? {}) as object
        expect(await settingsPage()).toMatch(
          new RegExp(`<select [^>]*name="${name}"[\\s\\S]*?<option value="true" selected="">Yes`),
        )
        await save({ ...ofAda, [name]: 'false' })
        expect(sent()).toMatchObject({ [name]: false })
        await save(ofAda)
        expect(sent()).not.toHaveProperty(name)
        await save({ ...ofAda, [name]: 'true' })
        expect(sent()).toMatchObject({ [name]: true })
      },
    )

    it('settings are saved by a form, and apply to every page after that', async () => {
      putBack()
      const before = await open('/posts/the-heron-stood-still')
      expect(before.html).toContain('<html lang="en"')
      expect(before.html).toMatch(/title="[^"]* UTC"/)
      const saved = await save(marsh)
      expect([saved.status, saved.headers.get('location')]).toEqual([302, '/settings?done=saved'])
      expect((await open('/settings?done=saved', asOwner)).html).toContain('Saved.')
      const home = (await open('/')).html
      expect(home).toContain('<html lang="de-CH"')
      expect(home).toContain('<title>Marsh Letters</title>')
      expect(home).toContain('<meta name="description" content="What the birds say"/>')
      const post = (await open('/posts/the-heron-stood-still')).html
      expect(post).toMatch(/title="[^"]* GMT\+5:45"/)
      expect(post).not.toMatch(/title="[^"]* UTC"/)
    })

    it('invalid settings are named field by field, and nothing that was typed is lost', async () => {
      const { status, html } = await save({ ...marsh, timeZone: 'Europe/Atlantis' })
      expect(status).toBe(422)
      expect(inputOf(html, 'timeZone')).toContain('aria-invalid="true"')
      expect(html).toContain('must be a time zone such as Europe/Berlin')
      expect([typedIn(html, 'timeZone'), typedIn(html, 'title')]).toEqual([
        'Europe/Atlantis',
        'Marsh Letters',
      ])
      expect((await open('/')).html).toContain('<title>Logbook of Ada</title>')
    })

    it('settings do not overwrite another owner’s change: both are shown, and what was typed can be saved', async () => {
      putBack()
      const page = await settingsPage()
      await world().fake.changeSettings({ title: 'Of another owner' })
      const fields = {
        intent: 'save',
        version: typedIn(page, 'version'),
        key: typedIn(page, 'key'),
        ...marsh,
      }
      const { status, html } = await send(world(), { path: '/settings', fields, headers: asOwner })
      expect(status).toBe(412)
      expect(html).toContain('Someone else changed the settings in the meantime')
      expect(typedIn(html, 'title')).toBe('Marsh Letters')
      expect(html).toContain('Now: Of another owner')
      const again = { ...fields, version: typedIn(html, 'version'), key: typedIn(html, 'key') }
      expect((await send(world(), { path: '/settings', fields: again, headers: asOwner })).status).toBe(302)
      expect(typedIn(await settingsPage(), 'title')).toBe('Marsh Letters')
    })

    it('settings have a history with who changed what, and can be restored', async () => {
      putBack()
      await save(marsh)
      await save({ ...marsh, title: 'A mistake' })
      const html = await settingsPage()
      const version = typedIn(html, 'version')
      expect(html).toContain('A mistake')
      const of = String(Number(version) - 1)
      expect(html).toContain('Restore this')
      const fields = { intent: 'restore', of, version, key: typedIn(html, 'key') }
      const undone = await send(world(), { path: '/settings', fields, headers: asOwner })
      expect(undone.headers.get('location')).toBe('/settings?done=restored')
      expect(typedIn(await settingsPage(), 'title')).toBe('Marsh Letters')
    })

    const post = '/posts/the-heron-stood-still'
    const formIn = (html: string) => ({
      comment: html.includes('id="comment-form"'),
      vote: html.includes('class="vote"'),
      reply: html.includes('reply='),
    })
    const [all, none] = [true, false].map((is) => ({ comment: is, vote: is, reply: is }))

    it('a page has no comment form that would be refused, and says who may comment', async () => {
      putBack()
      const asReader = { Cookie: sessionOf('reader') }
      expect(formIn((await open(post)).html)).toEqual(all)
      await save({ ...ofAda, commentsFrom: 'members' })
      const guests = (await open(post)).html
      expect(formIn(guests)).toEqual(none)
      expect(guests).toContain('People with an account may comment here.')
      expect(formIn((await open(post, asReader)).html)).toEqual(all)
      await save({ ...ofAda, commentsFrom: 'nobody' })
      for (const headers of [{}, asReader, asOwner]) {
        const { html } = await open(post, headers)
        expect(formIn(html)).toEqual(none)
        expect(html).toContain('This blog takes no new comments.')
      }
      expect(await settingsPage()).toMatch(/Who may comment(?:<!-- -->| )*<bdi>“(?:<!-- -->)?No one new/)
    })

    it('a comment that was typed while comments were closed can still be copied', async () => {
      putBack()
      await save({ ...ofAda, commentsFrom: 'members' })
      world().fake.down.add('comments')
      onTestFinished(() => world().fake.down.clear())
      const fields = { intent: 'comment', postId: idOf(1), content: 'Typed before', name: 'Lu', key: 'k1' }
      const { html } = await send(world(), { path: post, fields })
      expect(html).toContain('Not sent.')
      expect(html).toMatch(/<textarea[^>]* readOnly=""[^>]*>Typed before<\/textarea>/)
    })

    it('the edit link and form of a comment end with the time that the settings allow', async () => {
      putBack()
      const own = idOf(404)
      world().fake.say(404, 'By hand', { createdAt: minutesAgo(20) })
      world().fake.mine.add(own)
      onTestFinished(() => {
        world().fake.mine.delete(own)
        world().fake.comments.delete(own)
      })
      const shown = async (path: string, headers = {}) => {
        const { html } = await open(path, headers)
        return { edit: html.includes(`id="edit-${own}"`), form: html.includes('>By hand</textarea>') }
      }
      expect(await shown(post)).toEqual({ edit: false, form: false })
      expect(await shown(`${post}?edit=${own}`)).toEqual({ edit: false, form: false })
      await save({ ...ofAda, editMinutes: '30' })
      expect(await shown(post)).toEqual({ edit: true, form: false })
      expect((await open(post)).html).toContain('for 10 more minutes')
      expect(await shown(`${post}?edit=${own}`)).toMatchObject({ form: true })
      await save({ ...ofAda, editMinutes: '0' })
      expect(await shown(`${post}?edit=${own}`)).toEqual({ edit: false, form: false })
      expect(await settingsPage()).toMatch(/“(?:<!-- -->)?0 \(never\)/)
    })

    it.each([
      ['editMinutes', ''],
      ['editMinutes', 'ten'],
      ['editMinutes', '-1'],
      ['commentsFrom', 'friends'],
    ])('the settings refuse %s as %j and keep the current value', async (name, value) => {
      expect((await save({ ...ofAda, [name]: value })).status).toBe(422)
    })

    it('settings changed elsewhere reach every page, and no page waits for query a second time', async () => {
      putBack()
      await open('/')
      await world().fake.changeSettings({ title: 'Changed elsewhere' })
      await vi.waitFor(
        async () => expect((await open('/')).html).toContain('<title>Changed elsewhere</title>'),
        { timeout: 20_000, interval: 100 },
      )
      world().fake.asked.length = 0
      await open('/')
      expect(world().fake.asked.map(({ url }) => url.pathname)).toEqual(['/posts'])
    })
  })
}
