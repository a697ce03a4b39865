import { derivedId } from '@logbook/chassis/ids.ts'
import { cases } from '@logbook/chassis/testing/cases.ts'
import type { Blog } from '@logbook/importer/entry.ts'
import { commentXml, exportXml, itemXml, withFile } from '@logbook/importer/testing/make-export.ts'
import { now } from '@logbook/importer/testing/make-folder.ts'
import { openExport } from '@logbook/importer/wordpress/read-export.ts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { importBlog } from '../import-blog.ts'
import { silentProgress } from '../send/progress.ts'
import { startRealServices } from './real-services.ts'

const link = 'https://blog.example.org'
/** All comments are of one moment, some answer others; each post links to the next and to a comment of it. */
const blogXml = (postCount: number, commentCount: number): string => {
  const inside = (post: number): string =>
    Array.from({ length: commentCount }, (_, n) => {
      const id = post * 100 + n
      return commentXml({
        id,
        parent: n % 3 === 2 ? id - 2 : 0,
        fields: { 'wp:comment_content': `Turn ${n}` },
      })
    }).join('')
  const items = Array.from({ length: postCount }, (_, n) => {
    const next = (n + 1) % postCount
    return itemXml({
      id: n + 1,
      fields: {
        link: `${link}/2015/${n + 1}/`,
        'wp:post_name': 'same',
        'content:encoded': `<a href="${link}/2015/${next + 1}/#comment-${(next + 1) * 100}">next</a>`,
      },
      inside: inside(n + 1),
    })
  })
  return exportXml({ items })
}

type Services = Awaited<ReturnType<typeof startRealServices>>

const bring = (blog: Blog, services: Services) =>
  importBlog(blog, { ...services, dryRun: false, progress: silentProgress, retryMsMin: 1 })

/** The same blog, whose reader dies after so many entries; what is under way goes on. */
const dyingAfter = (blog: Blog, entriesMax: number): Blog => ({
  ...blog,
  async *entries(book) {
    let count = 0
    for await (const entry of blog.entries(book)) {
      if (count >= entriesMax) throw new Error('killed')
      count += 1
      yield entry
    }
  },
})

/** What readers will see: each post with its comments in order. */
const blogIn = async (services: Services) => {
  const posts = await services.all('PostCreated')
  const comments = await services.all('CommentCreated')
  return posts.map(({ id, slug, title, content }) => ({
    ...{ id, slug, title, content },
    comments: comments
      .filter(({ postId }) => postId === id)
      .map(({ id: own, parentId, content: text }) => [own, parentId, text]),
  }))
}

describe('an import', () => {
  it('an import that is killed at any moment and run again brings the same blog once, in the same order', async () => {
    await withFile(blogXml(7, 18), async (file) => {
      const blog = await openExport({ file, now })
      const whole = await startRealServices()
      await bring(blog, whole)
      const expected = await blogIn(whole)
      await whole.close()
      expect(expected).toHaveLength(7)
      expect(expected.map(({ comments }) => comments.map(([, , text]) => text))).toEqual(
        Array(7).fill(Array.from({ length: 18 }, (_, n) => `Turn ${n}`)),
      )
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.integer({ min: 0, max: 150 }), { minLength: 1, maxLength: 3 }),
          async (deaths) => {
            const services = await startRealServices()
            try {
              for (const death of deaths) await bring(dyingAfter(blog, death), services).catch(() => {})
              expect((await bring(blog, services)).stopped).toBeNull()
              expect(await blogIn(services)).toEqual(expected)
            } finally {
              await services.close()
            }
          },
        ),
        cases(6),
      )
    })
  })

  it('an import leads its links to the addresses that the texts really got, where others had them before', async () => {
    const services = await startRealServices()
    try {
      const before = exportXml({
        items: [itemXml({ id: 9, fields: { 'wp:post_name': 'same' } })],
        link: 'https://one.example',
      })
      await withFile(before, async (file) => bring(await openExport({ file, now }), services))
      await withFile(blogXml(2, 1), async (file) => bring(await openExport({ file, now }), services))
      const [, first, second] = await services.all('PostCreated')
      expect([first?.slug, second?.slug]).toEqual(['same-2', 'same-3'])
      const anchor = derivedId('import', 'wordpress:blog.example.org:comment:200')
      expect(first?.content).toBe(`[next](/posts/same-3#comment-${anchor})`)
      expect((await services.all('CommentCreated')).map(({ id }) => id)).toContain(anchor)
    } finally {
      await services.close()
    }
  })
})
