import { readFileSync } from 'node:fs'
import { XMLParser } from 'fast-xml-parser'
import { beforeAll, describe, expect, it } from 'vitest'
import { withPictures } from '../src/pictures/with-pictures.ts'
import { type Collected, collect, depths } from '../src/testing/collect.ts'
import { isAbsent, readReal, realBlogs, whereAbsent } from '../src/testing/real-blogs.ts'
import { firstLost, wordsOfHtml, wordsOfMarkdown } from './readable-words.ts'

interface RawItem {
  'wp:post_id': string
  'wp:post_type': string
  'content:encoded': string
  'wp:comment'?: { 'wp:comment_id': string; 'wp:comment_content': string }[]
}

/** The export read in the plainest way there is, to compare with. */
const rawItems = (): RawItem[] => {
  const parser = new XMLParser({
    parseTagValue: false,
    trimValues: false,
    isArray: (name) => name === 'wp:comment',
  })
  return parser.parse(readFileSync(realBlogs.wordpress, 'utf8')).rss.channel.item
}

const withoutShortcodes = (html: string): string =>
  html.replace(/\[\/?(?:caption|gallery|audio|video|embed)\b[^\]]*\]/g, ' ')

describe.skipIf(isAbsent)(`a real WordPress export${whereAbsent}`, () => {
  let blog: Collected
  beforeAll(async () => {
    blog = (await readReal('wordpress')).found
  })
  const post = (slug: string) => blog.posts.find((each) => each.slug === slug)
  const comment = (id: number) => blog.comments.find(({ key }) => key.endsWith(`:comment:${id}`))

  it('a real WordPress export comes completely', () => {
    expect(blog.posts.filter(({ kind }) => kind === 'post')).toHaveLength(58)
    expect(blog.posts.filter(({ kind }) => kind === 'page')).toHaveLength(21)
    expect(blog.comments).toHaveLength(33)
    expect(blog.comments.filter(({ status }) => status === 'pending')).toHaveLength(3)
    expect(blog.refused).toEqual([])
    expect(blog.skipped).toHaveLength(37 + 70)
    expect(new Set([...blog.posts, ...blog.comments].map(({ key }) => key)).size).toBe(58 + 21 + 33)
  })

  it('a real WordPress export brings each of its attachments, by the texts that show or link to them', async () => {
    const { pictures, skipped } = await collect(withPictures((await readReal('wordpress')).blog))
    expect(pictures).toHaveLength(37 + 1)
    expect(new Set(pictures.map(({ id }) => id)).size).toBe(pictures.length)
    expect(skipped).toHaveLength(70)
  })

  it('a real WordPress export keeps comments nested nine deep, each after the one it answers', () => {
    const found = depths(blog.comments)
    expect(Math.max(...found.values())).toBe(9)
    expect([...found.values()].every(Number.isInteger)).toBe(true)
    expect(comment(905)?.parentKey).toBe(comment(904)?.key)
    expect(comment(915)?.parentKey).toBe(comment(914)?.key)
  })

  it('a real WordPress export keeps drafts, the scheduled and the password-protected from readers', () => {
    const drafts = blog.posts.filter(({ status }) => status === 'draft').map(({ title }) => title)
    expect(drafts).toEqual(['Scheduled', 'Draft', 'Template: Password Protected (the password is "enter")'])
    expect(
      blog.posts.every(({ status, publishedAt }) => (status === 'draft') === (publishedAt === null)),
    ).toBe(true)
  })

  it('a real WordPress export keeps dates in UTC, authors by their display names, slugs decoded', () => {
    expect(post('post-format-standard')).toMatchObject({
      title: 'Post Format: Standard',
      createdAt: '2010-10-05T07:27:25.000Z',
      publishedAt: '2010-10-05T07:27:25.000Z',
      authorName: 'Theme Buster',
      kind: 'post',
    })
    expect(post('keyboard-navigation')).toMatchObject({ authorName: 'Theme Reviewer' })
    expect(post('επίπεδο-2')).toMatchObject({ title: 'Επίπεδο 2 -Second Greek level', kind: 'page' })
    expect(comment(904)).toMatchObject({
      createdAt: '2013-03-14T14:57:01.000Z',
      author: { name: 'John Κώστας Doe Τάδε', url: 'http://example.org/' },
      content: 'Comment Depth 01',
      status: 'approved',
    })
    expect(comment(1016)).toMatchObject({ status: 'pending', author: { name: 'ken', url: null } })
    expect(comment(923)).toMatchObject({ author: { name: 'Ping 4 « What’s a tellyworth?' } })
  })

  it('a real WordPress export makes titles plain text and both tags and categories tags', () => {
    expect(post('markup-title-with-markup')?.title).toBe('Markup: Title With Markup')
    expect(post('title-with-special-characters')?.title).toBe(
      'Markup: Title With Special Characters ~`!@#$%^&*()-_=+{}[]/\\;:\'"?,.>',
    )
    expect(post('edge-case-no-title')?.title).toBe('Untitled')
    expect(post('template-comments')?.tags).toEqual(['Classic', 'comments', 'template'])
    expect(post('template-excerpt-defined')?.excerpt).toMatch(/^This is a user-defined post excerpt/)
  })

  it('a real WordPress export loses not one readable word of any post, in order', () => {
    const lost = rawItems()
      .filter((item) => ['post', 'page'].includes(item['wp:post_type']))
      .flatMap((item) => {
        const copy = blog.posts.find(({ key }) => key.endsWith(`:post:${item['wp:post_id']}`))
        const source = wordsOfHtml(withoutShortcodes(item['content:encoded']))
        const missing = firstLost({ source, copy: wordsOfMarkdown(copy?.content ?? '') })
        return missing === undefined ? [] : [`${copy?.title}: ${missing}`]
      })
    expect(lost).toEqual([])
  })

  it('a real WordPress export loses not one readable word of any comment, in order', () => {
    const lost = rawItems()
      .flatMap((item) => item['wp:comment'] ?? [])
      .flatMap((raw) => {
        const copy = comment(Number(raw['wp:comment_id']))?.content ?? ''
        const missing = firstLost({
          source: wordsOfHtml(raw['wp:comment_content']),
          copy: wordsOfMarkdown(copy),
        })
        return missing === undefined ? [] : [`${raw['wp:comment_id']}: ${missing}`]
      })
    expect(lost).toEqual([])
  })

  it('a real WordPress export lets no e-mail address and no IP address out of the file', () => {
    const file = readFileSync(realBlogs.wordpress, 'utf8')
    const secrets = [
      ...file.matchAll(
        /<wp:(?:comment_author_email|comment_author_IP|author_email)>(?:<!\[CDATA\[)?([^<\]]+)/g,
      ),
    ].map(([, secret]) => secret ?? '')
    const sent = JSON.stringify([blog.posts, blog.comments])
    expect(secrets.length).toBeGreaterThan(20)
    expect(secrets.filter((secret) => sent.includes(secret))).toEqual([])
  })

  it('a real WordPress export fills galleries from the attachments of the export, and links to the blog lead to the imported posts', () => {
    const gallery = post('post-format-gallery')?.content ?? ''
    expect(gallery.match(/^!\[/gm)?.length).toBeGreaterThan(15)
    expect(gallery).toContain('Bell on wharf in San Francisco')
    const links = blog.posts.flatMap(({ content }) => content.match(/\]\(\/posts\/[^)]+\)/g) ?? [])
    const slugs = new Set(blog.posts.map(({ slug }) => `](/posts/${slug})`))
    expect(links.every((link) => slugs.has(link.replace(/#[^)]*/, '')))).toBe(true)
  })

  it("a real WordPress export leaves no trace of block delimiters and of the classic editor's marks", () => {
    const traces = blog.posts.filter(({ content: whole }) => {
      const content = whole.replace(/^```$[\s\S]*?^```$/gm, '')
      return /<!-- \/?wp:|<!--(?:more|nextpage)|\\\[\/?(?:caption|gallery)\b/.test(content)
    })
    expect(traces.map(({ title }) => title)).toEqual([])
  })
})
