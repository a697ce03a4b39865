import { describe, expect, it } from 'vitest'
import type { World } from './built.ts'
import { sessionOf } from './fake-accounts.ts'
import { get, send } from './requests.ts'
import { idOf } from './sample-blog.ts'

const reader = { Cookie: sessionOf('reader') }
const owner = { Cookie: sessionOf('owner') }

/** What people are told, and how they say so, by plain forms. */
export const describeNotificationPages = (world: () => World) => {
  /** The latest command. */
  const last = () => world().fake.asked.findLast(({ method }) => method !== 'GET')

  describe('notifications without JavaScript', () => {
    it('the inbox is the reader’s own page, and shows notifications as text', async () => {
      expect((await get(`${world().url}/notifications`)).headers.get('location')).toContain('/sign-in?next=')
      const { html } = await get(`${world().url}/notifications`, reader)
      expect(html).toContain('Ada replied to you on “The heron”')
      expect(html).toContain('So it &lt;b&gt;did&lt;/b&gt;.')
      const { status, headers } = await send(world(), {
        ...{ path: '/notifications', fields: { upTo: '42' }, headers: reader },
      })
      expect([status, headers.get('location'), last()?.body]).toEqual([302, '/notifications', { upTo: 42 }])
    })

    it('a thread is muted and unmuted in the inbox, and mail settings stay as they are', async () => {
      const path = '/notifications'
      const fields = { postId: idOf(1) }
      const shown = async () => (await get(`${world().url}${path}`, reader)).html
      expect(await shown()).toMatch(/value="mute"[^>]*>Mute this thread/)
      const muted = await send(world(), { path, fields: { ...fields, intent: 'mute' }, headers: reader })
      expect([muted.status, last()?.body]).toEqual([302, { mutedPosts: [idOf(1)] }])
      expect(await shown()).toMatch(/value="unmute"[^>]*>Unmute/)
      await send(world(), { path, fields: { ...fields, intent: 'unmute' }, headers: reader })
      expect(last()?.body).toEqual({ mutedPosts: [] })
      expect(await shown()).toContain('value="mute"')
      const wrong = await send(world(), {
        ...{ path, headers: reader, fields: { intent: 'mute', postId: 'wrong' } },
      })
      expect([wrong.status, wrong.html.includes('role="alert"')]).toEqual([422, true])
    })

    it('a thread that is muted while another page mutes one is muted beside it', async () => {
      const fields = { intent: 'mute', postId: idOf(3) }
      const { status } = await send(world(), { path: '/notifications', fields, headers: reader })
      expect([status, last()?.body]).toEqual([302, { mutedPosts: [idOf(2), idOf(3)] }])
    })

    it('notifications are chosen by kind and channel, and an invalid choice is named at its field', async () => {
      const path = '/notifications/preferences'
      const { html } = await get(`${world().url}${path}`, reader)
      expect(html).toContain('aria-label="Replies to my comments: Mail"')
      expect(html).not.toContain('Comments waiting for a moderator')
      const fields = {
        'mail-reply': 'on',
        rhythm: 'daily',
        quietFrom: '22:00',
        quietTo: '07:00',
        timeZone: 'Europe/Berlin',
      }
      const saved = await send(world(), { path, fields, headers: reader })
      expect(saved.html).toContain('Saved.')
      expect(last()?.body).toEqual({
        ...{ mail: ['reply'], push: [], rhythm: 'daily', timeZone: 'Europe/Berlin' },
        quiet: { from: '22:00', to: '07:00' },
      })
      const wrong = await send(world(), { path, fields: { ...fields, timeZone: 'Nowhere' }, headers: reader })
      expect([wrong.status, wrong.html.includes('must be a time zone')]).toEqual([422, true])
    })
  })

  describe('what an owner mails, without JavaScript', () => {
    it('the page of subscribers is for owners only', async () => {
      for (const path of ['/subscribers', `/newsletter/${idOf(1)}`]) {
        expect([path, (await get(`${world().url}${path}`, reader)).status]).toEqual([path, 403])
        expect((await get(`${world().url}${path}`)).headers.get('location')).toContain('/sign-in?next=')
      }
      expect((await get(`${world().url}/newsletter/${idOf(2)}`, owner)).status).toBe(404)
    })

    it('subscribers are counted by subscription, and parked messages are shown with the reason and retried', async () => {
      const path = '/subscribers'
      const { html } = await get(`${world().url}${path}`, owner)
      expect(html).toMatch(/Every new post<\/bdi><\/th><td>12<\/td>/)
      expect(html).toMatch(/New posts about marsh<\/bdi><\/th><td>2<\/td>/)
      expect(html).toContain('Mail about “reply”, parked after 20 attempts: EENVELOPE 452')
      expect((await get(`${world().url}/notifications/preferences`, owner)).html).toContain(`href="${path}"`)
      const retried = await send(world(), { path, fields: {}, headers: owner })
      expect(last()?.url.pathname).toBe('/outbox/retry')
      expect(retried.html).toContain('One message will be retried.')
      expect(retried.html).not.toContain('Retry all')
    })

    it('a newsletter is previewed as text, tested on oneself, and sent once', async () => {
      const path = `/newsletter/${idOf(1)}`
      expect((await get(`${world().url}/drafts`, owner)).html).toContain(`href="${path}"`)
      const { html } = await get(`${world().url}${path}`, owner)
      expect(html).toContain('Stood &lt;b&gt;still&lt;/b&gt;.')
      expect(html).not.toContain('<script>alert(1)')
      const press = (intent: string) => send(world(), { path, fields: { intent }, headers: owner })
      const tried = await press('test')
      expect(tried.headers.get('location')).toBe(`${path}?done=test`)
      expect(last()?.url.pathname).toBe(`/newsletters/${idOf(1)}/test`)
      expect((await press('send')).headers.get('location')).toBe(`${path}?done=send`)
      const sent = await get(`${world().url}${path}?done=send`, owner)
      expect(sent.html).toContain('The newsletter is on its way.')
      expect(sent.html).toContain('Sent on ')
      expect(sent.html).not.toContain('value="send"')
      const again = await press('send')
      expect([again.status, again.html.includes('was sent as a newsletter before')]).toEqual([409, true])
    })
  })

  describe('the links of a mail', () => {
    it.each(['/unsubscribe', '/confirm-subscription'])(
      'links of mails do nothing at %s until a button is pressed, and need no sign-in',
      async (page) => {
        const path = `${page}?subscription=01920000-0000-7000-8000-0000000000d1&token=right`
        const before = world().fake.asked.length
        const { status, html } = await get(`${world().url}${path}`)
        expect([
          status,
          world()
            .fake.asked.slice(before)
            .map(({ method }) => method)
            .includes('POST'),
        ]).toEqual([200, false])
        expect(html).toMatch(/<input type="hidden" name="token" value="right"\/>/)
        const fields = { subscription: '01920000-0000-7000-8000-0000000000d1', token: 'right' }
        expect((await send(world(), { path, fields })).html).toMatch(/role="status"/)
        const wrong = await send(world(), { path, fields: { ...fields, token: 'wrong' } })
        expect([wrong.status, wrong.html.includes('This link is not valid.')]).toEqual([403, true])
      },
    )
  })

  it.each(['/unsubscribe', '/confirm-subscription'])(
    'a link of a mail that was cut off is explained at %s, and has no button that can’t work',
    async (page) => {
      const { status, html } = await get(`${world().url}${page}`)
      expect([status, html.includes('This address is not complete')]).toEqual([200, true])
      expect(html).not.toContain('class="button"')
    },
  )

  it('the comments of a post are subscribed to on a page that names it and leads back', async () => {
    const { html } = await get(`${world().url}/subscribe?post=the-heron-stood-still`)
    expect(html).toMatch(/<a [^>]*href="\/posts\/the-heron-stood-still"[^>]*><bdi>The heron stood still/)
    const fields = { email: 'a@b.example', postId: idOf(1) }
    await send(world(), { path: '/subscribe', fields })
    expect(last()?.body).toEqual({ email: 'a@b.example', scope: { kind: 'thread', postId: idOf(1) } })
    expect((await get(`${world().url}/subscribe?post=nowhere`)).status).toBe(404)
  })

  it('a reader subscribes by mail with a form alone', async () => {
    const { html } = await get(`${world().url}/subscribe`)
    expect(html).toContain('name="email"')
    const sent = await send(world(), { path: '/subscribe', fields: { email: 'a@b.example', what: 'digest' } })
    expect(sent.html).toContain('Check your mail')
    expect(last()?.body).toEqual({ email: 'a@b.example', scope: { kind: 'digest' } })
  })
}
