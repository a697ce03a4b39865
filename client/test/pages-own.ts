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

    it('a comment is edited in place without scripts', async () => {
      say()
      const { html } = await get(`${world().url}${path}?edit=${own}`)
      expect(html).toMatch(/<textarea[^>]*name="content"[^>]*>By hand<\/textarea>/)
      const { status, headers } = await submit({ intent: 'edit', revision: '1', content: 'By\r\nhand' })
      expect([status, headers.get('location')]).toEqual([302, `${path}?said=${own}#comment-${own}`])
      expect(world().fake.comments.get(own)?.content).toBe('By\nhand')
      const again = await submit({ intent: 'edit', revision: '1', content: 'Late' })
      expect(again.status).toBe(412)
      expect(world().fake.comments.get(own)?.content).toBe('By\nhand')
    })

    it('a comment’s flags are set and cleared by the buttons of a form, for those who may set them', async () => {
      say()
      const offered = async (headers = {}) => {
        const { html } = await get(`${world().url}${path}`, headers)
        const [row = ''] = html.split(`id="comment-${own}"`)[1]?.split('</li><li id="comment-') ?? []
        return [...row.matchAll(/value="(\w+:(?:true|false))"/g)].map(([, flag]) => flag)
      }
      const moderator = { Cookie: sessionOf('moderator') }
      expect(await offered()).toEqual(['anonymized:true'])
      const all = ['promoted:true', 'advertised:true', 'searchable:false', 'anonymized:true']
      expect(await offered(moderator)).toEqual(all)
      for (const flag of all) {
        const { status, headers } = await submit({ intent: 'flag', flag })
        expect([status, headers.get('location')]).toEqual([302, `${path}?comment=${own}#comment-${own}`])
      }
      const { html } = await get(`${world().url}${path}`)
      for (const shown of ['★ Featured', 'From the comments', 'others do not see your name'])
        expect(html).toContain(shown)
      const opposite = ['promoted:false', 'advertised:false', 'searchable:true', 'anonymized:false']
      expect(await offered(moderator)).toEqual(opposite)
      expect((await submit({ intent: 'flag', flag: 'other:true' })).status).toBe(400)
    })

    it('a comment is taken down by moderators only, with a reason that no key sends by accident', async () => {
      say()
      const headers = { Cookie: sessionOf('moderator') }
      const { html } = await get(`${world().url}${path}`, headers)
      expect(html).toMatch(new RegExp(`<textarea[^>]*id="why-${own}"[^>]*required`))
      expect(html).toContain('>Take down this post permanently<')
      expect((await get(`${world().url}${path}`)).html).not.toContain('Take down')
      const { status, headers: answered } = await send(world(), {
        ...{ path, headers },
        fields: { id: own, intent: 'take-comment-down', reason: 'A private address' },
      })
      expect([status, answered.get('location')]).toEqual([302, `${path}?comment=${own}#comment-${own}`])
      expect(world().fake.comments.get(own)?.status).toBe('deleted')
    })

    it('moderators take down a deleted comment in its place, and where the past still has its text', async () => {
      say()
      world().fake.say(403, 'An answer', { parentId: own, createdAt: minutesAgo(1) })
      const headers = { Cookie: sessionOf('moderator') }
      const then = `${path}?asOf=${encodeURIComponent(minutesAgo(0))}`
      const offers = async (address: string, who = headers) =>
        (await get(`${world().url}${address}`, who)).html.includes(`id="why-${own}"`)
      expect([await offers(then), await offers(then, { Cookie: sessionOf('reader') })]).toEqual([true, false])
      expect((await submit({ intent: 'delete' })).status).toBe(302)
      expect([await offers(path), await offers(path, { Cookie: sessionOf('reader') })]).toEqual([true, false])
      const fields = { id: own, intent: 'take-comment-down', reason: 'A private address' }
      const taken = await send(world(), { path: then, headers, fields })
      const leads = new URL(taken.headers.get('location') ?? '', world().url)
      expect([taken.status, leads.pathname, leads.hash]).toEqual([302, path, `#comment-${own}`])
      expect(leads.searchParams.get('asOf')).toBe(new URL(then, world().url).searchParams.get('asOf'))
      const asked = world().fake.asked.findLast(({ url }) => url.pathname.endsWith('/take-down'))
      expect(asked?.body).toEqual({ reason: 'A private address' })
      world().fake.comments.delete(idOf(403))
    })

    it('a comment is deleted without scripts after a question', async () => {
      say()
      expect((await get(`${world().url}${path}?remove=${own}`)).html).toContain('This cannot be undone.')
      expect((await submit({ intent: 'delete' })).status).toBe(302)
      expect(world().fake.comments.get(own)?.status).toBe('deleted')
    })
  })
}
