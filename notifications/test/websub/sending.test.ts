import { createHmac } from 'node:crypto'
import { postCreated, postUpdated } from '@logbook/contracts/examples/posts.ts'
import { describe, expect, it, vi } from 'vitest'
import { limits as ofMessages } from '../../src/limits.ts'
import { approvedComment } from '../boot.ts'
import { bootHub, site } from './boot-hub.ts'
import { agree } from './subscriber.ts'

const hourMs = 3_600_000

describe('a feed that has changed', () => {
  it('is sent whole to its subscribers, with its type, its links and a signature by the secret', async () => {
    const { subscribe, change, sent, subscriber } = await bootHub()
    await subscribe({ 'hub.secret': 'wren', 'hub.callback': `${subscriber.url}/callback?me=1` })
    await change()
    await vi.waitFor(() => expect(subscriber.received).toHaveLength(1))
    const [posted] = sent()
    expect([posted?.path, posted?.query.toString(), posted?.body]).toEqual([
      '/callback',
      'me=1',
      '<rss>2</rss>',
    ])
    expect(posted?.headers).toMatchObject({
      'content-type': 'application/rss+xml',
      link: `<${site}/websub>; rel="hub", <${site}/feed.xml>; rel="self"`,
      'x-hub-signature': `sha256=${createHmac('sha256', 'wren').update('<rss>2</rss>').digest('hex')}`,
    })
  })

  it('is sent once after several changes, and not where it says what it said', async () => {
    const { subscribe, book, service, feeds, post, pass, sent, hubIs, subscriber } = await bootHub()
    await subscribe()
    feeds['/feed.xml'] = '<rss>both</rss>'
    await book.publish(postCreated(post()), postUpdated(post({ title: 'Newer' })))
    await service.read(book.store.head)
    await pass(10_000)
    await vi.waitFor(() => expect(subscriber.received).toHaveLength(1))
    await hubIs({ waiting: 0 })
    await book.publish(postUpdated(post({ title: 'Newest' })))
    await service.read(book.store.head)
    await hubIs({ waiting: 1 })
    await pass(10_000)
    await hubIs({ waiting: 0 })
    expect(sent().map(({ body }) => body)).toEqual(['<rss>both</rss>'])
  })

  it('is that of the comments of a post, in the words of the post’s address', async () => {
    const { subscribe, feeds, book, service, pass, subscriber } = await bootHub()
    feeds['/feed.xml?post=first'] = '<rss>nothing</rss>'
    await subscribe({ 'hub.topic': `${site}/feed.xml?post=first` })
    feeds['/feed.xml?post=first'] = '<rss>a comment</rss>'
    await approvedComment(book)
    await service.read(book.store.head)
    await pass(10_000)
    await vi.waitFor(() =>
      expect(subscriber.received.map(({ body }) => body)).toEqual(['<rss>a comment</rss>']),
    )
  })

  it('is not sent for an import, nor when the log is read again', async () => {
    const { subscribe, book, service, post, pass, subscriber, hub, feeds, query } = await bootHub({})
    await subscribe()
    const old = '2020-01-01T00:00:00.000Z'
    feeds['/feed.xml'] = '<rss>imported</rss>'
    await book.publish(postCreated(post({ createdAt: old, publishedAt: old })))
    await service.read(book.store.head)
    await pass(10_000)
    expect(await hub()).toMatchObject({ subscriptions: 1, waiting: 0 })
    expect([subscriber.received, query.asked.filter(({ path }) => path === '/feed.xml')]).toMatchObject([
      [],
      [{}],
    ])
  })
})

describe('a subscriber', () => {
  it('that is away is sent the latest later, with growing pauses, and once', async () => {
    const { subscribe, change, pass, hubIs, sent, subscriber } = await bootHub()
    await subscribe()
    subscriber.behave = (_, res) => void res.writeHead(503).end()
    await change()
    await vi.waitFor(() => expect(subscriber.received).toHaveLength(1))
    await change()
    subscriber.behave = agree
    sent()
    await pass(hourMs)
    await hubIs({ waiting: 0, parked: 0 })
    expect(sent().map(({ body }) => body)).toEqual(['<rss>3</rss>'])
  })

  it('that refuses to the last attempt is parked, is tried once at the next change, and can be retried', async () => {
    const { subscribe, change, pass, hubIs, hub, subscriber, service, sent } = await bootHub()
    await subscribe({ 'hub.lease_seconds': '999999999' })
    subscriber.behave = (_, res) => void res.writeHead(302, { Location: '/elsewhere' }).end()
    await change()
    await hubIs({ parked: 1, waiting: 0 })
    subscriber.behave = (_, res) => void res.writeHead(500).end()
    await change()
    await vi.waitFor(() => expect(subscriber.received).toHaveLength(2))
    await hubIs({ parked: 1, waiting: 0 })
    const [parked] = (await service.parked?.list(10)) ?? []
    expect(parked).toMatchObject({ subject: `${site}/feed.xml to 127.0.0.1`, reason: 'HTTP 500' })
    // A stranger's fault is not the blog's.
    expect((await service.health()).mail.parked).toBe(0)
    expect(await service.parked?.retry(parked?.id)).toBe(1)
    await vi.waitFor(() => expect(subscriber.received).toHaveLength(3))
    for (let attempt = 1; attempt < ofMessages.attemptsMax; attempt++) {
      await vi.waitFor(async () => {
        await pass(5 * hourMs)
        expect(subscriber.received.length).toBeGreaterThanOrEqual(3 + attempt)
      })
    }
    await hubIs({ parked: 1, waiting: 0 })
    subscriber.behave = agree
    sent()
    await change()
    await hubIs({ parked: 0, waiting: 0 })
    expect([sent().length, await hub()]).toMatchObject([1, { subscriptions: 1 }])
  })

  it('that answers 410 is dropped', async () => {
    const { subscribe, change, hubIs, subscriber } = await bootHub()
    await subscribe()
    subscriber.behave = (_, res) => void res.writeHead(410).end()
    await change()
    await hubIs({ subscriptions: 0 })
  })

  it('that hangs delays no subscriber of another site', async () => {
    const { subscribe, change, subscriber } = await bootHub()
    await subscribe()
    await subscribe({ 'hub.callback': `${subscriber.url.replace('127.0.0.1', 'localhost')}/callback` })
    subscriber.behave = (asked, res) =>
      asked.headers.host?.startsWith('127.') ? undefined : agree(asked, res)
    await change()
    await vi.waitFor(() => expect(subscriber.received).toHaveLength(2))
  })
})
