import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { World } from './built.ts'
import { sessionOf } from './fake-accounts.ts'
import { get, send } from './requests.ts'
import { addPage } from './sample-pages.ts'

const asOwner = { Cookie: sessionOf('owner') }
const links = [
  { label: 'About', address: '/posts/about' },
  { label: 'Marsh <b>', address: '/tags/marsh' },
  { label: 'Elsewhere', address: 'https://birds.example/?a=1' },
]
const plain = {
  ...{ title: 'Logbook of Ada', description: '', language: 'en', timeZone: 'UTC' },
  ...{ commentsFrom: 'guests', editMinutes: '15' },
}

const typedIn = (html: string, name: string): string | undefined =>
  / value="([^"]*)"/.exec(
    new RegExp(`<input[^>]* name="${name.replaceAll('.', '\\.')}"[^>]*>`).exec(html)?.[0] ?? '',
  )?.[1]
const rowsIn = (html: string): [string | undefined, string | undefined][] =>
  [...html.matchAll(/ name="navigation\.(\d+)\.label"/g)].map(([, index]) => [
    typedIn(html, `navigation.${index}.label`),
    typedIn(html, `navigation.${index}.address`),
  ])
const fieldsOf = (entries: readonly { label: string; address: string }[]): Record<string, string> =>
  Object.fromEntries(
    entries.flatMap(({ label, address }, index) => [
      [`navigation.${index}.label`, label],
      [`navigation.${index}.address`, address],
    ]),
  )
const headerOf = (html: string): string => /<nav aria-label="Pages"[\s\S]*?<\/nav>/.exec(html)?.[0] ?? ''
const linksIn = (html: string): (string | undefined)[][] =>
  [...headerOf(html).matchAll(/<a([^>]*)><bdi>(.*?)<\/bdi>/g)].map(([, attributes = '', label]) => [
    label,
    / href="([^"]*)"/.exec(attributes)?.[1],
    / aria-current="(\w+)"/.exec(attributes)?.[1],
  ])

/** The links of the header, as readers and an owner without scripts meet them. */
export const describeNavigation = (world: () => World) => {
  const open = (path: string, headers = {}) => get(`${world().url}${path}`, headers)
  const set = async (navigation: typeof links) => {
    await world().fake.changeSettings({ navigation })
    onTestFinished(() => world().fake.changeSettings({ navigation: [] }))
    await vi.waitFor(async () => expect(linksIn((await open('/')).html)).toHaveLength(navigation.length), {
      timeout: 20_000,
      interval: 100,
    })
  }
  const press = (intent: string, fields: Record<string, string>) =>
    send(world(), {
      path: '/settings',
      fields: { intent, version: '7', key: 'k', ...plain, title: 'Typed, not saved', ...fields },
      headers: asOwner,
    })

  describe('the links of the header', () => {
    it('header links are on every page, also on 404 pages, and mark the current page', async () => {
      expect(headerOf((await open('/')).html)).toBe('')
      await set(links)
      const shown = [
        ['About', '/posts/about', undefined],
        ['Marsh &lt;b&gt;', '/tags/marsh', undefined],
        ['Elsewhere', 'https://birds.example/?a=1', undefined],
      ]
      for (const path of ['/', '/nothing-here', '/posts/no-such-post', '/sign-in'])
        expect(linksIn((await open(path)).html)).toEqual(shown)
      const [first, , last] = shown
      expect(linksIn((await open('/tags/marsh')).html)).toEqual([
        first,
        ['Marsh &lt;b&gt;', '/tags/marsh', 'page'],
        last,
      ])
      expect(linksIn((await open('/?asOf=900')).html)[1]?.[1]).toBe('/tags/marsh?asOf=900')
    })

    it('header links from the seventh on are behind “More”', async () => {
      const many = Array.from({ length: 9 }, (_, index) => ({
        label: `L${index}`,
        address: `/tags/t${index}`,
      }))
      await set(many)
      const { html } = await open('/tags/t7')
      expect(linksIn(html).map(([label]) => label)).toEqual(many.map(({ label }) => label))
      expect(
        headerOf(html)
          .split('<details>')
          .map((part) => linksIn(`<nav aria-label="Pages"${part}</nav>`).length),
      ).toEqual([6, 3])
      expect(headerOf(html)).toContain('<summary data-current="true">More')
    })

    it('header links are added, moved and removed without scripts, which loses and saves nothing that was typed', async () => {
      addPage(world(), 701, 'About')
      addPage(world(), 702, 'Colophon')
      const { html: fresh } = await open('/settings', asOwner)
      expect(fresh).toContain('2 pages are not in the header')
      const pressed = async (intent: string, more = {}) => {
        const { status, html } = await press(intent, { ...fieldsOf(links), ...more })
        expect([status, typedIn(html, 'title'), typedIn(html, 'version')]).toEqual([
          200,
          'Typed, not saved',
          '7',
        ])
        return rowsIn(html).map(([label, address]) => `${label} ${address}`)
      }
      const [about, marsh, elsewhere] = [
        'About /posts/about',
        'Marsh &lt;b&gt; /tags/marsh',
        'Elsewhere https://birds.example/?a=1',
      ]
      expect(await pressed('add')).toEqual([about, marsh, elsewhere, ' '])
      expect(await pressed('add-page', { page: '/posts/colophon' })).toEqual([
        about,
        marsh,
        elsewhere,
        'Colophon /posts/colophon',
      ])
      expect(await pressed('add-pages')).toEqual([about, marsh, elsewhere, 'Colophon /posts/colophon'])
      expect(await pressed('up:2')).toEqual([about, elsewhere, marsh])
      expect(await pressed('down:0')).toEqual([marsh, about, elsewhere])
      expect(await pressed('up:0')).toEqual([about, marsh, elsewhere])
      expect(await pressed('remove:1')).toEqual([about, elsewhere])
      expect(await pressed('remove:99')).toEqual([about, marsh, elsewhere])
      expect((await open('/')).html).toContain('<title>Logbook of Ada</title>')
    })

    it('header links that another owner changed are shown beside what was typed', async () => {
      onTestFinished(() => world().fake.changeSettings({ navigation: [] }))
      const { html } = await open('/settings', asOwner)
      const hidden = { version: typedIn(html, 'version') ?? '', key: typedIn(html, 'key') ?? '' }
      await world().fake.changeSettings({ navigation: links })
      const late = await press('save', { ...hidden, title: plain.title, ...fieldsOf(links.slice(1)) })
      expect([late.status, late.html.includes('Now: About, Marsh &lt;b&gt;, Elsewhere')]).toEqual([412, true])
      expect(rowsIn(late.html)).toHaveLength(2)
    })

    it('header links are saved without empty rows; an invalid one is named at its field, and the history describes the change', async () => {
      onTestFinished(() => world().fake.changeSettings({ navigation: [] }))
      const { html } = await open('/settings', asOwner)
      const hidden = {
        version: typedIn(html, 'version') ?? '',
        key: typedIn(html, 'key') ?? '',
        title: plain.title,
      }
      const typed = [
        { label: '', address: '' },
        ...links.slice(0, 1),
        { label: 'Wrong', address: 'birds.example' },
      ]
      const refused = await press('save', { ...hidden, ...fieldsOf(typed) })
      expect(refused.status).toBe(422)
      expect(rowsIn(refused.html)).toEqual([
        ['About', '/posts/about'],
        ['Wrong', 'birds.example'],
      ])
      expect(refused.html).toMatch(
        /name="navigation\.1\.address"[^>]*aria-invalid="true"|aria-invalid="true"[^>]*name="navigation\.1\.address"/,
      )
      expect(refused.html).toContain('must be a path of this blog')
      const saved = await press('save', { ...hidden, ...fieldsOf([...links, { label: ' ', address: '' }]) })
      expect(saved.headers.get('location')).toBe('/settings?done=saved')
      const page = (await open('/settings', asOwner)).html
      expect(rowsIn(page)).toHaveLength(3)
      expect(page).toMatch(/Links in the header(?:<!-- -->)? <bdi>“About, Marsh &lt;b&gt;, Elsewhere”<\/bdi>/)
      expect(linksIn(page)).toHaveLength(3)
    })
  })
}
