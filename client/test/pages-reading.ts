import { expect, it, onTestFinished } from 'vitest'
import type { World } from './built.ts'
import { sessionOf } from './fake-accounts.ts'
import { get } from './requests.ts'
import { idOf } from './sample-blog.ts'

const postPath = '/posts/the-heron-stood-still'

/** How posts are found, and long threads read, without scripts. */
export const describeReadingPages = (world: () => World) => {
  it('a page of a long thread has part of it, and its links to more work without scripts', async () => {
    const long = '/posts/notes-on-a-slow-camera'
    const { html } = await get(`${world().url}${long}`)
    expect(html).toContain('10,000 comments')
    expect(html).toMatch(/<a href="#comment-form"[^>]*>Write a comment<[\s\S]*id="comment-form"/)
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

  it('pages name their feeds, neighbours and related posts with the reason, and posts similar to an unknown address', async () => {
    expect((await get(`${world().url}/`)).html).toContain('type="application/rss+xml"')
    expect((await get(`${world().url}/tags/marsh`)).html).toContain('href="/feed.xml?tag=marsh"')
    const { html } = await get(`${world().url}${postPath}`)
    expect(html).toContain('href="/feed.json?post=the-heron-stood-still"')
    expect(html).toMatch(/rel="prev"[^>]*>.*Earlier/)
    expect(html).toMatch(/<h2 id="related">Related posts<\/h2>.*<bdi>Also about herons<\/bdi>/)
    const { html: ofPost, headers } = await get(`${world().url}${postPath}`)
    expect([headers.get('link'), ofPost]).toEqual([
      '</webmention>; rel="webmention"',
      expect.stringContaining('<link rel="webmention" href="/webmention"/>'),
    ])
    const missing = await get(`${world().url}/posts/no-such-heron`)
    expect(missing.status).toBe(404)
    expect(missing.html).toContain('href="/posts/the-heron-stood-still"')
  })

  it('an author page has their posts, name and feed, and lists name authors where there are several', async () => {
    const { fake, url } = world()
    const known = fake.posts.get(idOf(2))
    if (known === undefined) throw new Error('The sample blog has no second post.')
    expect((await get(`${url}/`)).html).not.toContain('href="/authors/')
    onTestFinished(() => void fake.posts.set(known.id, known))
    fake.posts.set(known.id, { ...known, authorName: '<b>Bo & Co' })
    const { status, html } = await get(`${url}/authors/b-bo-and-co`)
    expect(status).toBe(200)
    expect(html).toContain('<bdi>&lt;b&gt;Bo &amp; Co</bdi></span></h1>')
    expect(html).toContain(known.title)
    expect(html).not.toContain('The heron stood still')
    expect(html).toContain('href="/atom.xml?author=b-bo-and-co"')
    expect(html).toContain('<meta property="og:type" content="profile"/>')
    const [, json = ''] = /<script type="application\/ld\+json">([\s\S]*?)<\/script>/.exec(html) ?? []
    expect(JSON.parse(json)).toMatchObject({
      '@type': 'ProfilePage',
      mainEntity: { '@type': 'Person', name: '<b>Bo & Co', url: 'http://localhost:3000/authors/b-bo-and-co' },
    })
    expect((await get(`${url}/`)).html).toContain('<a rel="author" href="/authors/ada"')
    expect((await get(`${url}${postPath}`)).html).toContain('<a rel="author" href="/authors/ada"')
    expect((await get(`${url}/authors`)).html).toContain('4 posts')
    const moved = await get(`${url}/authors/Ada?cursor=1`)
    expect([moved.status, moved.headers.get('location')]).toEqual([308, '/authors/ada?cursor=1'])
    expect((await get(`${url}/authors/none`)).status).toBe(404)
  })

  it('the header links to sign-in and back, or to the account', async () => {
    const bannerOf = async (headers = {}) => {
      const { html } = await get(`${world().url}${postPath}`, headers)
      return html.slice(html.indexOf('<header class="masthead"'), html.indexOf('<main'))
    }
    expect(await bannerOf()).toMatch(
      /<a rel="nofollow"[^>]*href="\/sign-in\?next=%2Fposts%2Fthe-heron-stood-still"[^>]*>Sign in</,
    )
    const own = await bannerOf({ Cookie: sessionOf('owner') })
    expect(own).toMatch(/<a [^>]*href="\/account"[^>]*><bdi>Ada<\/bdi>/)
    expect(own).not.toContain('/sign-in')
  })

  it('the sign-in page says who is signed in, with links on and sign-out in place of its form', async () => {
    const address = `${world().url}/sign-in?next=${encodeURIComponent(postPath)}`
    const { html } = await get(address, { Cookie: sessionOf('owner') })
    expect(html).toContain('You are signed in as <bdi>Ada</bdi>')
    expect(html).toMatch(new RegExp(`<a class="button" href="${postPath}">Continue</a>`))
    expect(html).toMatch(/<form [^>]*action="\/sign-out"/)
    expect(html).not.toContain('name="password"')
    expect((await get(address)).html).toContain('name="password"')
  })

  it('a post without a cover has a preview picture with its title, of the current version only', async () => {
    const { fake, url } = world()
    const { html } = await get(`${url}${postPath}`)
    const [, picture = ''] =
      /<meta property="og:image" content="http:\/\/localhost:3000([^"]*)"/.exec(html) ?? []
    expect(html).toContain('<meta property="og:image:width" content="1200"/>')
    expect(html).toContain('<meta property="og:image:alt" content="The heron stood still"/>')
    expect(html).toContain('<meta name="twitter:card" content="summary_large_image"/>')
    const { status, headers } = await get(`${url}${picture}`)
    expect([status, headers.get('content-type'), headers.get('cross-origin-resource-policy')]).toEqual([
      200,
      'image/png',
      'cross-origin',
    ])
    const known = await get(`${url}${picture}`, { 'If-None-Match': headers.get('etag') ?? '' })
    expect(known.status).toBe(304)
    const earlier = await get(`${url}${picture.replace(/[^/]+$/, 'earlier.png')}`)
    expect([earlier.status, earlier.headers.get('location')]).toEqual([308, picture])
    const post = fake.posts.get(idOf(1))
    if (post === undefined) throw new Error('The sample blog has no first post.')
    onTestFinished(() => void fake.posts.set(post.id, post))
    fake.posts.set(post.id, { ...post, authorName: null })
    expect((await get(`${url}${picture}`)).status).toBe(308)
    fake.posts.set(post.id, { ...post, title: 'مرحبا' })
    expect((await get(`${url}${postPath}`)).html).not.toContain('og:image')
    for (const path of ['/card/bread-again/x.png', '/card/a-draft/x.png', '/card/none/x.png'])
      expect((await get(`${url}${path}`)).status, path).toBe(404)
  })

  it('pages of a search, of the archive and of a month need no script', async () => {
    expect((await get(`${world().url}/search?q=heron`)).html).toContain('It says &lt;b&gt;<mark>heron</mark>')
    expect((await get(`${world().url}/archive`)).html).toContain('href="/archive/2026-11"')
    expect((await get(`${world().url}/archive/2026-11`)).html).toContain('The heron stood still')
    expect((await get(`${world().url}/archive/2026-13`)).status).toBe(404)
  })
}
