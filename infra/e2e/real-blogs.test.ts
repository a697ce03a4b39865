import type { PostPage, ThreadComment } from '@logbook/contracts/http/query.ts'
import type { Collected } from '@logbook/importer/testing/collect.ts'
import { isAbsent, readReal, whereAbsent } from '@logbook/importer/testing/real-blogs.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { importBlog, isComplete } from '../import/import-blog.ts'
import { silentProgress } from '../import/send/progress.ts'
import { blogOf } from './blog.ts'
import { type Logbook, startLogbook } from './logbook.ts'

const importMsMax = 120_000
const stopWords = new Set(
  'what from more the and that this these those with for but not your you his her its our they them'.split(
    ' ',
  ),
)

/** Every page of a list, by its links. */
const allOf = async <Item>(base: string, path: string): Promise<Item[]> => {
  const items: Item[] = []
  let next: string | undefined = path
  while (next !== undefined) {
    const answer: Response = await fetch(`${base}${next}`)
    expect(answer.status, next).toBe(200)
    items.push(...((await answer.json()) as Item[]))
    next = /^<([^>]+)>; rel="next"$/.exec(answer.headers.get('Link') ?? '')?.[1]
  }
  return items
}

/** A post's whole thread: its pages, and the replies that they leave out. */
const threadOf = async (base: string, id: string): Promise<ThreadComment[]> => {
  const read = async (path: string): Promise<ThreadComment[]> => {
    const comments = await allOf<ThreadComment>(base, path)
    const more = await Promise.all(
      comments.flatMap(({ id: parent, more }) =>
        more === null ? [] : [read(`/posts/${id}/thread?parent=${parent}&cursor=${more}`)],
      ),
    )
    return [...comments, ...more.flat()]
  }
  return read(`/posts/${id}/thread?sort=oldest`)
}

const said = ({
  author,
  content,
  createdAt,
}: {
  author: { name: string } | null
  content: string | null
  createdAt: string
}) => ({
  name: author?.name ?? null,
  content,
  at: Date.parse(createdAt),
})
const bySaying = (one: ReturnType<typeof said>, other: ReturnType<typeof said>) =>
  one.at - other.at || (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1)

// One blog takes both, one after the other, and each finds its own in it.
let logbook: Logbook
const listedBefore = new Set<string>()
beforeAll(async () => {
  if (isAbsent) return
  logbook = await startLogbook({
    services: ['event-bus', 'accounts', 'posts', 'comments', 'moderation', 'query'],
    apart: [],
  })
})
afterAll(() => logbook?.close())

describe.skipIf(isAbsent).each(['wordpress', 'jekyll'] as const)(
  `a real blog, imported and read (%s)${whereAbsent}`,
  (which) => {
    let source: Collected
    let query: string
    const pages = new Map<string, PostPage>()

    beforeAll(async () => {
      const real = await readReal(which)
      source = real.found
      query = logbook.url('query')
      const summary = await importBlog(real.blog, {
        postsUrl: logbook.url('posts'),
        commentsUrl: logbook.url('comments'),
        token: logbook.tokenOf(),
        dryRun: false,
        progress: silentProgress,
      })
      expect(isComplete(summary)).toBe(true)
      const published = new Set(
        source.posts.filter(({ status }) => status === 'published').map(({ key }) => key),
      )
      const approved = source.comments.filter(
        ({ status, postKey }) => status === 'approved' && published.has(postKey),
      ).length
      await blogOf(logbook).settled()
      for (const { slug, status } of source.posts) {
        if (status !== 'published' || slug === undefined) continue
        const page = (await (await fetch(`${query}/posts/${encodeURIComponent(slug)}`)).json()) as PostPage
        pages.set(slug, page)
      }
      const shown = [...pages.values()].reduce((sum, { commentCount }) => sum + commentCount, 0)
      expect(shown).toBeGreaterThanOrEqual(approved)
    }, importMsMax)

    it('names no stop word as the reason why posts are related', () => {
      const reasons = [...pages.values()].flatMap(({ related }) => related.map(({ reason }) => reason))
      expect(reasons.length).toBeGreaterThan(0)
      const tags = new Set([...pages.values()].flatMap(({ tags }) => tags.map((tag) => tag.toLowerCase())))
      const named = reasons.flatMap((reason) => reason.replace(/^Also about | ·.*$/g, '').split(' and '))
      const telling = named.map((word) => word.toLowerCase()).filter((word) => !tags.has(word))
      expect(telling.filter((word) => stopWords.has(word))).toEqual([])
    })

    it('has every published post as it was, and no draft', async () => {
      for (const post of source.posts) {
        const slug = post.slug ?? ''
        if (post.status === 'draft') {
          // One without an address of its own got one when it came: that no list leads to it is told below.
          if (slug !== '')
            expect((await fetch(`${query}/posts/${encodeURIComponent(slug)}`)).status, slug).toBe(404)
          continue
        }
        const { title, content, tags, kind, authorName, publishedAt, excerpt } =
          pages.get(slug) ?? ({} as PostPage)
        expect({ title, content, tags, kind, authorName, excerpt, at: Date.parse(publishedAt) }).toEqual({
          title: post.title,
          content: post.content,
          tags: post.tags,
          kind: post.kind,
          authorName: post.authorName,
          excerpt: post.excerpt,
          at: Date.parse(post.publishedAt ?? ''),
        })
      }
    })

    it('has every approved comment below the one it answers, and no other text', async () => {
      for (const post of source.posts) {
        const page = pages.get(post.slug ?? '')
        if (page === undefined) continue
        const thread = await threadOf(query, page.id)
        const shown = thread.filter(({ content }) => content !== null)
        const expected = source.comments.filter(
          ({ postKey, status }) => postKey === post.key && status === 'approved',
        )
        expect(shown.map(said).sort(bySaying), post.title).toEqual(expected.map(said).sort(bySaying))
        const byId = new Map(thread.map((each) => [each.id, each]))
        const byKey = new Map(source.comments.map((each) => [each.key, each]))
        const answered = (text: string | null, parent: { content: string | null } | undefined) =>
          `${text} → ${parent?.content ?? null}`
        expect(
          shown.map(({ content, parentId }) => answered(content, byId.get(parentId ?? ''))).sort(),
        ).toEqual(
          expected.map(({ content, parentKey }) => answered(content, byKey.get(parentKey ?? ''))).sort(),
        )
      }
    })

    it('lists each post once, newest first', async () => {
      const all = await allOf<{ slug: string; publishedAt: string }>(query, '/posts?limit=7')
      const listed = all.filter(({ slug }) => !listedBefore.has(slug))
      const published = source.posts.filter(({ status, kind }) => status === 'published' && kind === 'post')
      expect(listed.map(({ slug }) => slug).sort()).toEqual(published.map(({ slug }) => slug ?? '').sort())
      const times = all.map(({ publishedAt }) => Date.parse(publishedAt))
      expect(times).toEqual(times.toSorted((one, other) => other - one))
      expect(new Set(all.map(({ slug }) => slug)).size).toBe(all.length)
      for (const { slug } of all) listedBefore.add(slug)
    })
  },
)
