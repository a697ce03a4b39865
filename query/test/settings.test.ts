import { initialSettings } from '@logbook/contracts/events/settings.ts'
import { postCreated } from '@logbook/contracts/examples/posts.ts'
import { settingsChanged } from '@logbook/contracts/examples/settings.ts'
import { parseAtomFeed, parseJsonFeed, parseRssFeed } from 'feedsmith'
import { describe, expect, it } from 'vitest'
import { booted, idOf } from './booted.ts'

const marsh = {
  ...initialSettings({ BLOG_TITLE: 'Marsh Letters' }),
  description: 'What the birds say',
  language: 'en-GB',
  timeZone: 'America/New_York',
  commentsFrom: 'members',
  editMinutes: 30,
  countViews: false,
  mentions: false,
  hub: 'https://hub.example/',
} as const
const post = (n: number, publishedAt: string) =>
  postCreated({ id: idOf(n), slug: `post-${n}`, title: `Post ${n}`, publishedAt })
const slugsOf = ({ body }: { body: { slug: string }[] }) => body.map(({ slug }) => slug)

describe('the settings of the blog', () => {
  it('the settings are those of a new blog, with its configured title, until they are changed', async () => {
    const { http, publishAndSettle } = await booted()
    const first = await http.get('/settings')
    expect(first.body).toEqual({ ...initialSettings({ BLOG_TITLE: 'Ada’s log' }), version: 0 })
    await publishAndSettle(settingsChanged({ settings: marsh }))
    const second = await http.get('/settings').set('If-None-Match', String(first.headers.etag))
    expect([second.status, second.body]).toEqual([200, { ...marsh, version: 1 }])
    const third = await http.get('/settings').set('If-None-Match', String(second.headers.etag))
    expect(third.status).toBe(304)
  })

  it('settings events on another stream are ignored', async () => {
    const { http, publishAndSettle } = await booted(settingsChanged({ settings: marsh }))
    await publishAndSettle(
      settingsChanged({ settings: { ...marsh, title: 'Forged' } }, { subject: 'elsewhere' }),
    )
    expect((await http.get('/settings')).body.title).toBe('Marsh Letters')
  })

  it('an event that is older than a setting gives it the initial value', async () => {
    const { title, description, language, timeZone } = marsh
    const old = settingsChanged()
    const settings = { title, description, language, timeZone }
    const { http } = await booted({ ...old, dataversion: 1, data: { ...old.data, settings } } as typeof old)
    expect((await http.get('/settings')).body).toEqual({ ...initialSettings(), ...settings, version: 1 })
  })

  it('a change of settings shows in the title, description and language of feeds at once', async () => {
    const { http, publishAndSettle } = await booted(post(1, '2026-01-01T00:00:00.000Z'))
    expect(parseRssFeed((await http.get('/feed.xml')).text)).toMatchObject({
      title: 'Ada’s log',
      language: 'en',
    })
    await publishAndSettle(settingsChanged({ settings: marsh }))
    const { title, description, language } = marsh
    expect(parseRssFeed((await http.get('/feed.xml')).text)).toMatchObject({ title, description, language })
    expect(parseJsonFeed(JSON.parse((await http.get('/feed.json')).text))).toMatchObject({
      ...{ title, description, language },
    })
    expect(parseAtomFeed((await http.get('/atom.xml')).text)).toMatchObject({
      ...{ title: { value: title }, subtitle: { value: description } },
    })
  })

  it('the time zone of the blog decides the month of a post, in the archive and the list of the month', async () => {
    const { http, publishAndSettle } = await booted(
      post(1, '2026-11-01T03:59:59.999Z'),
      post(2, '2026-11-01T04:00:00.000Z'),
      post(3, '2026-12-01T04:59:59.999Z'),
      post(4, '2026-12-01T05:00:00.000Z'),
    )
    const months = async () => (await http.get('/archive')).body.months
    expect(await months()).toEqual([
      { month: '2026-12', count: 2 },
      { month: '2026-11', count: 2 },
    ])
    await publishAndSettle(settingsChanged({ settings: marsh }))
    expect(await months()).toEqual([
      { month: '2026-12', count: 1 },
      { month: '2026-11', count: 2 },
      { month: '2026-10', count: 1 },
    ])
    expect(slugsOf(await http.get('/posts?month=2026-11'))).toEqual(['post-3', 'post-2'])
    expect(slugsOf(await http.get('/posts?month=2026-10'))).toEqual(['post-1'])
  })

  it('each post is in one month, also if clocks were set back over midnight into the month before', async () => {
    const { http } = await booted(
      settingsChanged({ settings: { ...marsh, timeZone: 'America/St_Johns' } }),
      post(1, '2009-11-01T02:29:59.999Z'),
      post(2, '2009-11-01T02:30:30.000Z'),
      // Clocks show the evening of 31 October once more.
      post(3, '2009-11-01T02:45:00.000Z'),
    )
    expect((await http.get('/archive')).body.months).toEqual([
      { month: '2009-11', count: 2 },
      { month: '2009-10', count: 1 },
    ])
    expect(slugsOf(await http.get('/posts?month=2009-11'))).toEqual(['post-3', 'post-2'])
    expect(slugsOf(await http.get('/posts?month=2009-10'))).toEqual(['post-1'])
  })

  it('months are counted in UTC if this machine does not know the time zone', async () => {
    const { http } = await booted(
      post(1, '2026-11-01T00:00:00.000Z'),
      settingsChanged({ settings: { ...marsh, timeZone: 'Mars/Olympus' } }),
    )
    expect((await http.get('/archive')).body.months).toEqual([{ month: '2026-11', count: 1 }])
  })
})
