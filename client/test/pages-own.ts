import { afterEach, describe, expect, it } from 'vitest'
import type { World } from './built.ts'
import { sessionOf } from './fake-accounts.ts'
import { get, send } from './requests.ts'
import { idOf, minutesAgo } from './sample-blog.ts'

const own = idOf(402)
const path = '/posts/the-heron-stood-still'

/** What becomes of one's own comment by plain forms. */
export const describeOwnPages = (world: () => World) => {
  describe('one’s own comment without JavaScript', () => {
    afterEach(() => {
      world().fake.mine.clear()
      world().fake.comments.delete(own)
    })
    const say = () => {
      world().fake.say(402, 'By hand', { createdAt: minutesAgo(1) })
      world().fake.mine.add(own)
    }
    const submit = (fields: Record<string, string>) => send(world(), { path, fields: { id: own, ...fields } })

    it('is edited where it stands', async () => {
      say()
      const { html } = await get(`${world().url}${path}?edit=${own}`)
      expect(html).toMatch(/<textarea[^>]*name="content"[^>]*>By hand<\/textarea>/)
      const { status, headers } = await submit({ intent: 'edit', revision: '1', content: 'By\r\nhand' })
      expect([status, headers.get('location')]).toEqual([302, `${path}?comment=${own}#comment-${own}`])
      expect(world().fake.comments.get(own)?.content).toBe('By\nhand')
      const again = await submit({ intent: 'edit', revision: '1', content: 'Late' })
      expect(again.status).toBe(412)
      expect(world().fake.comments.get(own)?.content).toBe('By\nhand')
    })

    it('is taken down by moderators alone, with a reason that no key sends by accident', async () => {
      say()
      const headers = { Cookie: sessionOf('moderator') }
      const { html } = await get(`${world().url}${path}`, headers)
      expect(html).toMatch(new RegExp(`<textarea[^>]*id="why-${own}"[^>]*required`))
      expect(html).toContain('>Take down this post for good<')
      expect((await get(`${world().url}${path}`)).html).not.toContain('Take down')
      const { status, headers: answered } = await send(world(), {
        ...{ path, headers },
        fields: { id: own, intent: 'take-comment-down', reason: 'A private address' },
      })
      expect([status, answered.get('location')]).toEqual([302, `${path}?comment=${own}#comment-${own}`])
      expect(world().fake.comments.get(own)?.status).toBe('deleted')
    })

    it('is deleted after a question', async () => {
      say()
      expect((await get(`${world().url}${path}?remove=${own}`)).html).toContain('It can’t be brought back.')
      expect((await submit({ intent: 'delete' })).status).toBe(302)
      expect(world().fake.comments.get(own)?.status).toBe('deleted')
    })
  })
}
