import { callers } from '@logbook/chassis/testing/access.ts'
import { allEvents, appendForeign } from '@logbook/chassis/testing/test-log.ts'
import { initialSettings } from '@logbook/contracts/events/settings.ts'
import { describe, expect, it } from 'vitest'
import { bootPosts } from './boot.ts'

const marsh = {
  ...initialSettings({ BLOG_TITLE: 'Marsh Letters' }),
  description: 'What the birds say',
  language: 'en-GB',
  timeZone: 'Europe/London',
  commentsFrom: 'members',
  editMinutes: 30,
  countViews: false,
  mentions: false,
  hub: 'https://hub.example/',
  navigation: [{ label: 'About', address: '/posts/about' }],
  accent: '#2f6f4f',
  icon: 'https://birds.example/icon.png',
}

describe('the settings of the blog', () => {
  it('the settings are those of a new blog until an owner changes them', async () => {
    const { http } = await bootPosts()
    const { status, body, headers } = await http.get('/settings')
    expect([status, headers.etag]).toEqual([200, '"0"'])
    expect(body).toEqual(initialSettings())
  })

  it('one event changes the settings as a whole, and says who did it and when', async () => {
    const { http, bus } = await bootPosts()
    const { status, body, headers } = await http.put('/settings').set('If-Match', '"0"').send(marsh)
    expect([status, headers.etag, body]).toEqual([200, '"1"', marsh])
    expect((await http.get('/settings')).body).toEqual(marsh)
    const [event, ...others] = await allEvents(bus)
    expect(others).toEqual([])
    expect(event).toMatchObject({ type: 'BlogSettingsChanged', subject: 'blog-settings', version: 1 })
    expect(event?.data).toEqual({
      settings: marsh,
      changedAt: expect.stringMatching(/Z$/),
      by: { id: callers.owner.id, name: callers.owner.name },
    })
  })

  it('sending the same settings again, or the same request with its key, changes nothing', async () => {
    const { http, bus } = await bootPosts()
    const put = () => http.put('/settings').set('Idempotency-Key', 'once').send(marsh)
    const first = await put()
    await http.put('/settings').send({ ...marsh, title: 'Another' })
    const second = await put()
    expect([second.status, second.headers.etag, second.body]).toEqual([200, first.headers.etag, marsh])
    await http.put('/settings').send({ ...marsh, title: 'Another' })
    expect(await allEvents(bus)).toHaveLength(2)
    const other = await http
      .put('/settings')
      .set('Idempotency-Key', 'once')
      .send({ ...marsh, title: 'No' })
    expect([other.status, other.body.code]).toEqual([409, 'id-conflict'])
  })

  it('settings that a change does not name keep their values', async () => {
    const { http } = await bootPosts()
    const { title, description, language, timeZone } = marsh
    await http.put('/settings').send(marsh)
    const { body } = await http.put('/settings').send({ title, description, language, timeZone: 'UTC' })
    expect(body).toEqual({ ...marsh, timeZone: 'UTC' })
    expect(timeZone).not.toBe('UTC')
  })

  it('the links of the header keep their order, to this blog and elsewhere', async () => {
    const { http } = await bootPosts()
    const navigation = [
      { label: 'Über uns', address: '/posts/über-uns?from=1#top' },
      { label: 'Home', address: '/' },
      { label: 'Elsewhere', address: 'http://birds.example/a?b=c#d' },
    ]
    const { status, body } = await http.put('/settings').send({ ...marsh, navigation })
    expect([status, body.navigation]).toEqual([200, navigation])
    const turned = navigation.toReversed()
    await http.put('/settings').send({ ...marsh, navigation: turned })
    expect((await http.get('/settings/history?limit=1')).body).toMatchObject([
      { changed: ['navigation'], settings: { navigation: turned } },
    ])
  })

  it.each([
    ['label', '', '/a'],
    ['label', '\u200b', '/a'],
    ['label', 'x'.repeat(61), '/a'],
    ['label', 'two\nlines', '/a'],
    ['label', undefined, '/a'],
    ['address', 'A', undefined],
    ['address', 'A', ''],
    ['address', 'A', 'about'],
    ['address', 'A', '//elsewhere.example'],
    ['address', 'A', '/\\elsewhere.example'],
    ['address', 'A', 'javascript:alert(1)'],
    ['address', 'A', 'java\nscript:alert(1)'],
    ['address', 'A', 'data:text/html,a'],
    ['address', 'A', 'mailto:ada@birds.example'],
    ['address', 'A', 'https://'],
    ['address', 'A', 'https://birds.example/\ud800'],
    ['address', 'A', '/a\u0000b'],
    ['address', 'A', '/a b'],
    ['address', 'A', '/%zz'],
    ['address', 'A', '/a/%2e%2e/b'],
    ['address', 'A', '/a?b=1&b=2'],
    ['address', 'A', `/${'x'.repeat(500)}`],
  ])('an entry of the navigation is refused for its %s where it is %j, %j', async (field, label, address) => {
    const { http, bus } = await bootPosts()
    const navigation = [
      { label: 'Home', address: '/' },
      { label, address },
    ]
    const { status, body } = await http.put('/settings').send({ ...marsh, navigation })
    const named = new Set(body.errors?.map(({ path }: { path: string }) => path))
    expect([status, [...named]]).toEqual([422, [`navigation.1.${field}`]])
    expect(await allEvents(bus)).toEqual([])
  })

  it('more links in the header than the maximum are refused', async () => {
    const { http } = await bootPosts()
    const navigation = Array.from({ length: 31 }, () => ({ label: 'Home', address: '/' }))
    const { status, body } = await http.put('/settings').send({ ...marsh, navigation })
    expect([status, body.errors[0].path]).toEqual([422, 'navigation'])
  })

  it('a change of settings with If-Match does not overwrite another owner’s change', async () => {
    const { http, bus } = await bootPosts()
    await http.put('/settings').set('If-Match', '"0"').send(marsh)
    const late = await http
      .put('/settings')
      .set('If-Match', '"0"')
      .send({ ...marsh, title: 'Late' })
    expect([late.status, late.body.code, late.body.actual]).toEqual([412, 'precondition-failed', 1])
    expect(await allEvents(bus)).toHaveLength(1)
  })

  it('an earlier state of the settings can be restored from their history, which is newest first', async () => {
    const { http } = await bootPosts()
    await http.put('/settings').send(marsh)
    await http.put('/settings').send({ ...marsh, timeZone: 'Asia/Kathmandu', description: '' })
    await http.put('/settings').send(marsh)
    const { body } = await http.get('/settings/history?limit=2')
    expect(body).toMatchObject([
      { version: 3, changed: ['description', 'timeZone'], settings: marsh, by: { name: callers.owner.name } },
      { version: 2, changed: ['description', 'timeZone'] },
    ])
    const first = await http.get('/settings/history?limit=2&cursor=2')
    expect(first.body).toMatchObject([{ version: 1, changed: Object.keys(marsh), settings: marsh }])
    expect(first.headers.link).toBeUndefined()
  })

  it.each([
    ['title', ''],
    ['title', '\u200b'],
    ['title', 'two\nlines'],
    ['title', 'x'.repeat(101)],
    ['description', 'x'.repeat(301)],
    ['description', 7],
    ['language', 'english'],
    ['language', 'en_GB'],
    ['language', 'de-DE-DE'],
    ['language', '"><script>'],
    ['timeZone', 'Europe/Atlantis'],
    ['timeZone', '+02:00'],
    ['timeZone', ''],
    ['timeZone', '../../etc/passwd'],
    ['timeZone', undefined],
    ['commentsFrom', 'friends'],
    ['commentsFrom', null],
    ['accent', 'green'],
    ['accent', '#fff'],
    ['accent', '#2f6f4f; } body { display: none'],
    ['accent', '#2f6f4f\n'],
    ['accent', 7],
    ['icon', ''],
    ['icon', 'icon.png'],
    ['icon', '//birds.example/icon.png'],
    ['icon', 'http://birds.example/icon.png'],
    ['icon', 'data:image/png;base64,AAAA'],
    ['icon', 'javascript:alert(1)'],
    ['icon', `/${'x'.repeat(2000)}`],
    ['editMinutes', -1],
    ['editMinutes', 1.5],
    ['editMinutes', '15'],
    ['editMinutes', 525_601],
    ['mood', 'good'],
  ])('settings are refused with the name of the field where %s is %j', async (field, value) => {
    const { http, bus } = await bootPosts()
    const { status, body } = await http.put('/settings').send({ ...marsh, [field]: value })
    expect([status, body.code]).toEqual([422, 'invalid'])
    expect(JSON.stringify(body.errors)).toContain(field)
    expect(await allEvents(bus)).toEqual([])
  })

  it('a language tag is stored in its canonical form', async () => {
    const { http } = await bootPosts()
    expect((await http.put('/settings').send({ ...marsh, language: 'PT-br' })).body.language).toBe('pt-BR')
  })

  it('a colour is stored in lower case, and null means the default colour', async () => {
    const { http } = await bootPosts()
    const put = async (more: object) => (await http.put('/settings').send({ ...marsh, ...more })).body
    expect(await put({ accent: '#2F6F4F', icon: '/media/i.svg' })).toMatchObject({
      ...{ accent: '#2f6f4f', icon: '/media/i.svg' },
    })
    expect(await put({ accent: null, icon: null })).toMatchObject({ accent: null, icon: null })
  })

  it('only owners read and change the settings', async () => {
    const { as } = await bootPosts()
    for (const caller of [callers.author, callers.moderator, callers.reader] as const) {
      const http = await as(caller)
      const answers = [
        await http.get('/settings'),
        await http.put('/settings').send(marsh),
        await http.get('/settings/history'),
      ]
      expect(answers.map(({ status }) => status)).toEqual([403, 403, 403])
    }
  })

  it('an unreadable event does not stop the settings', async () => {
    const { http, bus } = await bootPosts()
    await appendForeign(bus, { type: 'BlogSettingsChanged', subject: 'blog-settings', data: { settings: 7 } })
    expect((await http.get('/settings')).body.title).toBe('Logbook')
    expect((await http.put('/settings').set('If-Match', '"1"').send(marsh)).status).toBe(200)
    expect((await http.get('/settings/history')).body).toHaveLength(1)
  })
})
