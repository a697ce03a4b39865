import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openBlog } from '@logbook/importer/open-blog.ts'
import {
  postXml as post,
  threadXml as thread,
  disqusXml as xml,
} from '@logbook/importer/testing/make-disqus.ts'
import { withFile } from '@logbook/importer/testing/make-export.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Services, startBus, startServices } from '../../backup/test/running-blog.ts'
import { importBlog } from '../import-blog.ts'
import { createPostsHere } from '../posts-here.ts'
import { silentProgress } from '../send/progress.ts'

const now = new Date('2026-01-01T00:00:00Z')

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

  it('comments of Disqus on a running blog stand under the post by its slug, a former address or its address here, once', async () => {
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
