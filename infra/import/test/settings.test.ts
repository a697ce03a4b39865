import { callers } from '@logbook/chassis/testing/access.ts'
import { initialSettings } from '@logbook/contracts/events/settings.ts'
import { predictedBook } from '@logbook/importer/addresses.ts'
import type { Blog } from '@logbook/importer/entry.ts'
import { openBlog } from '@logbook/importer/open-blog.ts'
import { checkSettings, type SaidSettings } from '@logbook/importer/settings.ts'
import { exportXml, itemXml, withFile, withFolder } from '@logbook/importer/testing/make-export.ts'
import { type Files, write } from '@logbook/importer/testing/make-folder.ts'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { importBlog } from '../import-blog.ts'
import { silentProgress } from '../send/progress.ts'
import { printSummary } from '../send/tally.ts'
import { targetOf } from '../target.ts'
import { startFrontDoor } from './front-door.ts'
import { startRealServices } from './real-services.ts'

const now = new Date('2026-01-01T00:00:00Z')

let services: Awaited<ReturnType<typeof startRealServices>>
beforeEach(async () => {
  services = await startRealServices()
})
afterEach(() => services.close())

const settingsUrls = () => {
  const read = `${services.postsUrl}/settings`
  return { read, write: read, history: `${read}/history` }
}
const bring = (blog: Blog, more: object = {}) =>
  importBlog(blog, {
    ...{ postsUrl: services.postsUrl, commentsUrl: services.commentsUrl, token: services.token },
    ...{ settingsUrls: settingsUrls(), dryRun: false, progress: silentProgress, retryMsMin: 1, ...more },
  })
/** A blog without a text, which says this of itself. */
const saying = (said: SaidSettings): Blog => ({
  format: 'jekyll',
  identity: 'a',
  wanted: [],
  settings: () => checkSettings(said, '_config.yml'),
  async *entries() {},
})
const asOwner = async (method: string, body?: object) => {
  const headers = {
    authorization: (await services.header(callers.owner)) ?? '',
    'content-type': 'application/json',
  }
  const answer = await fetch(settingsUrls().read, {
    method,
    headers,
    ...(body && { body: JSON.stringify(body) }),
  })
  expect(answer.status).toBe(200)
  return answer.json()
}
const initial = initialSettings()

describe('the settings of a blog that is imported', () => {
  it('the settings of a blog that is imported are set if they were never set here, in one change, and a second import changes nothing', async () => {
    const blog = saying({ title: 'Marsh <Letters>', timeZone: 'Europe/Berlin', language: 'de_DE.UTF-8' })
    const { settings, notes, stopped } = await bring(blog)
    expect([stopped, notes]).toEqual([null, []])
    expect(settings).toEqual({
      where: '_config.yml',
      set: ['title: Marsh <Letters>', 'language: de-DE', 'time zone: Europe/Berlin'],
      kept: [],
    })
    const marsh = { ...initial, title: 'Marsh <Letters>', timeZone: 'Europe/Berlin', language: 'de-DE' }
    expect(await asOwner('GET')).toEqual(marsh)
    expect((await bring(blog)).settings).toEqual({ where: '_config.yml', set: [], kept: [] })
    expect(await services.all('BlogSettingsChanged')).toHaveLength(1)
  })

  it('the settings of a blog that is imported are left as a person made them, also where that is what they were at first', async () => {
    await asOwner('PUT', { ...initial, title: 'My own' })
    await asOwner('PUT', { ...initial, title: 'My own', description: 'Mine' })
    await asOwner('PUT', { ...initial, title: 'My own', description: '' })
    const summary = await bring(saying({ title: 'Theirs', description: 'Theirs', timeZone: 'Asia/Kolkata' }))
    expect(summary.settings).toMatchObject({
      set: ['time zone: Asia/Kolkata'],
      kept: ['title: Theirs', 'description: Theirs'],
    })
    expect(await asOwner('GET')).toEqual({ ...initial, title: 'My own', timeZone: 'Asia/Kolkata' })
    expect(printSummary(summary)).toContain('not set title: Theirs (it was set here before)')
    await asOwner('PUT', { ...initial, title: 'My own', timeZone: 'UTC' })
    await bring(saying({ timeZone: 'Asia/Kolkata' }))
    expect((await asOwner('GET')).timeZone).toBe('UTC')
  })

  it('the settings of a blog that is imported are taken one by one: what is none is named and leaves the others', async () => {
    const { settings, notes } = await bring(
      saying({ title: ` Two\n lines ${'x'.repeat(200)}`, language: 'klingon', timeZone: 'Mars/Olympus' }),
    )
    expect(settings?.set).toHaveLength(1)
    expect((await asOwner('GET')).title).toMatch(/^Two lines x{80,}…$/)
    expect(notes.map(({ reason }) => reason).sort()).toEqual([
      'language: must be a language tag such as en or pt-BR; it was not set',
      'time zone: must be a time zone such as Europe/Berlin; it was not set',
    ])
  })

  it('the settings of a blog that is imported are shown by a dry run, and not sent', async () => {
    const summary = await bring(saying({ title: 'Marsh' }), { dryRun: true, token: undefined })
    expect(printSummary(summary)).toContain('to set  title: Marsh')
    expect(await services.all('BlogSettingsChanged')).toEqual([])
  })

  it('the settings of a blog that is imported come through the public address with the API token of an owner', async () => {
    const header = (await services.header(callers.owner)) ?? ''
    const { kind, id, role, name } = callers.owner
    const holder = { caller: { kind, id, role, name }, accessToken: header.replace('Bearer ', '') }
    const door = await startFrontDoor({
      ...{ posts: services.postsUrl, comments: services.commentsUrl, holders: { lb_owner: holder } },
    })
    try {
      const target = targetOf({ url: door.url }, { LOGBOOK_TOKEN: 'lb_owner' })
      const more = { settingsUrls: target.urls.settings, token: target.token() }
      expect((await bring(saying({ title: 'Marsh' }), more)).settings?.set).toEqual(['title: Marsh'])
      expect((await asOwner('GET')).title).toBe('Marsh')
      // What was set is known by the whole history, which is longer than one page of it.
      await asOwner('PUT', { ...initial, title: 'My own', timeZone: 'Asia/Kolkata' })
      for (let n = 0; n < 25; n += 1)
        await asOwner('PUT', { ...initial, title: 'My own', description: `Draft ${n}` })
      expect((await bring(saying({ timeZone: 'Europe/Berlin' }), more)).settings).toMatchObject({
        ...{ set: [], kept: ['time zone: Europe/Berlin'] },
      })
    } finally {
      await door.close()
    }
  })
})

describe('what an export says of its blog', () => {
  const folderWith = (files: Files, use: typeof foundIn) =>
    withFolder(async (folder) => {
      await write(folder, files)
      return use(folder)
    })
  const foundIn = async (path: string) => {
    const blog = await openBlog({ path, now })
    return blog.settings?.(predictedBook(blog.wanted))
  }

  it('what an export says of its blog is read from _config.yml of a Jekyll folder, by the words of its themes too', async () => {
    const post = { '_posts/2015-03-04-a.md': '---\ntitle: A\n---\nText' }
    const read = (config: string) => folderWith({ ...post, '_config.yml': config }, foundIn)
    expect(
      await read(
        'title: "Marsh: Letters"\ndescription: >\n  What the\n  birds say\nlang: de\ntimezone: Europe/Berlin\n',
      ),
    ).toEqual({
      where: '_config.yml',
      values: {
        ...{ title: 'Marsh: Letters', description: 'What the birds say', language: 'de' },
        timeZone: 'Europe/Berlin',
      },
      faults: [],
    })
    expect((await read('name: Marsh\nlocale: en_GB\n'))?.values).toEqual({
      title: 'Marsh',
      language: 'en-GB',
    })
    expect((await folderWith(post, foundIn))?.values).toEqual({})
  })

  it('what an export says of its blog is read from the links of a Jekyll blog, which lead to its texts where these are now', async () => {
    const pages = {
      '_posts/2015-03-04-a.md': '---\ntitle: A\n---\nText',
      'about.md': '---\ntitle: About us\npermalink: /about/\n---\nUs',
    }
    const config = 'url: https://old.example\nbaseurl: /blog\n'
    const found = (files: Files) => folderWith({ ...pages, ...files }, foundIn)
    const menu = `
- title: Home
  url: /
- name: "About  us"
  link: /about/
- title: Archive
  url: https://old.example/blog/archive/
- title: Elsewhere
  url: https://other.example/x?y=1#z
- title: Lost
  url: /blog/lost/
- title: ""
  url: /about/
- title: Evil
  url: javascript:alert(1)
- just words
`
    const navigation = [
      { label: 'Home', address: '/' },
      { label: 'About us', address: '/posts/about' },
      { label: 'Archive', address: '/archive' },
      { label: 'Elsewhere', address: 'https://other.example/x?y=1#z' },
      { label: 'Lost', address: 'https://old.example/blog/lost/' },
    ]
    const beside = await found({ '_config.yml': config, '_data/navigation.yml': menu })
    expect(beside?.values.navigation).toEqual(navigation)
    expect(beside?.faults).toHaveLength(2)
    const indented = menu.replaceAll('\n', '\n  ')
    for (const files of [
      { '_config.yml': config, '_data/navigation.yml': `main:${indented}` },
      { '_config.yml': `${config}navigation:${indented}` },
      { '_config.yml': `${config}theme_settings: 1\nmenu:${indented}` },
    ])
      expect((await found(files))?.values.navigation).toEqual(navigation)
    expect((await found({ '_config.yml': config, '_data/navigation.yml': '*: [' }))?.values).toEqual({})
  })

  it('what an export says of its blog is read from the head of a WordPress export', async () => {
    const xml = exportXml({ items: [itemXml({ id: 1 })] }).replace(
      '<title>A blog</title>',
      '<title>Marsh &amp;amp; Sea</title><description>What &#8220;birds&#8221; say</description><language>de-DE</language>',
    )
    expect(await withFile(xml, foundIn)).toMatchObject({
      values: { title: 'Marsh & Sea', description: 'What “birds” say', language: 'de-DE' },
      faults: [],
    })
  })

  it('what an export says of its blog is read from the settings of a Ghost export, of any version', async () => {
    const read = (settings: object) => {
      const rows = Object.entries(settings).map(([key, value]) => ({ key, value }))
      const post = { id: '1', title: 'A', slug: 'a', html: '<p>A</p>', status: 'published' }
      return withFile(JSON.stringify({ data: { posts: [post], settings: rows } }), foundIn)
    }
    const values = { title: 'Marsh', description: 'Birds', language: 'de', timeZone: 'Asia/Kolkata' }
    const { title, description } = values
    expect((await read({ title, description, locale: 'de', timezone: 'Asia/Kolkata' }))?.values).toEqual(
      values,
    )
    expect((await read({ title, description, lang: 'de', active_timezone: 'Asia/Kolkata' }))?.values).toEqual(
      values,
    )
    const menu = [
      { label: 'A', url: '__GHOST_URL__/a/' },
      { label: 'Home', url: '/' },
    ]
    expect((await read({ navigation: JSON.stringify(menu) }))?.values).toEqual({
      navigation: [
        { label: 'A', address: '/posts/a' },
        { label: 'Home', address: '/' },
      ],
    })
    expect((await read({ navigation: '[' }))?.values).toEqual({})
    const look = { accent_color: '#0a5c36', icon: 'https://pictures.example/icon.png' }
    expect((await read(look))?.values).toEqual({ accent: '#0a5c36', icon: look.icon })
    expect((await read({ icon: '__GHOST_URL__/content/icon.png', accent_color: 'red' }))?.values).toEqual({})
    expect((await read({ title, description: null, activeTimezone: 'Etc/UTC' }))?.values).toEqual({
      title,
      timeZone: 'Etc/UTC',
    })
  })
})
