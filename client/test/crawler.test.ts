import { expect, it, onTestFinished } from 'vitest'
import { worldOfFile } from './built.ts'
import { get } from './requests.ts'
import { idOf } from './sample-blog.ts'

const world = worldOfFile()

const linkPattern = /<a\s([^>]*)>/g
const attribute = (text: string, name: string): string | undefined =>
  new RegExp(`(?:^|\\s)${name}="([^"]*)"`).exec(text)?.[1]?.replaceAll('&amp;', '&')

/** The addresses that a crawler takes from a page: its own blog's, but for what says that it is not to be followed. */
const linksIn = (html: string, from: string): string[] =>
  [...html.matchAll(linkPattern)].flatMap(([, attributes = '']) => {
    const href = attribute(attributes, 'href')
    if (href === undefined || attribute(attributes, 'rel')?.includes('nofollow')) return []
    const { origin, pathname, search } = new URL(href, from)
    return origin === world().url ? [`${pathname}${search}`] : []
  })

const count = (html: string, pattern: RegExp): number => html.match(pattern)?.length ?? 0

it('a crawler finds each page once: every public page has one canonical address, and no link leads to a variant of it', async () => {
  const waiting = ['/']
  const seen = new Map<string, string>()
  for (let path = waiting.pop(); path !== undefined && seen.size < 400; path = waiting.pop()) {
    if (seen.has(path)) continue
    const url = `${world().url}${path}`
    const { status, html, headers } = await get(url)
    seen.set(path, html)
    if (status !== 200 || !headers.get('content-type')?.includes('text/html')) continue
    waiting.push(...linksIn(html, url))
  }
  expect([...seen.keys()].filter((path) => /[?&](?!cursor=)/.test(path))).toEqual([])
  const pages = [...seen].filter(([path]) => /^\/(?:$|\?|posts\/|tags|authors|archive|search)/.test(path))
  expect(pages.length).toBeGreaterThan(10)
  for (const [path, html] of pages) {
    if (!html.includes('<h1')) continue
    expect(count(html, /<link rel="canonical"/g), path).toBe(1)
    expect(html, path).not.toContain('content="noindex"')
    expect(count(html, /<meta name="description" content="[^"]+"/g), path).toBe(1)
    const [, canonical = ''] = /<link rel="canonical" href="([^"]*)"/.exec(html) ?? []
    expect(canonical, path).toMatch(/^http:\/\/localhost:3000\//)
    expect(html, path).toContain(`<meta property="og:url" content="${canonical}"/>`)
  }
  // A crawler that finds a variant anyway is told its canonical page.
  const [post = ''] = [...seen.keys()].filter((path) => path.startsWith('/posts/'))
  for (const query of ['?comment=x', '?sort=best', '?reply=x', '?utm_source=y']) {
    const { html } = await get(`${world().url}${post}${query}`)
    expect(html, query).toContain('<meta name="robots" content="noindex"/>')
    expect(html, query).toContain(`<link rel="canonical" href="http://localhost:3000${post}"/>`)
  }
})

it('a post says to search engines what it is, and nothing that it says can end that', async () => {
  const known = world().fake.posts.get(idOf(5))
  if (known === undefined) throw new Error('there is no such post')
  onTestFinished(() => void world().fake.posts.set(known.id, known))
  const title = '</script><script>alert("1")</script> & <!-- more'
  world().fake.posts.set(known.id, {
    ...known,
    title,
    cover: '/media/bread.jpg',
    coverAlt: 'A loaf',
    tags: ['bread', 'weather'],
  })
  const { html } = await get(`${world().url}/posts/bread-again`)
  expect(html).not.toContain('<script>alert')
  const said = [...html.matchAll(/<script type="application\/ld\+json">([\s\S]*?)<\/script>/g)]
  const [posting, way] = said.map(([, json = '']) => JSON.parse(json))
  const url = 'http://localhost:3000/posts/bread-again'
  expect(posting).toMatchObject({
    '@type': 'BlogPosting',
    ...{
      headline: title,
      url,
      author: { name: 'Ada', url: 'http://localhost:3000/authors/ada' },
      keywords: 'bread, weather',
    },
    ...{ datePublished: known.publishedAt, dateModified: known.updatedAt },
    image: 'http://localhost:3000/media/bread.jpg',
  })
  expect(way.itemListElement.map(({ item }: { item: string }) => item)).toEqual([
    'http://localhost:3000/',
    url,
  ])
  expect(html).toContain('<meta property="og:image" content="http://localhost:3000/media/bread.jpg"/>')
  expect(html).toContain('<meta property="og:image:alt" content="A loaf"/>')
  expect(html).toContain('<meta name="twitter:card" content="summary_large_image"/>')
  expect(html).toContain('<link rel="author" href="http://localhost:3000/authors/ada"/>')
  expect(html).toContain('href="/feed.xml"')
  expect(html).toContain('href="/feed.xml?post=bread-again"')
})

it('the manifest has the name of the blog, and each picture that it and the pages name is there', async () => {
  const { html } = await get(`${world().url}/`)
  const [, path = ''] = /<link rel="manifest" href="([^"]*)"/.exec(html) ?? []
  const answer = await get(`${world().url}${path}`)
  expect(answer.headers.get('content-type')).toMatch(/^application\/manifest\+json/)
  const { name, icons } = JSON.parse(answer.html) as { name: string; icons: { src: string; type: string }[] }
  expect(name).toBe('Logbook of Ada')
  for (const { src, type } of [...icons, { src: '/icon-180.png', type: 'image/png' }])
    expect((await get(`${world().url}${src}`)).headers.get('content-type')).toBe(type)
  expect(html).toContain('<meta name="theme-color" media="(prefers-color-scheme: dark)" content="#191512"/>')
})
