import { expect, it } from 'vitest'
import type { World } from './built.ts'
import { get } from './requests.ts'

const postPath = '/posts/the-heron-stood-still'

/** How posts are found, and long threads read, without scripts. */
export const describeReadingPages = (world: () => World) => {
  it('of a long thread holds a page of it, and the ways on work without scripts', async () => {
    const long = '/posts/notes-on-a-slow-camera'
    const { html } = await get(`${world().url}${long}`)
    expect(html).toContain('10,000 comments')
    expect(html.match(/class="comment /g)?.length).toBeLessThan(200)
    const links = [...html.matchAll(/class="more"><a href="([^"]+)"/g)].map(([, href = '']) =>
      href.replaceAll('&amp;', '&'),
    )
    expect(links).toHaveLength(2)
    const [replies, threads] = await Promise.all(
      links.map((href) => get(`${world().url}${long}${href.replace(/#.*/, '')}`)),
    )
    expect(replies?.html.match(/class="comment /g)?.length).toBe(
      (html.match(/class="comment /g)?.length ?? 0) + 4,
    )
    expect(threads?.html).toContain('Remark number')
  })

  it('names its feeds, its neighbours, and what is near an address that is not there', async () => {
    expect((await get(`${world().url}/`)).html).toContain('type="application/rss+xml"')
    expect((await get(`${world().url}/tags/marsh`)).html).toContain('href="/feed.xml?tag=marsh"')
    const { html } = await get(`${world().url}${postPath}`)
    expect(html).toContain('href="/feed.json?post=the-heron-stood-still"')
    expect(html).toMatch(/rel="prev"[^>]*>.*Earlier/)
    const missing = await get(`${world().url}/posts/no-such-heron`)
    expect(missing.status).toBe(404)
    expect(missing.html).toContain('href="/posts/the-heron-stood-still"')
  })

  it('of a search, of the archive and of a month need no script', async () => {
    expect((await get(`${world().url}/search?q=heron`)).html).toContain('It says &lt;b&gt;<mark>heron</mark>')
    expect((await get(`${world().url}/archive`)).html).toContain('href="/archive/2026-11"')
    expect((await get(`${world().url}/archive/2026-11`)).html).toContain('The heron stood still')
    expect((await get(`${world().url}/archive/2026-13`)).status).toBe(404)
  })
}
