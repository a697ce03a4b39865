import { describe, expect, it } from 'vitest'
import type { World } from './built.ts'
import { sessionOf } from './fake-accounts.ts'
import { get, send } from './requests.ts'
import { idOf } from './sample-blog.ts'

const headers = { Cookie: sessionOf('owner') }
const id = idOf(3)
const path = `/write/${id}/history`

/** What was, by plain links and forms. */
export const describePastPages = (world: () => World) => {
  describe('the history of a post without JavaScript', () => {
    const fieldIn = (html: string, name: string): string =>
      new RegExp(`name="${name}" value="([^"]*)"`).exec(html)?.[1] ?? ''
    const save = async (content: string) => {
      const { title, version } = world().fake.posts.get(id) ?? { title: '', version: 0 }
      const fields = { title, content, tags: '', excerpt: '', version: String(version), intent: 'save' }
      await send(world(), { path: `/write/${id}`, fields, headers })
    }

    it('shows what changed, leads to each version, and brings one back', async () => {
      const before = world().fake.posts.get(id)
      await save('Words that were <b>better</b>.')
      await save('Words that are worse.')
      const { status, html } = await get(`${world().url}${path}`, headers)
      expect(status).toBe(200)
      expect(html).toContain(
        '<del>Words that were &lt;b&gt;better&lt;/b&gt;.</del><ins>Words that are worse.</ins>',
      )
      expect(html).toContain('Written and published')
      expect(html).not.toContain('Restore the words')

      const better = Number(before?.version) + 1
      const link = `${path}?to=${better}`
      expect(html).toContain(`href="${link}"`)
      const slid = await get(`${world().url}${path}?step=2&from=`, headers)
      for (const page of [await get(`${world().url}${link}`, headers), slid])
        expect(page.html).toContain('<ins>Words that were &lt;b&gt;better')
      const compared = await get(`${world().url}${path}?step=1&from=${better}`, headers)
      expect(compared.html).toContain('<del>Words that were')

      const fields = { restore: String(better), version: fieldIn(slid.html, 'version'), key: 'once' }
      const restored = await send(world(), { path, fields, headers })
      expect([restored.status, restored.headers.get('location')]).toEqual([302, path])
      expect(world().fake.posts.get(id)?.content).toBe('Words that were <b>better</b>.')
      const late = await send(world(), { path, fields: { ...fields, key: 'late' }, headers })
      expect(late.status).toBe(412)
      expect(late.html).toContain('changed elsewhere meanwhile')
    })

    it('is not for everyone', async () => {
      const nobody = await get(`${world().url}${path}`)
      expect([nobody.status, nobody.headers.get('location')]).toEqual([
        302,
        `/sign-in?next=${encodeURIComponent(path)}`,
      ])
      const reader = { Cookie: sessionOf('reader') }
      expect((await get(`${world().url}${path}`, reader)).status).toBe(403)
    })
  })
}
