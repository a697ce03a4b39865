import { describe, expect, it } from 'vitest'
import type { World } from './built.ts'
import { sessionOf } from './fake-accounts.ts'
import { get, send } from './requests.ts'

const path = '/moderation/rules'
const headers = { Cookie: sessionOf('moderator') }

const oranges = { 'rules.0.kind': 'words', 'rules.0.name': 'no-oranges', 'rules.0.action': 'reject' }
const links = { 'rules.1.kind': 'links', 'rules.1.action': 'hold', 'rules.1.enabled': 'on' }

/** The rules for comments, as a browser without scripts meets them. */
export const describeRulesPage = (world: () => World) => {
  describe('the rules for comments', () => {
    const open = async () => (await get(`${world().url}${path}`, headers)).html
    const save = async (fields: Record<string, string>, intent = 'save') => {
      const [, version = ''] = / name="version" value="(\d+)"/.exec(await open()) ?? []
      return send(world(), { path, headers, fields: { version, intent, ...fields } })
    }

    it('the rules are for moderators and owners, who find them from the queue', async () => {
      expect((await get(`${world().url}${path}`)).status).toBe(302)
      expect((await get(`${world().url}${path}`, { Cookie: sessionOf('author') })).status).toBe(403)
      expect((await get(`${world().url}/moderation`, headers)).html).toContain(`href="${path}"`)
    })

    it('rules are changed, added and removed by a plain form', async () => {
      expect(await open()).toMatch(/<textarea[^>]*name="rules\.0\.words"[^>]*>orange<\/textarea>/)
      const words = 'Orange\r\n\r\n blood orange '
      const saved = await save({ ...oranges, 'rules.0.words': words, ...links, 'rules.1.linksMax': '2' })
      expect([saved.status, saved.headers.get('location')]).toEqual([302, `${path}?done=saved`])
      expect(world().fake.asked.findLast(({ method }) => method === 'PUT')?.body).toEqual({
        rules: [
          {
            kind: 'words',
            name: 'no-oranges',
            action: 'reject',
            enabled: false,
            words: ['Orange', 'blood orange'],
          },
          { kind: 'links', name: 'hold-links', action: 'hold', enabled: true, linksMax: 2 },
        ],
      })
      expect(await open()).toContain('hold-links')
      await save({
        ...oranges,
        'rules.0.words': 'orange',
        'rules.0.enabled': 'on',
        ...links,
        'rules.1.linksMax': '',
      })
      expect(await open()).not.toContain('hold-links')
    })

    it('a field with an error says so, and keeps what was typed', async () => {
      const typed = { ...oranges, 'rules.0.words': '', ...links, 'rules.1.linksMax': '-1' }
      const { status, html } = await save(typed)
      expect(status).toBe(422)
      expect(html).toContain('Some fields are not valid')
      expect(html).toMatch(
        /<input(?=[^>]*name="rules\.1\.linksMax")(?=[^>]*value="-1")[^>]*aria-invalid="true"/,
      )
    })

    it('rules that someone else changed meanwhile are not overwritten without a word', async () => {
      const mine = {
        ...links,
        'rules.0.action': 'hold',
        'rules.0.words': 'apple',
        'rules.0.kind': 'words',
        'rules.1.linksMax': '7',
      }
      const { status, html } = await save({ ...mine, version: '999' })
      expect(status).toBe(412)
      expect(html).toContain('Someone else changed the rules')
      expect(html).toMatch(/<textarea[^>]*name="rules\.0\.words"[^>]*>apple<\/textarea>/)
      expect(html).toMatch(/<input(?=[^>]*name="rules\.1\.linksMax")[^>]*value="7"/)
      expect(html).not.toContain('value="999"')
    })

    it('rules are tried on the latest comments, which changes nothing', async () => {
      const puts = () => world().fake.asked.filter(({ method }) => method === 'PUT').length
      const before = puts()
      const { html } = await save({ ...oranges, 'rules.0.words': 'oranges' }, 'try')
      expect(html).toContain('1 of the latest 40 comments would get another verdict')
      expect(html).toContain('Buy oranges')
      expect(puts()).toBe(before)
    })
  })
}
