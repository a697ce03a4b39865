import { describe, expect, it } from 'vitest'
import { initialsOf } from '../app/features/posts/initials.ts'
import type { World } from './built.ts'
import { sessionOf } from './fake-accounts.ts'
import { mediumIds } from './fake-media.ts'
import { get, send } from './requests.ts'

const headers = { Cookie: sessionOf('author') }
const path = '/account'

/** The picture of a person, chosen by a plain form. */
export const describePortraits = (world: () => World) => {
  describe('the picture of a person', () => {
    it('a person chooses one of their pictures and removes it again, without scripts', async () => {
      const account = async () => (await get(`${world().url}${path}`, headers)).html
      const before = await account()
      const address = `/api/media/${mediumIds.heron}/w1600.jpg#1600x900`
      expect(before).toContain(`<input type="radio" required="" name="picture" value="${address}"/>`)
      expect(before.match(/name="picture"/g)).toHaveLength(1)
      expect(before).not.toContain('Remove your picture')
      const chosen = await send(world(), { path, headers, fields: { intent: 'portrait', picture: address } })
      expect(chosen.html).toContain('Your picture was changed.')
      expect(chosen.html).toMatch(/<img class="focus portrait-picture"[^>]*w320\.jpg" alt=""/)
      expect(chosen.html).toMatch(/<input type="radio"[^>]* checked=""/)
      const removed = await send(world(), { path, headers, fields: { intent: 'remove-portrait' } })
      expect(removed.html).toContain('Your picture was removed.')
      expect(removed.html).not.toContain('portrait-picture')
    })

    it('every person can send a picture, readers too, who choose from no library', async () => {
      const asReader = { Cookie: sessionOf('reader') }
      const reader = await get(`${world().url}${path}`, asReader)
      expect(reader.html).toContain('Your initials stand beside your name.')
      expect(reader.html).toContain('To send a picture from this device, turn on JavaScript.')
      expect(reader.html.match(/name="picture"/g)).toBeNull()
      world().fake.down.add('media')
      const away = await get(`${world().url}${path}`, headers)
      const stillThere = await get(`${world().url}${path}`, asReader)
      world().fake.down.delete('media')
      expect(away.html).toContain('Your pictures can not be listed at the moment.')
      expect(stillThere.html).not.toContain('can not be listed')
    })

    it('a byline without a picture has the initials of the name, for the eye alone', async () => {
      const { html } = await get(`${world().url}/posts/the-heron-stood-still`)
      expect(html).toMatch(/<span class="portrait" aria-hidden="true">A<\/span><bdi>Ada<\/bdi>/)
    })

    it.each([
      ['Ada', 'A'],
      ['ada lovelace king', 'AK'],
      ['Jean-Luc', 'JL'],
      ['👩‍🚀 Zoë Ångström', 'ZÅ'],
      ['李 小龙', '李小'],
      ['???', ''],
    ])('the initials of %s are %s', (name, initials) => {
      expect(initialsOf(name)).toBe(initials)
    })
  })
}
