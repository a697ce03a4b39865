import { once } from 'node:events'
import { Agent, type IncomingMessage, request } from 'node:http'
import {
  commentCreated,
  commentUpdated,
  deletedCommentUpdated,
} from '@logbook/contracts/examples/comments.ts'
import {
  deletedUpdated,
  draftCreated,
  examplePostId,
  postCreated,
  postUpdated,
} from '@logbook/contracts/examples/posts.ts'
import { change } from '@logbook/contracts/http/query.ts'
import { describe, expect, it, vi } from 'vitest'
import { limits } from '../src/limits.ts'
import { booted, idOf } from './booted.ts'
import { parse, serve, watch as watchPath } from './watching.ts'

const watch = (port: number, headers: Record<string, string> = {}, path = `/changes?post=${examplePostId}`) =>
  watchPath(port, path, headers)

describe('watching a post', () => {
  it('a watcher gets the changes of comments and of the post, in the shape of the contract', async () => {
    const { app, publishAndSettle } = await booted(postCreated())
    const { answer, told } = await watch(await serve(app))
    expect(answer.headers['content-type']).toContain('text/event-stream')
    // Each by itself: of what is read together, the latest is told.
    for (const event of [commentCreated(), commentUpdated(), postUpdated({ slug: 'new' })])
      await publishAndSettle(event)
    await vi.waitFor(() => expect(told()).toHaveLength(3))
    expect(told().map(({ id, event }) => [id, event])).toEqual([
      ['2', 'comment'],
      ['3', 'comment'],
      ['4', 'post'],
    ])
    for (const { data } of told()) expect(change.parse(data)).toEqual(data)
    expect(told()[2]?.data).toMatchObject({ slug: 'new', version: 2 })
  })

  it('a watcher gets nothing of other posts, and nothing that may not be shown', async () => {
    const { app, publishAndSettle } = await booted(postCreated(), postCreated({ id: idOf(1), slug: 'other' }))
    const { told, text } = await watch(await serve(app))
    const secret = 'not to be seen'
    await publishAndSettle(
      commentCreated({ id: idOf(2), postId: idOf(1) }),
      commentCreated({ content: secret }),
      commentUpdated({ status: 'rejected', reason: `It says: ${secret}`, content: secret }),
      deletedCommentUpdated(),
    )
    await vi.waitFor(() => expect(told().at(-1)?.data).toMatchObject({ comment: { status: 'deleted' } }))
    expect(text()).not.toContain(secret)
    expect(text()).not.toContain(idOf(2))
  })

  it('a watcher that returns with the last id gets exactly what it missed', async () => {
    const { app, publishAndSettle } = await booted(
      postCreated(),
      commentUpdated({ id: idOf(1) }),
      commentUpdated({ id: idOf(2) }),
      commentUpdated({ id: idOf(1), score: 3 }),
    )
    const port = await serve(app)
    const back = await watch(port, { 'Last-Event-ID': '2' })
    await vi.waitFor(() => expect(back.told().map(({ id }) => id)).toEqual(['3', '4']))
    const fresh = await watch(port, {}, `/changes?post=${examplePostId}&after=4`)
    await publishAndSettle(commentUpdated({ id: idOf(3) }))
    await vi.waitFor(() => expect(fresh.told().map(({ id }) => id)).toEqual(['5']))
    await vi.waitFor(() => expect(back.told().map(({ id }) => id)).toEqual(['3', '4', '5']))
  })

  it('a watcher that is ahead of the view gets nothing twice', async () => {
    const { app, publishAndSettle } = await booted(postCreated())
    const { told } = await watch(await serve(app), { 'Last-Event-ID': '3' })
    await publishAndSettle(...[1, 2, 3].map((n) => commentUpdated({ id: idOf(n) })))
    await vi.waitFor(() => expect(told().map(({ id }) => id)).toEqual(['4']))
  })

  it('a watcher that missed too much is told to reload the page', async () => {
    const missed = Array.from({ length: limits.resumeChangesMax + 1 }, (_, n) =>
      commentUpdated({ id: idOf(n) }),
    )
    const { app } = await booted(postCreated(), ...missed)
    const { told } = await watch(await serve(app), { 'Last-Event-ID': '1' })
    await vi.waitFor(() =>
      expect(told()).toEqual([{ id: String(missed.length + 1), event: 'reload', data: {} }]),
    )
  })

  it('a watcher is told that the post is gone, and nothing after it', async () => {
    const { app, publishAndSettle } = await booted(postCreated())
    const port = await serve(app)
    const { told, ended } = await watch(port)
    await publishAndSettle(commentUpdated(), deletedUpdated())
    // Its connection may be open still.
    await publishAndSettle(commentUpdated({ score: 2 }))
    await vi.waitFor(() => expect(ended()).toBe(true))
    expect(told().at(-1)).toMatchObject({ event: 'post-removed', data: { id: examplePostId } })
  })

  it('the stream of a watcher ends when the service stops', async () => {
    const { app, close } = await booted(postCreated())
    const { ended } = await watch(await serve(app))
    await close()
    await vi.waitFor(() => expect(ended()).toBe(true))
  })

  it('a watcher that does not read is disconnected before it fills the memory, and others continue', async () => {
    const { app, http, publishAndSettle } = await booted(postCreated())
    const port = await serve(app)
    const lazy = await watch(port)
    lazy.answer.pause()
    const keen = await watch(port)
    const content = 'x'.repeat(10_000)
    for (let n = 1; ; n++) {
      await publishAndSettle(
        ...Array.from({ length: 10 }, (_, m) => commentUpdated({ id: idOf(n * 100 + m), content })),
      )
      const { body } = await http.get('/health')
      if (body.watchers === 1) break
      expect(n).toBeLessThan(200)
    }
    const before = keen.told().length
    await publishAndSettle(commentUpdated({ id: idOf(1) }))
    await vi.waitFor(() => expect(keen.told().length).toBeGreaterThan(before))
    expect(keen.ended()).toBe(false)
  })

  it.each([
    ['', 422],
    ['?post=x', 422],
    [`?post=${idOf(9)}`, 404],
    [`?post=${examplePostId}&after=x`, 422],
  ])('watching %j is refused with %i', async (query, status) => {
    const { http } = await booted(postCreated())
    await http.get(`/changes${query}`).expect(status)
  })

  it('a draft cannot be watched', async () => {
    const { http } = await booted(draftCreated())
    await http.get(`/changes?post=${examplePostId}`).expect(404)
  })

  it('a HEAD request for changes ends', async () => {
    const { http } = await booted(postCreated())
    await http.head(`/changes?post=${examplePostId}`).expect(200)
  })
})

describe('the maximum number of watchers', () => {
  it('the maximum number of watchers each get every change once, and cost no more than their connections', async () => {
    const watchersMin = 2_000
    const query = await booted(postCreated())
    const port = await serve(query.app)
    const told = new Map<number, string>()
    const agent = new Agent({ keepAlive: false, maxSockets: watchersMin })
    const watchers = Array.from({ length: watchersMin }, async (_, number) => {
      const call = request({ agent, port, path: `/changes?post=${examplePostId}` }).end()
      const [answer] = (await once(call, 'response')) as [IncomingMessage]
      answer.setEncoding('utf8')
      answer.on('data', (chunk: string) => told.set(number, `${told.get(number) ?? ''}${chunk}`))
      answer.on('error', () => {})
    })
    await Promise.all(watchers)
    const count = async () => (await query.http.get('/health')).body.watchers
    expect(await count()).toBe(watchersMin)
    const before = process.memoryUsage().rss
    const said = ['first', 'second', 'third'].map((content, n) =>
      commentUpdated({ id: idOf(n + 1), content }),
    )
    await query.publishAndSettle(...said)
    await vi.waitFor(() => {
      for (const text of told.values()) expect(parse(text)).toHaveLength(said.length)
      expect(told.size).toBe(watchersMin)
    })
    for (const text of told.values()) expect(parse(text).map(({ id }) => id)).toEqual(['2', '3', '4'])
    // Both ends are in this process; what is told is a kilobyte or so for each.
    const bytesEachMax = 64 * 1024
    expect(process.memoryUsage().rss - before).toBeLessThan(watchersMin * bytesEachMax)
  })
})
