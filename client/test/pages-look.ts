import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { World } from './built.ts'
import { sessionOf } from './fake-accounts.ts'
import { get, send } from './requests.ts'

const asOwner = { Cookie: sessionOf('owner') }
const typed = {
  ...{ title: 'Logbook of Ada', description: '', language: 'en', timeZone: 'UTC' },
  ...{ commentsFrom: 'guests', editMinutes: '15' },
}
const hiddenIn = (html: string, name: string): string =>
  new RegExp(`name="${name}" value="([^"]*)"`).exec(html)?.[1] ?? ''

/** The colour and the icon of the blog, as readers and an owner without scripts meet them. */
export const describeLook = (world: () => World) => {
  const open = (path: string, headers = {}) => get(`${world().url}${path}`, headers)
  const press = async (intent: string, fields: Record<string, string>) => {
    const { html } = await open('/settings', asOwner)
    const hidden = { version: hiddenIn(html, 'version'), key: hiddenIn(html, 'key') }
    return send(world(), {
      path: '/settings',
      fields: { intent, ...hidden, ...typed, ...fields },
      headers: asOwner,
    })
  }

  describe('the look of the blog', () => {
    it('accent colour and icon are on every page after the change, in files that the policy allows', async () => {
      onTestFinished(() => world().fake.changeSettings({ accent: null, icon: null }))
      expect((await open('/')).html).not.toContain('/accent/')
      const saved = await press('save', { accent: '#1A5C3A', icon: 'https://birds.example/i.png' })
      expect(saved.headers.get('location')).toBe('/settings?done=saved')
      await vi.waitFor(async () => expect((await open('/nothing')).html).toContain('/accent/'), {
        timeout: 20_000,
        interval: 100,
      })
      for (const path of ['/', '/nothing']) {
        const { html } = await open(path)
        const styles = [...html.matchAll(/<link[^>]*rel="stylesheet"[^>]*>/g)].map(([link]) => link)
        expect(styles.at(-1)).toContain('href="/accent/1/page-1a5c3a.css"')
        expect(html).toContain('<link rel="icon" href="https://birds.example/i.png"/>')
        expect(html).not.toContain('style="')
      }
      const { status, headers, html: css } = await open('/accent/1/page-1a5c3a.css')
      expect([status, headers.get('content-type'), headers.get('cache-control')]).toEqual([
        200,
        'text/css; charset=utf-8',
        'public, max-age=31536000, immutable',
      ])
      expect(css).toContain('--accent:light-dark(#1a5c3a,')
      expect((await open('/accent/0/page-1a5c3a.css')).status).toBe(404)
      expect((await open('/settings', asOwner)).html).toMatch(/Accent colour(?:<!-- -->)? <bdi>“#1a5c3a”/)
    })

    it('the settings page previews the accent colour of each theme without saving it', async () => {
      const { status, html } = await press('preview', { accent: '#ffe000', title: 'Typed' })
      expect(status).toBe(200)
      expect(html).toContain('href="/accent/1/sample-ffe000.css"')
      expect(html).toMatch(
        /Light theme(?:<!-- -->)?: <bdi>#[0-9a-f]{6}<\/bdi>(?:<!-- -->)?, darker than chosen/,
      )
      expect(html).toMatch(/Dark theme(?:<!-- -->)?: <bdi>#ffe000<\/bdi>(?:<!-- -->)?, as chosen/)
      expect(html).toMatch(/name="title" value="Typed"/)
      expect((await open('/')).html).not.toContain('/accent/')
    })

    it('an invalid colour or icon address is refused at its field', async () => {
      const { status, html } = await press('save', { accent: 'orange', icon: 'icon.png' })
      expect(status).toBe(422)
      expect(html).toContain('must be a colour such as #2f6f4f')
      expect(html).toContain('must be a web address (https://…) or a path that begins with one slash')
      expect(html).toMatch(/name="accent" value="orange"/)
      expect(html).not.toContain('<img')
    })
  })
}
