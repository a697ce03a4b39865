import { bounds } from '@logbook/contracts/bounds.ts'
import type { Blog } from '@logbook/importer/entry.ts'
import { openBlog } from '@logbook/importer/open-blog.ts'
import { commentXml, exportXml, itemXml, withFile } from '@logbook/importer/testing/make-export.ts'
import { isAbsent, readReal, whereAbsent } from '@logbook/importer/testing/real-blogs.ts'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { importBlog, isComplete } from '../import-blog.ts'
import { silentProgress } from '../send/progress.ts'
import { printSummary, type ReportLine } from '../send/tally.ts'
import { startServices } from './fake-services.ts'

const now = new Date('2026-01-01T00:00:00Z')
let services: Awaited<ReturnType<typeof startServices>>
beforeEach(async () => {
  services = await startServices((title) => (title === 'Post 666' ? 'not that one' : undefined))
})
afterEach(() => services.close())

interface Options {
  dryRun?: boolean
  said?: string[]
  report?: (line: ReportLine) => void
}
const importPath = async (path: string, options?: Options) => bring(await openBlog({ path, now }), options)
const bring = (blog: Blog, { dryRun = false, said = [], report = () => {} }: Options = {}) =>
  importBlog(blog, {
    postsUrl: services.posts.url,
    commentsUrl: services.comments.url,
    dryRun,
    report,
    progress: { ...silentProgress, say: (message) => said.push(message) },
    retryMsMin: 1,
  })
const importItems = (items: readonly string[], options?: { dryRun?: boolean; said?: string[] }) =>
  withFile(exportXml({ items }), (file) => importPath(file, options))

const withComments = (id: number, ...comments: string[]) => itemXml({ id, inside: comments.join('') })

describe('an import', () => {
  it('an import sends posts before their comments, in batches, and says what came', async () => {
    const count = 2 * bounds.importItemsMax + 20
    const items = Array.from({ length: count }, (_, index) =>
      withComments(index + 1_000, commentXml({ id: index + 1 })),
    )
    const summary = await importItems(items)
    expect(summary.counts).toMatchObject({
      post: { imported: count },
      comment: { imported: count, refused: 0 },
    })
    expect(isComplete(summary)).toBe(true)
    expect(services.posts.keys.size).toBe(count)
    // Three of them ask for addresses.
    expect(services.posts.requests).toBeLessThanOrEqual(8)
    expect(services.comments.requests).toBe(3)
  })

  it('an import changes nothing the second time', async () => {
    const items = [withComments(1, commentXml({ id: 1 }), commentXml({ id: 2, parent: 1 }))]
    await importItems(items)
    const { counts } = await importItems(items)
    expect(counts).toMatchObject({
      post: { imported: 0, unchanged: 1 },
      comment: { imported: 0, unchanged: 2 },
    })
  })

  it('an import keeps large posts apart, within the size of a request', async () => {
    const text = 'word '.repeat(35_000)
    const items = [1, 2, 3, 4].map((id) => itemXml({ id, fields: { 'content:encoded': text } }))
    const { counts } = await importItems(items)
    expect(counts.post.imported).toBe(4)
    expect(services.posts.requests).toBe(3)
  })

  it('an import counts what a service refuses, with the comments of a refused post', async () => {
    const summary = await importItems([itemXml({ id: 1 }), withComments(666, commentXml({ id: 1 }))])
    expect(summary.counts).toMatchObject({ post: { imported: 1, refused: 1 }, comment: { refused: 1 } })
    expect(summary.refused.map(({ reason }) => reason)).toEqual(['not that one', 'its post was refused'])
    expect(isComplete(summary)).toBe(false)
    expect(services.comments.requests).toBe(0)
  })

  it.each([429, 502, 503, 504])('an import tries again when a service answers %i', async (status) => {
    services.posts.failFirst = [{ status }, { status }]
    const said: string[] = []
    const summary = await importItems([itemXml({ id: 1 })], { said })
    expect(summary).toMatchObject({ stopped: null, counts: { post: { imported: 1 } } })
    expect(said).toHaveLength(2)
  })

  it('an import waits as long as Retry-After asks', async () => {
    services.posts.failFirst = [{ status: 503, headers: { 'retry-after': '0.2' } }]
    const begun = performance.now()
    await importItems([itemXml({ id: 1 })])
    expect(performance.now() - begun).toBeGreaterThan(190)
  })

  it.each([
    [
      'refuses the request',
      { status: 413, body: { type: 'x', title: 'Too large', status: 413, code: 'too-large' } },
      /413: Too large/,
    ],
    ['breaks', { status: 500 }, /answered 500/],
    ['answers nonsense', { status: 200, body: { hello: 'world' } }, /something else/],
    ['answers too little', { status: 200, body: [] }, /something else/],
  ])('an import stops and says why when a service %s', async (_name, failure, reason) => {
    services.posts.failFirst = [failure]
    const summary = await importItems([itemXml({ id: 1 })])
    expect(summary.stopped).toMatch(reason)
    expect(isComplete(summary)).toBe(false)
    expect(printSummary(summary)).toContain('Run it again')
  })

  it('an import stops when a service stays away', async () => {
    const { url } = services.comments
    await services.comments.close()
    const summary = await importItems([withComments(1, commentXml({ id: 1 }))])
    expect(summary.stopped).toContain(`${url}/imports does not answer`)
    expect(summary.counts).toMatchObject({ post: { imported: 1 }, comment: { imported: 0 } })
  })

  it('an import goes on where it stopped when run again', async () => {
    const items = [withComments(1, commentXml({ id: 1 }))]
    services.comments.failFirst = [{ status: 500 }]
    expect((await importItems(items)).stopped).toContain('500')
    const again = await importItems(items)
    expect(again).toMatchObject({
      stopped: null,
      counts: { post: { imported: 0, unchanged: 1 }, comment: { imported: 1 } },
    })
  })

  it('an import sends nothing in a dry run and counts the same', async () => {
    const items = [withComments(1, commentXml({ id: 1 }))]
    const summary = await importItems(items, { dryRun: true })
    expect(summary.counts).toMatchObject({ post: { imported: 1 }, comment: { imported: 1 } })
    expect(services.posts.requests + services.comments.requests).toBe(0)
    expect(printSummary(summary)).toContain('dry run')
  })

  it('an import groups reasons, counts them and names the first places', async () => {
    const items = [1, 2, 3, 4, 5].map((id) => itemXml({ id, fields: { 'wp:status': 'trash' } }))
    const { skipped } = await importItems(items)
    expect(skipped).toEqual([{ reason: 'was in the trash', count: 5, places: expect.any(Array) }])
    expect(skipped[0]?.places).toHaveLength(3)
  })

  it('an import reports each place, however many there are', async () => {
    const items = [1, 2, 3, 4, 5].map((id) => itemXml({ id, fields: { 'wp:status': 'trash' } }))
    const lines: ReportLine[] = []
    const summary = await withFile(exportXml({ items }), (file) =>
      importPath(file, { dryRun: true, report: (line) => lines.push(line) }),
    )
    expect(lines.map(({ outcome, where }) => `${outcome} ${where}`)).toEqual(
      [1, 2, 3, 4, 5].map((id) =>
        expect.stringMatching(new RegExp(`^skipped export.xml:\\d+ \\(post ${id}\\)$`)),
      ),
    )
    expect(printSummary(summary)).toContain('--report')
  })

  it('an import prints no control characters', async () => {
    const summary = await importItems([itemXml({ id: 1, fields: { 'wp:post_type': '\u001b[2Jx' } })])
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not be there
    expect(printSummary(summary)).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/)
  })
})

describe.skipIf(isAbsent)(`both real blogs${whereAbsent}`, () => {
  it.each([
    ['WordPress export', 'wordpress', { post: 58, page: 21, comment: 33 }],
    ['Jekyll folder', 'jekyll', { post: 1005, page: 2, comment: 720 }],
  ] as const)(
    'the real %s is imported completely, and only once',
    async (_name, which, { post, page, comment }) => {
      const { blog } = await readReal(which)
      const first = await bring(blog)
      expect(isComplete(first)).toBe(true)
      expect(first.counts).toMatchObject({
        post: { imported: post },
        page: { imported: page },
        comment: { imported: comment },
      })
      const second = await bring(blog)
      expect(second.counts).toMatchObject({
        post: { imported: 0, unchanged: post },
        page: { imported: 0, unchanged: page },
        comment: { imported: 0, unchanged: comment },
      })
    },
    60_000,
  )
})
