import { callers } from '@logbook/chassis/testing/access.ts'
import type { Person } from '@logbook/contracts/identity.ts'
import { openBlog } from '@logbook/importer/open-blog.ts'
import {
  commentXml,
  exportXml,
  itemXml,
  withFile,
  withFolder,
} from '@logbook/importer/testing/make-export.ts'
import { now, write } from '@logbook/importer/testing/make-folder.ts'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { importBlog } from '../import-blog.ts'
import { silentProgress } from '../send/progress.ts'
import { targetOf } from '../target.ts'
import { type Holder, startFrontDoor } from './front-door.ts'
import { startRealServices } from './real-services.ts'
import { pngOf, startMedia } from './running-media.ts'

let services: Awaited<ReturnType<typeof startRealServices>>
let door: Awaited<ReturnType<typeof startFrontDoor>>

beforeAll(async () => {
  services = await startRealServices()
  const holder = async (caller: Person): Promise<Holder> => {
    const { kind, id, role, name } = caller
    const header = (await services.header(caller)) ?? ''
    return { caller: { kind, id, role, name }, accessToken: header.replace('Bearer ', '') }
  }
  const { owner, author, reader } = callers
  door = await startFrontDoor({
    posts: services.postsUrl,
    comments: services.commentsUrl,
    holders: {
      lb_owner: await holder(owner),
      lb_scoped: await holder({ ...owner, scopes: ['posts', 'comments'] }),
      lb_posts: await holder({ ...owner, scopes: ['posts'] }),
      lb_query: await holder({ ...owner, scopes: ['query'] }),
      lb_author: await holder(author),
      lb_reader: await holder(reader),
    },
  })
})
afterAll(async () => {
  await door.close()
  await services.close()
})

const bring = (ids: readonly number[], token: string, content = 'Words.') => {
  const target = targetOf({ url: `${door.url}/` }, { LOGBOOK_TOKEN: token })
  const items = ids.map((id) =>
    itemXml({ id, fields: { 'content:encoded': content }, inside: commentXml({ id }) }),
  )
  return withFile(exportXml({ items }), async (path) =>
    importBlog(await openBlog({ path, now: new Date('2026-01-01T00:00:00Z') }), {
      ...{ postsUrl: target.urls.posts, commentsUrl: target.urls.comments, token: target.token() },
      ...{ dryRun: false, progress: silentProgress, retryMsMin: 1 },
    }),
  )
}

describe('an import through the public address', () => {
  it('an import through the public address brings posts and comments with the API token of an owner, and nothing the second time', async () => {
    const one = { imported: 1, unchanged: 0, refused: 0 }
    expect(await bring([1], 'lb_owner')).toMatchObject({ stopped: null, counts: { post: one, comment: one } })
    const none = { imported: 0, unchanged: 1, refused: 0 }
    expect(await bring([1], 'lb_scoped')).toMatchObject({
      stopped: null,
      counts: { post: none, comment: none },
    })
    expect(await services.all('PostCreated')).toHaveLength(1)
  })

  it('an import through the public address takes a batch that is longer than any form', async () => {
    const { counts } = await bring([21, 22, 23], 'lb_owner', 'word '.repeat(30_000))
    expect(counts.post).toMatchObject({ imported: 3, refused: 0 })
  })

  it.each([
    ['an author', 'lb_author', /403/],
    ['a reader', 'lb_reader', /403/],
    ['an owner whose token is for something else', 'lb_query', /40[13]/],
    ['no one', 'lb_gone', /401/],
  ])('an import through the public address is refused to %s, and says so', async (_name, token, reason) => {
    const { stopped, counts } = await bring([3], token)
    expect(stopped).toMatch(reason)
    expect(counts.post.imported + counts.comment.imported).toBe(0)
  })

  it('an import through the public address brings only what the scopes of the token hold', async () => {
    const { stopped, counts } = await bring([4], 'lb_posts')
    expect(stopped).toMatch(/comments\/imports answered 40[13]/)
    expect([counts.post.imported, counts.comment.imported]).toEqual([1, 0])
  })

  it('an import through the public address brings pictures with a token for media, and says what another lacks', async () => {
    const media = await startMedia(services)
    const caller = { ...callers.owner, scopes: ['posts', 'comments', 'media'] }
    const full = await services.header(caller as Person)
    const half = await services.header({ ...caller, scopes: ['posts', 'comments'] } as Person)
    const holder = (header: string | undefined) => ({
      caller: callers.owner,
      accessToken: header?.replace('Bearer ', '') ?? '',
    })
    const front = await startFrontDoor({
      ...{ posts: services.postsUrl, comments: services.commentsUrl, media: media.url },
      holders: { lb_full: holder(full), lb_half: holder(half) },
    })
    onTestFinished(() => front.close())
    const bringFolder = (folder: string, token: string) =>
      openBlog({ path: folder, now }).then((blog) => {
        const { urls } = targetOf({ url: front.url }, {})
        const { posts: postsUrl, comments: commentsUrl, media: mediaUrl } = urls
        const sending = { postsUrl, commentsUrl, mediaUrl, token, dryRun: false, retryMsMin: 1 }
        return importBlog(blog, { ...sending, progress: silentProgress })
      })
    await withFolder(async (folder) => {
      await write(folder, {
        '_posts/2015-01-02-shown.md': '---\ntitle: Shown\n---\n![](/a.png)\n',
        'a.png': pngOf(),
      })
      const refused = await bringFolder(folder, 'lb_half')
      expect([refused.stopped, refused.counts.post.imported]).toEqual([
        expect.stringMatching(/answered 40[13].*scope media.*--no-pictures/),
        0,
      ])
      const { stopped, counts } = await bringFolder(folder, 'lb_full')
      expect([stopped, counts.picture.imported, counts.post.imported]).toEqual([null, 1, 1])
    })
    expect((await services.all('PostCreated')).at(-1)?.content).toMatch(/^!\[\]\(\/api\/media\/\S+#40x20\)$/)
    expect((await services.all('MediaRequested')).map(({ ownerId }) => ownerId)).toEqual([callers.owner.id])
  })

  it('an import through the public address needs the token to be set', () => {
    expect(() => targetOf({ url: door.url }, {}).token()).toThrow(/LOGBOOK_TOKEN is not set/)
  })
})
