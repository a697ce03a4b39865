import { describe, expect, it } from 'vitest'
import type { World } from './built.ts'
import { sessionOf } from './fake-accounts.ts'
import { get, send } from './requests.ts'
import { idOf, minutesAgo } from './sample-blog.ts'

const headers = { Cookie: sessionOf('owner') }
const id = idOf(3)
const path = `/write/${id}/history`

/** What was, by plain links and forms. */
export const describePastPages = (world: () => World) => {
  describeMoments(world)
  describe('the history of a post without JavaScript', () => {
    const fieldIn = (html: string, name: string): string =>
      new RegExp(`name="${name}" value="([^"]*)"`).exec(html)?.[1] ?? ''
    const save = async (content: string) => {
      const { title, version } = world().fake.posts.get(id) ?? { title: '', version: 0 }
      const fields = { title, content, tags: '', excerpt: '', version: String(version), intent: 'save' }
      await send(world(), { path: `/write/${id}`, fields, headers })
    }

    it('the history of a post shows changes, links to each version, and restores one', async () => {
      const before = world().fake.posts.get(id)
      await save('Words that were <b>better</b>.')
      await save('Words that are worse.')
      const { status, html } = await get(`${world().url}${path}`, headers)
      expect(status).toBe(200)
      expect(html).toContain(
        '<del>Words that were &lt;b&gt;better&lt;/b&gt;.</del><ins>Words that are worse.</ins>',
      )
      expect(html).toContain('Written and published')
      expect(html).toMatch(/https:\/\/other\.example\/&lt;b&gt;<\/bdi><\/a>: (?:<!-- -->)?told/)
      expect(html).not.toContain('Restore this version')

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
      expect(late.html).toContain('changed elsewhere in the meantime')
    })

    it('a deleted post has a history that cannot change it', async () => {
      const gone = idOf(91)
      const [post] = world().fake.posts.values()
      if (post === undefined) throw new Error('The sample blog has no posts.')
      world().fake.posts.set(gone, { ...post, id: gone, slug: 'to-go', title: 'To go' })
      await fetch(`${world().url}/fake-posts/posts/${gone}`, {
        method: 'DELETE',
        headers: { 'If-Match': `"${post.version}"` },
      })
      const { status, html } = await get(`${world().url}/write/${gone}/history`, headers)
      expect(status).toBe(200)
      expect(html).toMatch(/History of<\/span> <bdi>[^<]*To go/)
      expect(html).not.toContain(`href="/write/${gone}"`)
      expect(html).not.toContain('Restore this version')
    })

    it('the history of a post that was taken down says who did it, when and why, and what is left, to moderators too', async () => {
      const taken = idOf(92)
      const [post] = world().fake.posts.values()
      if (post === undefined) throw new Error('The sample blog has no posts.')
      world().fake.posts.set(taken, { ...post, id: taken, slug: 'to-take', title: 'Secret title' })
      const moderator = { Cookie: sessionOf('moderator') }
      const fields = { id: taken, intent: 'take-post-down', texts: 'all', reason: 'It has an address.' }
      const answer = await send(world(), { path: '/posts/to-take', fields, headers: moderator })
      const leads = answer.headers.get('location')
      expect([answer.status, leads]).toEqual([302, `/write/${taken}/history`])
      for (const who of [headers, moderator]) {
        const { status, html } = await get(`${world().url}${leads}`, who)
        expect(status).toBe(200)
        expect(html).toContain('This post was taken down')
        expect(html).toMatch(/By (?:<!-- -->)?Mo.*<q[^>]*>It has an address\.<\/q>/)
        expect(html).toContain('Written and published')
        expect(html).not.toMatch(/Secret title|Restore this version|name="step"|>Edit</)
      }
    })

    it('the history of a post links to what readers saw then', async () => {
      const { html } = await get(`${world().url}${path}`, headers)
      const [, href = ''] = /href="([^"]+)"[^>]*>See it as readers saw it then/.exec(html) ?? []
      expect(href).toContain(`/posts/${id}?asOf=`)
      const leads = await get(`${world().url}${href.replaceAll('&amp;', '&')}`)
      expect(leads.headers.get('location')).toMatch(/^\/posts\/[a-z-]+\?asOf=/)
    })

    it('the history of a post is not for everyone', async () => {
      const anonymous = await get(`${world().url}${path}`)
      expect([anonymous.status, anonymous.headers.get('location')]).toEqual([
        302,
        `/sign-in?next=${encodeURIComponent(path)}`,
      ])
      const reader = { Cookie: sessionOf('reader') }
      expect((await get(`${world().url}${path}`, reader)).status).toBe(403)
    })
  })
}

const threeDays = 3 * 24 * 60
const heron = '/posts/the-heron-stood-still'

/** The blog as its readers saw it at some time. */
const describeMoments = (world: () => World) => {
  describe('the blog as of a moment, without JavaScript', () => {
    const at = async (path: string, asOf: string) =>
      get(`${world().url}${path}?asOf=${encodeURIComponent(asOf)}`)

    it('a list of the past has the posts of then, says so, and links within the past', async () => {
      const asOf = minutesAgo(threeDays)
      const kept = encodeURIComponent(asOf)
      const { status, headers, html } = await at('/', asOf)
      expect([status, headers.get('cache-control')]).toEqual([200, 'private, no-cache'])
      expect(html).toContain('Three days without a map')
      expect(html).not.toContain('The heron stood still')
      expect(html).toMatch(/The blog as of <strong>\d+ \w+ \d{4}, \d\d:\d\d UTC<\/strong>/)
      expect(html).toContain(`href="/posts/three-days-without-a-map?asOf=${kept}"`)
      expect(html).toContain(`href="/archive?asOf=${kept}"`)
      expect(html).toMatch(/href="\/"[^>]*>Back to now/)
      expect(html).toContain('<meta name="robots" content="noindex"/>')
      expect(html).toContain('<link rel="canonical" href="http://localhost:3000/"/>')
      expect(html).not.toContain('application/rss+xml')
    })

    it('a post of the past has the comments of then, and no forms', async () => {
      const asOf = minutesAgo(99)
      const { status, html } = await at(heron, asOf)
      expect(status).toBe(200)
      expect(html).toContain('It meets at dawn, and nobody speaks.')
      expect(html).not.toContain('What paper do you draw on?')
      expect(html).toContain('Score 4')
      for (const doing of ['<textarea', 'Agree with', 'Reply', 'name="intent"'])
        expect(html).not.toContain(doing)
      expect(html).toContain(`<link rel="canonical" href="http://localhost:3000${heron}"/>`)
      expect(html).toContain(`?asOf=${encodeURIComponent(asOf)}&amp;sort=oldest#comments`)
    })

    it('a day of the past means its end, and today means now', async () => {
      const day = minutesAgo(threeDays).slice(0, 10)
      const before = world().fake.asked.length
      expect((await at('/', day)).html).toContain('The blog as of <strong>the end of')
      const { html } = await at('/', minutesAgo(0).slice(0, 10))
      expect(html).toContain('The heron stood still')
      const asked = world()
        .fake.asked.slice(before)
        .map(({ url }) => url.searchParams.get('asOf'))
      expect(asked).toEqual([`${day}T23:59:59.999Z`, null])
    })

    it.each([
      ['/', 'yesterday', 'must be a log position or an RFC 3339 time'],
      ['/', '', 'must be a log position or an RFC 3339 time'],
      [heron, '2026-02-30', 'must be a log position or an RFC 3339 time'],
      [heron, '2999-01-01', 'must not be in the future'],
      ['/tags', '999999999', 'must not be beyond what this view has read'],
      ['/tags/marsh', '2999-01-01T00:00:00Z', 'must not be in the future'],
      ['/archive', '<script>', 'must be a log position or an RFC 3339 time'],
      ['/archive/2026-11', '1e3', 'must be a log position or an RFC 3339 time'],
    ])('%s of “%s” says why it cannot be shown, and how to ask', async (path, asOf, why) => {
      const { status, html } = await at(path, asOf)
      expect(status).toBe(422)
      expect(html).toContain(why)
      expect(html).toMatch(/<input type="date"[^>]*name="asOf"/)
      expect(html).toContain('Back to now')
      expect(html).not.toContain('<script>"')
    })

    it('a page of the past says that a later post did not exist yet, and links to it', async () => {
      const { status, html } = await at(heron, minutesAgo(threeDays))
      expect(status).toBe(404)
      expect(html).toContain('There was nothing here then')
      expect(html).toContain(`href="${heron}"`)
    })

    it('the archive has a form for a day of the past', async () => {
      const { html } = await get(`${world().url}/archive`)
      expect(html).toMatch(/<form[^>]* action="\/"/)
      expect(html).toMatch(/<input type="date"[^>]*name="asOf"/)
    })

    it('the past is empty before the first post', async () => {
      const { status, html } = await at('/', '2001-01-01')
      expect(status).toBe(200)
      expect(html).toContain('Nothing had been published yet')
      expect((await at('/archive', '2001-01-01')).status).toBe(200)
    })
  })
}
