import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Services, startBus, startServices } from '../../backup/test/running-blog.ts'
import { linkOf } from '../disqus/post-to-comment.ts'
import { importBlog } from '../import-blog.ts'
import { limits } from '../limits.ts'
import { openBlog } from '../open-blog.ts'
import { createPostsHere, type PostsHere } from '../posts-here.ts'
import { silentProgress } from '../send/progress.ts'
import { ServiceFailed } from '../send/requests.ts'
import { type Collected, collect } from './collect.ts'
import { withFile } from './make-export.ts'

const now = new Date('2026-01-01T00:00:00Z')
const postId = '01920000-0000-7000-8000-0000000000aa'
const fakeHere: PostsHere = {
  find: async (addresses) => (addresses.some((each) => each.includes('/known')) ? { id: postId } : undefined),
}

const thread = (id: number, link: string, more = '<isClosed>false</isClosed>') =>
  `<thread dsq:id="${id}"><id>x${id}</id><forum>tides</forum><link>${link}</link><title>T</title><message />
  <createdAt>2012-01-01T00:00:00Z</createdAt><author><email>a@old.example</email><name>Ann</name></author>${more}</thread>`

interface Said {
  id: number
  of?: number
  parent?: number
  text?: string
  more?: string
  name?: string
  date?: string
}
const post = ({ id, of = 1, parent, text = `Said ${id}`, more = '', name = 'Bea', date }: Said) =>
  `<post dsq:id="${id}"><id>wp_id=${id}</id><message><![CDATA[<p>${text}</p>]]></message>
  <createdAt>${date ?? `2012-02-03T04:05:${String(id).padStart(2, '0')}Z`}</createdAt>${more}
  <author><email>b@old.example</email><name>${name}</name><isAnonymous>true</isAnonymous><username>bea77</username></author>
  <ipAddress>203.0.113.9</ipAddress><thread dsq:id="${of}" />${parent === undefined ? '' : `<parent dsq:id="${parent}" />`}</post>`

const xml = (...inside: string[]) => `<?xml version="1.0" encoding="utf-8"?>
<disqus xmlns="http://disqus.com" xmlns:dsq="http://disqus.com/disqus-internals">
<category dsq:id="5"><forum>tides</forum><title>General</title></category>
${inside.join('\n')}
</disqus>
`
const known = thread(1, 'https://old.example/known/')

const read = (content: string, here = fakeHere): Promise<Collected> =>
  withFile(content, async (path) => collect(await openBlog({ path, now, here })))

describe('an export of Disqus', () => {
  it('brings names, dates, texts and threads, and no e-mail or IP address', async () => {
    const text =
      'See <a href="https://disq.us/url?url=https%3A%2F%2Fsea.example%2Fa%3Ab%3AqdsZ0kz9mPQXxWAbcdefghij012&amp;cuid=1">it</a> &amp; <b>me</b>'
    const { comments, refused, skipped } = await read(
      xml(known, post({ id: 1, text }), post({ id: 2, parent: 1, name: '' }), post({ id: 3, parent: 2 })),
    )
    expect([refused, skipped]).toEqual([[], []])
    const [first, second, third] = comments
    expect(first).toEqual({
      ...{ key: 'disqus:tides:comment:1', postKey: 'disqus:tides:thread:1', parentKey: null, postId },
      ...{ author: { name: 'Bea', url: null }, createdAt: '2012-02-03T04:05:01.000Z', status: 'approved' },
      content: 'See [it](https://sea.example/a:b) & **me**',
    })
    expect([second?.author?.name, second?.parentKey, third?.parentKey]).toEqual([
      'bea77',
      'disqus:tides:comment:1',
      'disqus:tides:comment:2',
    ])
    expect(JSON.stringify(comments)).not.toMatch(/old\.example|203\.0/)
  })

  it('keeps what was spam from readers, lets what waited wait, and leaves out what was deleted', async () => {
    const { comments, skipped, notes } = await read(
      xml(
        known,
        post({ id: 1, more: '<isDeleted>false</isDeleted><isSpam>true</isSpam>' }),
        post({ id: 2, more: '<isApproved>false</isApproved>' }),
        post({ id: 3, parent: 2, more: '<isDeleted>true</isDeleted><isSpam>true</isSpam>' }),
        post({ id: 4, parent: 3 }),
      ),
    )
    expect(comments.map(({ key, status }) => [key.slice(-1), status])).toEqual([
      ['1', 'rejected'],
      ['2', 'pending'],
      ['4', 'approved'],
    ])
    expect(skipped.map(({ reason }) => reason)).toEqual(['was deleted'])
    expect(comments[2]?.parentKey).toBe('disqus:tides:comment:2')
    expect(notes[0]?.reason).toContain('did not come')
  })

  it('gives out each comment once, after the one that it answers, in whatever order the file has them', async () => {
    const { comments, refused } = await read(
      xml(
        ...[post({ id: 3, parent: 2 }), post({ id: 2, parent: 1 }), post({ id: 1 }), known],
        ...[post({ id: 7, parent: 8 }), post({ id: 8, parent: 7 }), post({ id: 9, parent: 9 })],
        ...[post({ id: 10, parent: 99 }), post({ id: 1 })],
      ),
    )
    const keys = comments.map(({ key }) => key)
    expect(keys.map((key) => Number(key.split(':').at(-1))).sort((a, b) => a - b)).toEqual([
      1, 2, 3, 7, 8, 9, 10,
    ])
    for (const { key, parentKey } of comments)
      if (parentKey !== null) expect(keys.indexOf(parentKey), key).toBeLessThan(keys.indexOf(key))
    expect(comments.find(({ key }) => key.endsWith(':3'))?.parentKey).toBe('disqus:tides:comment:2')
    expect(refused.map(({ reason }) => reason)).toEqual(['has the same dsq:id as an earlier one'])
  })

  it('names each comment whose post is not here, and invents none', async () => {
    const { comments, refused } = await read(
      xml(
        ...[known, thread(2, 'https://old.example/gone/')],
        ...[post({ id: 1 }), post({ id: 2, of: 2 }), post({ id: 3, of: 9 })],
      ),
    )
    expect(comments).toHaveLength(1)
    expect(refused).toEqual([
      expect.objectContaining({
        where: expect.stringMatching(/^export\.xml:\d+ \(comment 2\)$/),
        reason: 'this blog has no post that stood at https://old.example/gone/',
      }),
      expect.objectContaining({ reason: 'its thread is not in the export' }),
    ])
  })

  it.each([
    ['an impossible date', post({ id: 1, date: '2012-02-31T00:00:00Z' }), /does not exist/],
    ['no text', post({ id: 1, text: '' }), /content/],
    ['no id', post({ id: 1 }).replace('dsq:id="1"', ''), /dsq:id/],
    ['bad XML', post({ id: 1 }).replace('<ipAddress>', ''), /not well-formed XML in line \d+/],
    ['no end', post({ id: 1 }).replace('</post>', ''), /its own end is missing/],
    ['too much text', post({ id: 1, text: 'a'.repeat(limits.htmlCharsMax) }), /longer than/],
  ])('refuses a comment with %s by its line, and goes on', async (_name, bad, reason) => {
    const { comments, refused } = await read(xml(known, bad, post({ id: 2, parent: 1 })))
    expect(refused).toHaveLength(1)
    expect(refused[0]?.reason).toMatch(reason)
    expect(refused[0]?.where).toMatch(/^export\.xml:6\b/)
    expect(comments.map(({ key, parentKey }) => [key.slice(-1), parentKey])).toEqual([['2', null]])
  })

  it('says where a file that is cut short ends', async () => {
    const whole = xml(known, post({ id: 1 }), post({ id: 2 }))
    const within = await read(whole.slice(0, whole.indexOf('Said 2')))
    expect(within.comments).toHaveLength(1)
    expect(within.refused[0]?.reason).toContain('the file ends before this post does')
    const between = await read(whole.replace('</disqus>', ''))
    expect(between.refused[0]?.reason).toContain('without </disqus>')
  })

  it('is refused whole where it declares an entity or holds nothing', async () => {
    const doctype = xml(known).replace('<disqus', '<!DOCTYPE d [<!ENTITY a "b">]><disqus')
    await expect(read(doctype)).rejects.toThrow(/declares a document type|not a WordPress export/)
    await expect(read(xml())).rejects.toThrow(/nothing to import/)
  })

  it('ends the import where the blog does not answer, and refuses nothing for that', async () => {
    const away: PostsHere = { find: () => Promise.reject(new ServiceFailed('query is away')) }
    await expect(read(xml(known, post({ id: 1 })), away)).rejects.toThrow('query is away')
  })

  it('leads links where they led before Disqus', () => {
    const page = 'https://old.example/known/'
    expect(linkOf('/other', page)).toBe('https://old.example/other')
    expect(
      linkOf('https://disq.us/url?url=http%3A%2F%2Fa.example%2F%3AYwZfFq_0QxEgKqRMTk0jLZhYw9k', page),
    ).toBe('http://a.example/')
    expect(linkOf('mailto:a@b.example', page)).toBe('mailto:a@b.example')
  })
})

describe('comments of Disqus on a running blog', () => {
  let folder: string
  let services: Services
  const closing: (() => Promise<void>)[] = []
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'logbook-disqus-'))
    const bus = await startBus(folder)
    services = await startServices(folder, bus.url)
    closing.push(bus.close, services.close)
  })
  afterAll(async () => {
    for (const close of closing.reverse()) await close()
    await rm(folder, { recursive: true, force: true })
  })

  const bring = (content: string) =>
    withFile(content, async (path) => {
      const here = createPostsHere(services.urlOf('query'))
      const options = {
        ...{ postsUrl: services.urlOf('posts'), commentsUrl: services.urlOf('comments') },
        ...{ token: services.owner.replace('Bearer ', ''), dryRun: false, progress: silentProgress },
      }
      return importBlog(await openBlog({ path, now, here }), options)
    })

  it('stand under the post by its slug, a former address or its address here, once', async () => {
    const { ask } = services
    const at = '2011-05-06T07:08:09.000Z'
    const moved = {
      ...{
        key: 'k',
        title: 'Moved',
        content: 'Words',
        excerpt: null,
        tags: [],
        kind: 'post',
        authorName: null,
      },
      ...{
        status: 'published',
        createdAt: at,
        publishedAt: at,
        formerAddresses: ['/2011/05/Old-name/', '/?p=7'],
      },
    }
    const imported = await ask('posts').post('/imports').send([moved]).expect(200)
    const written = await ask('posts').post('/posts').send({ title: 'High tide', content: 'x' }).expect(201)
    const draft = await ask('posts').post('/posts').send({ title: 'Draft', status: 'draft' }).expect(201)
    const position = Number(draft.headers.position)
    await ask('query')
      .get('/posts')
      .set('Min-Position', String(position))
      .set('Prefer', 'wait=10')
      .expect(200)
    const content = xml(
      ...[
        thread(1, 'http://old.example/2011/05/old-name.html'),
        thread(2, 'https://x.example/2012/high-tide/?a=b'),
      ],
      ...[thread(3, 'https://blog.example/posts/high-tide'), thread(4, 'https://old.example/draft')],
      thread(5, 'https://old.example/?p=7'),
      ...[
        post({ id: 1 }),
        post({ id: 2, of: 2 }),
        post({ id: 3, of: 3 }),
        post({ id: 4, of: 4 }),
        post({ id: 5, of: 5 }),
      ],
    )
    const first = await bring(content)
    expect(first.counts.comment).toEqual({ imported: 4, unchanged: 0, skipped: 0, refused: 1 })
    expect((await bring(content)).counts.comment).toMatchObject({ imported: 0, unchanged: 4 })
    const under = async (id: string) =>
      (await ask('comments').get(`/posts/${id}/comments`).expect(200)).body.map(
        (each: { id: string }) => each.id,
      )
    expect(await under(imported.body[0].id)).toHaveLength(2)
    expect(await under(written.body.id)).toHaveLength(2)
  })
})
