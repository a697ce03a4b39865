import { expect, it } from 'vitest'
import { worldOfFile } from './built.ts'
import { get } from './requests.ts'

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
  const pages = [...seen].filter(([path]) => /^\/(?:$|\?|posts\/|tags|archive)/.test(path))
  expect(pages.length).toBeGreaterThan(10)
  for (const [path, html] of pages) {
    if (!html.includes('<h1')) continue
    expect(count(html, /<link rel="canonical"/g), path).toBe(1)
    expect(html, path).not.toContain('content="noindex"')
  }
  // Whoever comes to a variant all the same is told which page it is of.
  const [post = ''] = [...seen.keys()].filter((path) => path.startsWith('/posts/'))
  for (const query of ['?comment=x', '?sort=best', '?reply=x', '?utm_source=y']) {
    const { html } = await get(`${world().url}${post}${query}`)
    expect(html, query).toContain('<meta name="robots" content="noindex"/>')
    expect(html, query).toContain(`<link rel="canonical" href="${post}"/>`)
  }
})
