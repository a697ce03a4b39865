import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { BlogSettings } from '@logbook/contracts/events/settings.ts'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Services } from '../../backup/test/running-blog.ts'
import { exportBlog, UnusableFolder } from '../export-blog.ts'
import { openSource, throughGateway } from '../read-blog.ts'
import { alike, bring, createBlogs, source, withoutDeleted } from './blogs.ts'

const now = new Date()
let blogs: Awaited<ReturnType<typeof createBlogs>>
beforeAll(async () => {
  blogs = await createBlogs()
})
afterAll(() => blogs.close())

const at = '2011-05-06T07:08:09.000Z'
const text = (key: string, more: object = {}) => ({
  ...{ key, title: `Title of ${key}`, content: `Text of ${key}`, excerpt: null, tags: [], kind: 'post' },
  ...{ status: 'published', authorName: null, createdAt: at, publishedAt: at, ...more },
})
const odd =
  'It began:\n---\n```yaml\nkey: "value"\n---\n```\n\n{% raw %}{{ site.url }}{% endraw %} <b>HTML</b>\u2028 \t \u00a0 **word:**next \u202bעברית\u202c\n\n\n'
const texts = [
  text('first', {
    tags: ['C++', 'yes', '2011-01-01', '#x: y'],
    cover: 'https://old.example/a.jpg',
    coverAlt: '- "A": tree #1',
  }),
  text('second', { title: '- "Quoted": yes #no', content: odd, excerpt: '---\ntrue\n' }),
  text('third', { authorName: '007', commentsClosed: true, formerAddresses: ['/2011/05/third/', '/?p=3'] }),
  text('about', { kind: 'page', slug: 'über-uns' }),
  text('long', { slug: 'ब'.repeat(80) }),
  text('never', { status: 'draft', publishedAt: null }),
]
const settings: BlogSettings = {
  ...{ title: '- "Marsh": yes', description: 'true', language: 'nb-NO', timeZone: 'America/St_Johns' },
  ...{
    commentsFrom: 'members',
    editMinutes: 45,
    countViews: false,
    mentions: false,
    hub: 'https://hub.example/',
  },
  navigation: [
    { label: '- "Über": uns', address: '/posts/über-uns' },
    { label: 'no', address: 'https://a.example/?x=1#y' },
  ],
  ...{ accent: '#00e000', icon: 'https://a.example/icon.png?x=1' },
}
const comment = (key: string, more: object = {}) => ({
  ...{ key, postKey: 'first', parentKey: null, author: null, content: `Said ${key}`, createdAt: at },
  ...{ status: 'approved', ...more },
})
const said = [
  comment('a', { author: { name: 'null', url: 'https://a.example/?x=1' }, content: '---\n> *odd*\n' }),
  comment('b', { parentKey: 'a' }),
  comment('c', { parentKey: 'b' }),
  comment('d', { status: 'rejected', content: 'Buy it', author: { name: 'Perpetua', url: null } }),
  comment('e', { status: 'pending', content: 'Wait' }),
]

/** Writes a blog of all that an export holds, and what no export can hold: votes, verdicts, a comment that was deleted. */
const write = async ({ ask, newGuest }: Services): Promise<void> => {
  const { body: posts } = await ask('posts').post('/imports').send(texts).expect(200)
  const { body: comments } = await ask('comments').post('/imports').send(said).expect(200)
  expect([...posts, ...comments].filter(({ outcome }) => outcome !== 'imported')).toEqual([])
  const [{ id: first }] = posts
  const guest = await newGuest()
  const tell = (content: string, parentId: string | null = null) =>
    ask('comments', guest)
      .post(`/posts/${first}/comments`)
      .send({ content, parentId, author: { name: 'Gus', email: 'gus@blog.example' } })
      .expect(201)
  const { body: deleted } = await tell('Never mind')
  await tell('But I do', deleted.id)
  await tell('An orange bill')
  await ask('comments', guest).delete(`/comments/${deleted.id}`).expect(204)
  const content = `See [it](/posts/title-of-first#comment-${deleted.id}) and [this](/posts/title-of-first?comment=${comments[1].id}).`
  await ask('posts').post('/posts').send({ title: 'Links', content, status: 'published' }).expect(201)
  const { body: back } = await ask('posts').post('/posts').send({ title: 'Taken back', status: 'published' })
  await ask('comments', guest).post(`/posts/${back.id}/comments`).send({ content: 'Seen once' }).expect(201)
  await ask('posts').post(`/posts/${back.id}/unpublish`).expect(200)
  await ask('posts').put('/settings').send(settings).expect(200)
}

const seen = async ({ ask }: Services) => {
  const get = async (name: 'query' | 'posts' | 'moderation', path: string) => (await ask(name).get(path)).body
  const list: (Parameters<typeof withoutDeleted>[0] & { slug: string; commentCount: number })[] = await get(
    'query',
    '/posts?limit=100',
  )
  const pages = await Promise.all(
    [...list.map(({ slug }) => slug), 'über-uns'].map((slug) =>
      get('query', `/posts/${encodeURIComponent(slug)}?sort=oldest`),
    ),
  )
  const drafts = (await get('posts', '/posts?limit=100')).filter(
    ({ status }: { status: string }) => status === 'draft',
  )
  const hidden = [
    ...(await get('moderation', '/queue')),
    ...(await get('moderation', '/judged?status=rejected')),
  ]
  return {
    settings: await get('query', '/settings'),
    archive: await get('query', '/archive'),
    list: list.map(withoutDeleted),
    pages: pages.map(withoutDeleted),
    drafts,
    hidden: hidden.map(({ content }) => content).sort(),
  }
}

const settled = (blog: Services, comments: number) =>
  vi.waitFor(
    async () => {
      const { list, hidden, drafts } = await seen(blog)
      expect([list.length, drafts.length, hidden.length]).toEqual([5, 2, 3])
      expect(list.reduce((sum, each) => sum + each.commentCount, 0)).toBe(comments)
    },
    { timeout: 15_000, interval: 20 },
  )

describe('an export', () => {
  it('an export that is imported into an empty Logbook gives the same blog, and imported twice the same again', async () => {
    const { folder } = blogs
    const one = await blogs.start('one')
    await write(one)
    await settled(one, 4)
    const out = join(folder, 'out')
    const written = await exportBlog(source(one), { folder: out, now })
    expect(written.counts).toEqual({ posts: 5, pages: 1, drafts: 2, comments: 8, media: 0 })
    expect(written.leftOut).toEqual({ comments: 1, media: 0 })
    expect((await readdir(folder)).filter((name) => name.startsWith('.'))).toEqual([])

    // Where a list is not to be had, nothing is left out in silence.
    const urls = {
      posts: one.urlOf('posts'),
      history: one.urlOf('posts'),
      comments: one.urlOf('comments'),
      query: one.urlOf('query'),
    }
    const half = openSource({ urls: { ...urls, moderation: one.urlOf('posts') }, authorization: one.owner })
    await expect(exportBlog(half, { folder: join(folder, 'half'), now })).rejects.toThrow('answered 404')
    expect(await readdir(folder)).not.toContain('half')

    const other = await blogs.start('other')
    const first = await bring(out, other)
    expect([first.stopped, first.refused, first.skipped, first.notes]).toEqual([null, [], [], []])
    await settled(other, 4)
    expect((await seen(other)).settings).toMatchObject(settings)
    expect(first.settings?.set).toHaveLength(Object.keys(settings).length)
    expect(alike(await seen(other))).toEqual(alike(await seen(one)))

    // A change by a person is not undone by a second import.
    await other
      .ask('posts')
      .put('/settings')
      .send({ ...settings, title: 'Mine' })
      .expect(200)
    const again = await bring(out, other)
    expect(again.settings).toMatchObject({ set: [], kept: [`title: ${settings.title}`] })
    expect(Object.values(again.counts).map(({ imported, unchanged }) => [imported, unchanged])).toEqual(
      Object.values(first.counts).map(({ imported }) => [0, imported]),
    )
    // What it gives when it is exported in turn, but for the ids.
    const outAgain = join(folder, 'out-again')
    await exportBlog(source(other), { folder: outAgain, now })
    expect((await readdir(join(outAgain, '_posts'))).sort()).toEqual(
      (await readdir(join(out, '_posts'))).sort(),
    )

    // Comments that are shown without their authors are exported without them, published or not.
    const names = /name: (?:Perpetua|Gus)/
    const files = async (from: string) => {
      const entries = await readdir(join(from, '_data'), { recursive: true, withFileTypes: true })
      const paths = entries.filter((each) => each.isFile()).map((each) => join(each.parentPath, each.name))
      return (await Promise.all(paths.map((path) => readFile(path, 'utf8')))).join('')
    }
    expect(await files(out)).toMatch(names)
    const comments = (await seen(one)).pages.flatMap((page) => page.comments)
    for (const { id } of comments)
      await one.ask('comments').put(`/comments/${id}/anonymized`).send({ anonymized: true }).expect(200)
    const nameless = join(folder, 'nameless')
    await vi.waitFor(async () => {
      await rm(nameless, { recursive: true, force: true })
      await exportBlog(source(one), { folder: nameless, now })
      expect(await files(nameless)).not.toMatch(names)
    })
  })

  it('an export is not written into a folder that holds something, and leaves nothing where the blog cannot be read', async () => {
    const used = await mkdtemp(join(blogs.folder, 'used-'))
    await writeFile(join(used, 'mine.txt'), 'mine')
    const away = openSource({
      urls: throughGateway('http://127.0.0.1:9'),
      authorization: 'Bearer none',
    })
    await expect(exportBlog(away, { folder: used, now })).rejects.toThrow(UnusableFolder)
    expect(await readFile(join(used, 'mine.txt'), 'utf8')).toBe('mine')
  })
})
