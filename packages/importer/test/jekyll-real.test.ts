import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { type Collected, depths } from '../src/testing/collect.ts'
import { isAbsent, readReal, realBlogs, whereAbsent } from '../src/testing/real-blogs.ts'

describe.skipIf(isAbsent)(`a real Jekyll blog${whereAbsent}`, () => {
  let blog: Collected
  beforeAll(async () => {
    blog = (await readReal('jekyll')).found
  })
  const post = (slug: string) => blog.posts.find((each) => each.slug === slug)
  const commentAt = (path: string) => blog.comments.find(({ key }) => key.endsWith(path))

  it('a real Jekyll blog comes completely, with a draft page for each of two threads whose text is not there', () => {
    expect(blog.posts.filter(({ kind }) => kind === 'post')).toHaveLength(1005)
    expect(
      blog.posts.filter(({ kind }) => kind === 'page').map(({ slug, status }) => [slug, status]),
    ).toEqual([
      ['jekyll-themes', 'draft'],
      ['website-tools', 'draft'],
    ])
    expect(blog.comments).toHaveLength(720)
    expect(blog.refused).toEqual([])
    expect(blog.comments.every(({ status }) => status === 'approved')).toBe(true)
    expect(new Set([...blog.posts, ...blog.comments].map(({ key }) => key)).size).toBe(1007 + 720)
  })

  it('a real Jekyll blog reads replying_to so that all 353 replies answer an earlier comment at the top of the same post', () => {
    const byKey = new Map(blog.comments.map((comment) => [comment.key, comment]))
    const replies = blog.comments.filter(({ parentKey }) => parentKey !== null)
    expect(replies).toHaveLength(353)
    for (const reply of replies) {
      const parent = byKey.get(reply.parentKey ?? '')
      expect(parent?.postKey).toBe(reply.postKey)
      expect(parent?.parentKey).toBeNull()
      expect(Date.parse(parent?.createdAt ?? '')).toBeLessThan(Date.parse(reply.createdAt))
    }
    expect(Math.max(...depths(blog.comments).values())).toBe(1)
  })

  it('a real Jekyll blog attaches a reply to the comment that its text addresses', () => {
    const thread = '_data/comments/improving-jekyll-static-comments'
    const answers = (reply: string, parent: string) =>
      expect(commentAt(`${thread}/comment-${reply}.yml`)?.parentKey).toBe(
        commentAt(`${thread}/comment-${parent}.yml`)?.key,
      )
    // "I tried enabling Akismet" answers "I noticed that you do not use Akismet".
    answers('1481741970849', '1481731561641')
    // "Yes a GitHub repo is required" answers "Is a github repo required?".
    answers('1485262979779', '1485221585967')
    // "The timestamp is appended to the data file by Staticman" answers "when timestamp value is made".
    answers('1488890174632', '1488881391127')
  })

  it('a real Jekyll blog takes dates from file names or front matter, slugs from file names, tags and categories as tags', () => {
    expect(post('365-days-of-drawing')).toMatchObject({
      publishedAt: '2013-08-29T00:00:00.000Z',
      status: 'published',
    })
    expect(post('going-static')).toMatchObject({
      title: 'Going static: using Jekyll CMS free',
      excerpt:
        'Migrating Made Mistakes from a Wordpress powered website back to its static file roots using Jekyll CMS free.',
      tags: ['articles', 'Jekyll', 'web development', 'design', 'open source'],
      createdAt: '2012-03-19T00:00:00.000Z',
    })
    const dated = blog.posts.filter(({ createdAt }) => !createdAt.endsWith('T00:00:00.000Z'))
    expect(dated.map(({ createdAt }) => createdAt)).toEqual(['2014-09-28T18:59:29.000Z'])
  })

  it('a real Jekyll blog brings the covers of all 991 posts that name one, and closes comments where they were closed', () => {
    expect(blog.posts.filter(({ cover }) => cover)).toHaveLength(991)
    expect(post('going-static')).toMatchObject({
      cover: '/assets/images/going-static-feature.jpg',
      commentsClosed: true,
      formerAddresses: ['/articles/2012/03/19/going-static.html'],
    })
    expect(blog.posts.filter(({ commentsClosed }) => commentsClosed)).toHaveLength(25)
  })

  it('a real Jekyll blog keeps what commenters wrote, and who they said they are', () => {
    expect(commentAt('_data/comments/365-days-of-drawing/comment-1377895505000.yml')).toMatchObject({
      author: { name: 'Michael Rose', url: 'https://mademistakes.com/' },
      content: 'Good catch. Thanks!',
      createdAt: '2013-08-30T20:45:05.000Z',
    })
    const path = '_data/comments/improving-jekyll-static-comments/comment-1481741970849.yml'
    const { message } = parse(readFileSync(`${realBlogs.jekyll}/${path}`, 'utf8'))
    expect(commentAt(path)?.content).toBe(message.replaceAll('\r\n', '\n').trim())
    expect(commentAt(path)?.content).toContain('```yaml\nakismet:\n  enabled: true')
  })

  it('a real Jekyll blog lets no e-mail hash out of the folder', () => {
    const sent = JSON.stringify(blog.comments)
    expect(sent).not.toContain('1ce71bc10b86565464b612093d89707e')
    expect(sent).not.toContain('2b5f4253acf477e13cea08554f070fef')
  })

  it('a real Jekyll blog leaves Liquid in code alone', () => {
    const article = post('improving-jekyll-static-comments')?.content ?? ''
    expect(article).toContain(
      '{% assign comments = site.data.comments[page.slug] | sort | where_exp: "comment"',
    )
    expect(article).not.toMatch(/\{%-?\s*(?:end)?(?:raw|figure|notice|post_url)\b/)
    expect(article).toContain('[static-based commenting system](/posts/jekyll-static-comments)')
    expect(article).toContain('> #### Update: field name change')
    expect(article).toContain('Success, there be parent comments Captain!')
    expect(post('kramdown-table-html')?.content).toContain('`{::nomarkdown} ... {:/}`')
  })

  it('a real Jekyll blog leads every {% post_url %} to a post that is there', () => {
    const slugs = new Set(blog.posts.map(({ slug }) => slug))
    const links = blog.posts.flatMap(({ content }) => [...content.matchAll(/(?<![\w.])\/posts\/([\w-]+)/g)])
    expect(links.length).toBeGreaterThan(150)
    expect(links.filter(([, slug]) => !slugs.has(slug)).map(([link]) => link)).toEqual([])
  })
})
