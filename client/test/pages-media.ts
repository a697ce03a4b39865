import { describe, expect, it } from 'vitest'
import type { World } from './built.ts'
import { sessionOf } from './fake-accounts.ts'
import { get, send } from './requests.ts'

const path = '/settings/media'
const asOwner = { Cookie: sessionOf('owner') }
const inputOf = (html: string, name: string): string =>
  new RegExp(`<input[^>]* name="${name}"[^>]*>`).exec(html)?.[0] ?? ''
const typedIn = (html: string, name: string): string =>
  / value="([^"]*)"/.exec(inputOf(html, name))?.[1] ?? ''

/** The settings of pictures and files, as an owner without scripts meets them. */
export const describeMediaPages = (world: () => World) => {
  describe('the settings of pictures and files', () => {
    it('limits and variants are saved by a plain form of owners, and a wrong one is named at its field', async () => {
      const author = await get(`${world().url}${path}`, { Cookie: sessionOf('author') })
      expect(author.status).toBe(403)
      const { html } = await get(`${world().url}${path}`, asOwner)
      expect([typedIn(html, 'fileBytesMax'), typedIn(html, 'widths')]).toEqual([
        '2048',
        '320, 640, 960, 1280, 1920',
      ])
      const fields = {
        ...{ version: typedIn(html, 'version'), key: typedIn(html, 'key') },
        ...{ fileBytesMax: '1.5', personBytesMax: '1024', pictureBytesMax: '64', picturePixelsMax: '50' },
        ...{ widths: '480 960', webp: 'on', keepsMetadata: 'false' },
        ...{ 'quality.jpeg': '80', 'quality.webp': '75', 'quality.avif': '50' },
      }
      const saved = await send(world(), { path, fields, headers: asOwner })
      expect([saved.status, saved.headers.get('location')]).toEqual([302, `${path}?done=saved`])
      const put = world().fake.asked.findLast(({ method }) => method === 'PUT')
      expect(put?.body).toMatchObject({
        ...{ fileBytesMax: 1_572_864, picturePixelsMax: 50_000_000, widths: [480, 960], formats: ['webp'] },
      })
      const shown = (await get(`${world().url}${path}?done=saved`, asOwner)).html
      expect(shown).toContain('Saved.')
      expect(
        [inputOf(shown, 'avif'), inputOf(shown, 'webp')].map((each) => each.includes('checked')),
      ).toEqual([false, true])
      const wrong = { ...fields, key: 'another', widths: '960, 3', fileBytesMax: '' }
      const refused = await send(world(), { path, fields: wrong, headers: asOwner })
      expect(refused.status).toBe(422)
      expect(typedIn(refused.html, 'widths')).toBe('960, 3')
      for (const name of ['widths', 'fileBytesMax'])
        expect(inputOf(refused.html, name)).toContain('aria-invalid="true"')
    })
  })
}
