import { initialSettings } from '@logbook/contracts/events/settings.ts'
import { commentUpdated } from '@logbook/contracts/examples/comments.ts'
import { draftUpdated, postCreated, postUpdated } from '@logbook/contracts/examples/posts.ts'
import { settingsChanged } from '@logbook/contracts/examples/settings.ts'
import { XMLParser, XMLValidator } from 'fast-xml-parser'
import { parseAtomFeed, parseJsonFeed, parseRssFeed } from 'feedsmith'
import { describe, expect, it } from 'vitest'
import { absoluteHtml } from '../src/feeds/feed.ts'
import { limits } from '../src/limits.ts'
import { booted, idOf } from './booted.ts'

const site = 'https://blog.example'
const post = (n: number, data: Parameters<typeof postCreated>[0] = {}) =>
  postCreated({
    id: idOf(n),
    slug: `post-${n}`,
    title: `Post ${n}`,
    publishedAt: `2026-01-0${n}T00:00:00.000Z`,
    updatedAt: `2026-01-0${n}T00:00:00.000Z`,
    ...data,
  })
const awkward = {
  title: 'Tom & "Jerry" <b>]]></b> \ufffe',
  content:
    'A [link](/posts/other?a=1&b=2), ![](pictures/a.png), a note[^1] & ]]> <b>bold</b> \uffff\n\n[^1]: here',
  tags: ['R&D', '<x>'],
  authorName: 'Ada & Co',
}

type Asking = Awaited<ReturnType<typeof booted>>['http']

/** The same of each kind, as their readers see them. */
const entriesOf = async (http: Asking, query = '') => {
  const [rss, atom, json] = await Promise.all(
    ['feed.xml', 'atom.xml', 'feed.json'].map(
      async (kind) => (await http.get(`/${kind}${query}`).expect(200)).text,
    ),
  )
  for (const xml of [rss, atom]) expect(XMLValidator.validate(xml ?? '')).toBe(true)
  return {
    rss:
      parseRssFeed(rss ?? '').items?.map(({ title, link, guid }) => ({
        title,
        url: link,
        id: guid?.value,
      })) ?? [],
    atom:
      parseAtomFeed(atom ?? '').entries?.map(({ title, links, id }) => ({
        title: title?.value,
        url: links?.[0]?.href,
        id,
      })) ?? [],
    json:
      parseJsonFeed(JSON.parse(json ?? '')).items?.map(({ title, url, id }) => ({ title, url, id })) ?? [],
  }
}

describe('feeds', () => {
  it('the feeds list the latest posts, newest first, in three formats with the same content and absolute addresses', async () => {
    const { http } = await booted(
      post(1),
      post(3),
      post(2),
      post(4, { kind: 'page' }),
      draftUpdated({ id: idOf(5) }),
    )
    const { rss, atom, json } = await entriesOf(http)
    expect(rss).toEqual(
      [3, 2, 1].map((n) => ({
        title: `Post ${n}`,
        url: `${site}/posts/post-${n}`,
        id: `urn:uuid:${idOf(n)}`,
      })),
    )
    expect(atom).toEqual(rss)
    expect(json).toEqual(rss)
  })

  it('a feed can be of a tag', async () => {
    const { http } = await booted(post(1, { tags: ['R&D'] }), post(2, { tags: [] }))
    const { rss, atom, json } = await entriesOf(http, '?tag=r-and-d')
    for (const all of [rss, atom, json]) expect(all.map(({ title }) => title)).toEqual(['Post 1'])
    const feed = parseRssFeed((await http.get('/feed.xml?tag=r-and-d')).text)
    expect(feed.title).toContain('R&D')
    expect(feed.link).toBe(`${site}/tags/r-and-d`)
    expect(feed.atom?.links?.[0]?.href).toBe(`${site}/feed.xml?tag=r-and-d`)
  })

  it('a feed can be of the approved comments on a post, newest first', async () => {
    const comment = (n: number, status: 'approved' | 'rejected') =>
      commentUpdated({
        id: idOf(n),
        postId: idOf(1),
        status,
        content: `c${n} [x](/y)`,
        createdAt: `2026-02-0${n}T00:00:00.000Z`,
        author: { name: 'Bo', url: null, email: null },
      })
    const { http, publishAndSettle } = await booted(post(1), comment(2, 'approved'), comment(3, 'rejected'))
    await entriesOf(http, '?post=post-1')
    await publishAndSettle(comment(4, 'approved'))
    const { rss, atom, json } = await entriesOf(http, '?post=post-1')
    expect(rss).toEqual(
      [4, 2].map((n) => ({
        title: 'Bo on Post 1',
        url: `${site}/posts/post-1?comment=${idOf(n)}#comment-${idOf(n)}`,
        id: `urn:uuid:${idOf(n)}`,
      })),
    )
    expect(atom).toEqual(rss)
    expect(json).toEqual(rss)
    expect((await http.get('/feed.json?post=post-1')).text).toContain(`${site}/y`)
  })

  it('a feed by an earlier slug, or by another spelling of a post or a tag, redirects to the present address', async () => {
    const { http, publishAndSettle } = await booted(post(1, { tags: ['R&D'] }), post(2))
    await http.get('/feed.xml?post=post-1').expect(200)
    await publishAndSettle(postUpdated({ id: idOf(1), slug: 'présent', tags: ['R&D'] }, { version: 2 }))
    for (const kind of ['feed.xml', 'atom.xml', 'feed.json'])
      for (const [asked, present] of [
        ['post=post-1', 'post=pr%C3%A9sent'],
        ['x=1&post=PR%C3%89SENT', 'x=1&post=pr%C3%A9sent'],
        ['tag=R%26D', 'tag=r-and-d'],
        ['tag=R-and-D', 'tag=r-and-d'],
      ] as const) {
        const { headers } = await http.get(`/${kind}?${asked}`).redirects(0).expect(308)
        expect(headers.location).toBe(`${kind}?${present}`)
        expect(headers['cache-control']).toBe('no-cache')
        await http.get(`/${headers.location}`).redirects(0).expect(200)
      }
    await http.get('/feed.xml?post=nowhere').expect(404)
  })

  it('a feed is valid for any text of an author', async () => {
    const { http } = await booted(post(1, awkward))
    await entriesOf(http)
    const { items } = parseRssFeed((await http.get('/feed.xml')).text)
    const html = items?.[0]?.content?.encoded ?? ''
    expect(items?.[0]?.title).toBe('Tom & "Jerry" <b>]]></b>')
    expect(html).toContain(`href="${site}/posts/other?a=1`)
    expect(html).toContain(`src="${site}/posts/pictures/a.png"`)
    expect(html).toContain(`href="${site}/posts/post-1#`)
    expect(html).toContain('<b>bold</b>')
    expect(items?.[0]?.categories?.map(({ name }) => name)).toEqual(['R&D', '<x>'])
  })

  it('the feed of a blog without posts is valid and empty', async () => {
    const { http } = await booted()
    expect(await entriesOf(http)).toEqual({ rss: [], atom: [], json: [] })
  })

  it('the feed of an unused tag is 404', async () => {
    const { http } = await booted(post(1))
    for (const kind of ['feed.xml', 'atom.xml', 'feed.json'])
      expect((await http.get(`/${kind}?tag=none`)).status).toBe(404)
  })

  it('a feed follows changes, answers 304 to a caller who has it, and has its media type', async () => {
    const { http, publishAndSettle } = await booted(post(1))
    const types = [
      ['feed.xml', 'application/rss+xml'],
      ['atom.xml', 'application/atom+xml'],
      ['feed.json', 'application/feed+json'],
      ['sitemap.xml', 'application/xml'],
      ['robots.txt', 'text/plain'],
    ] as const
    for (const [kind, type] of types) {
      const { headers } = await http.get(`/${kind}`).expect(200)
      expect(headers['content-type']).toContain(type)
      expect(headers).toMatchObject({ 'cache-control': 'no-cache', position: '1' })
      await http
        .get(`/${kind}`)
        .set('If-None-Match', headers.etag ?? '')
        .expect(304)
    }
    await publishAndSettle(postUpdated({ id: idOf(1), slug: 'post-1', title: 'Another title' }))
    for (const kind of ['feed.xml', 'atom.xml', 'feed.json'])
      expect((await http.get(`/${kind}`)).text).toContain('Another title')
  })

  it.each([
    ['/feed.xml?post=no-such-post', 404],
    ['/feed.xml?tag=', 422],
    ['/atom.xml?tag=a&tag=b', 422],
    ['/sitemap.xml?page=0', 422],
    ['/sitemap.xml?page=2', 404],
  ])('the feed %s is refused with %i', async (url, status) => {
    const { http } = await booted(post(1))
    await http.get(url).expect(status)
  })

  it('addresses in attributes of elements are made absolute, in sets of pictures too', () => {
    const page = `${site}/posts/a`
    const code = '<code>&#x3C;a href="/x" src="y"></code> say src="/z"'
    expect(absoluteHtml(code, page)).toBe(code)
    expect(
      absoluteHtml(
        '<img alt="a > b" src="/p.png"><source srcset="/a,1.png 1x, b.png 2x,c.png 3x, /d.png">',
        page,
      ),
    ).toBe(
      `<img alt="a > b" src="${site}/p.png"><source srcset="${site}/a,1.png 1x, ${site}/posts/b.png 2x,${site}/posts/c.png 3x, ${site}/d.png">`,
    )
    const long = `<a ${'x="'.repeat(50_000)}`
    expect(absoluteHtml(long, page)).toBe(long)
  })

  it('feeds drop characters of a name or title that reverse the text behind them', async () => {
    const turned = '\u202egnp.exe\u2066'
    const { http } = await booted(
      post(1, { title: `A ${turned}`, authorName: `Ada ${turned}`, tags: [`b${turned}`] }),
      commentUpdated({ postId: idOf(1), author: { name: `Eve ${turned}`, url: null, email: null } }),
    )
    for (const kind of [
      'feed.xml',
      'atom.xml',
      'feed.json',
      'feed.xml?post=post-1',
      'feed.json?post=post-1',
    ]) {
      const { text } = await http.get(`/${kind}`).expect(200)
      expect(text).toContain('gnp.exe')
      expect(text, kind).not.toMatch(/[\u202a-\u202e\u2066-\u2069]/)
    }
  })

  it('absolute and invalid addresses in feeds stay as they are', () => {
    expect(
      absoluteHtml(
        '<a href="mailto:a@b.example"> <a href="//c.example/"> <a href="http://">',
        `${site}/posts/a`,
      ),
    ).toBe('<a href="mailto:a@b.example"> <a href="https://c.example/"> <a href="http://">')
  })
})

const locations = (xml: string): string[] => {
  const { urlset, sitemapindex } = new XMLParser({
    isArray: (name) => name === 'url' || name === 'sitemap',
  }).parse(xml)
  return (urlset?.url ?? sitemapindex?.sitemap ?? []).map(({ loc }: { loc: string }) => loc)
}

describe('the sitemap', () => {
  it('the sitemap has the home page, every post and every page, with the dates of their changes', async () => {
    const { http } = await booted(
      post(1),
      post(2, { kind: 'page', slug: 'über-uns' }),
      draftUpdated({ id: idOf(3) }),
    )
    const { text } = await http.get('/sitemap.xml').expect(200)
    expect(locations(text).toSorted()).toEqual([
      `${site}/`,
      `${site}/authors/the-harbour-master`,
      `${site}/posts/%C3%BCber-uns`,
      `${site}/posts/post-1`,
    ])
    expect(text).toContain('<lastmod>2026-01-01T00:00:00.000Z</lastmod>')
    expect((await http.get('/robots.txt')).text).toContain(`Sitemap: ${site}/sitemap.xml`)
    expect((await http.get('/robots.txt')).text).toContain('Disallow: /*?reply=\nDisallow: /*&reply=\n')
  })

  it('a large blog has an index of sitemaps, which together have each address once', async () => {
    const before = limits.sitemapPlacesMax
    Object.assign(limits, { sitemapPlacesMax: 2 })
    try {
      const { http } = await booted(...[1, 2, 3, 4].map((n) => post(n, { authorName: null })))
      const parts = locations((await http.get('/sitemap.xml').expect(200)).text)
      expect(parts).toEqual([1, 2, 3].map((n) => `${site}/sitemap.xml?page=${n}`))
      const all = await Promise.all(
        parts.map(async (part) => locations((await http.get(part.slice(site.length))).text)),
      )
      expect(all.flat()).toEqual([`${site}/`, ...[1, 2, 3, 4].map((n) => `${site}/posts/post-${n}`)])
    } finally {
      Object.assign(limits, { sitemapPlacesMax: before })
    }
  })
})

describe('feeds with a hub', () => {
  it('name it and themselves in their body and in Link, and the blog’s own where the settings name none', async () => {
    const hub = 'https://hub.example/?a=1&b=2'
    const withHub = (address: string | null) =>
      settingsChanged({ settings: { ...initialSettings(), hub: address } })
    const { http, publishAndSettle } = await booted(post(1, { tags: ['Marsh'] }), withHub(hub))
    for (const query of ['', '?tag=marsh', '?post=post-1'])
      for (const kind of ['feed.xml', 'atom.xml', 'feed.json']) {
        const self = `${site}/${kind}${query}`
        const { headers, text } = await http.get(`/${kind}${query}`).expect(200)
        expect(headers.link).toBe(`<${hub}>; rel="hub", <${self}>; rel="self"`)
        if (kind === 'feed.json')
          expect(JSON.parse(text)).toMatchObject({ feed_url: self, hubs: [{ type: 'WebSub', url: hub }] })
        else {
          const links = kind === 'atom.xml' ? parseAtomFeed(text).links : parseRssFeed(text).atom?.links
          const named = links?.map(({ rel, href }) => [rel, href])
          expect(named).toEqual(
            expect.arrayContaining([
              ['hub', hub],
              ['self', self],
            ]),
          )
        }
      }
    await publishAndSettle(withHub(null))
    for (const query of ['', '?of=digest']) {
      const { headers, text } = await http.get(`/feed.xml${query}`).expect(200)
      expect(headers.link).toBe(`<${site}/websub>; rel="hub", <${site}/feed.xml${query}>; rel="self"`)
      expect(text).toContain(`${site}/websub`)
    }
  })
})
