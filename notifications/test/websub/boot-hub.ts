import { callers } from '@logbook/chassis/testing/access.ts'
import { initialSettings } from '@logbook/contracts/events/settings.ts'
import { postCreated, postUpdated, slugReserved } from '@logbook/contracts/examples/posts.ts'
import { settingsChanged } from '@logbook/contracts/examples/settings.ts'
import { userRegistered } from '@logbook/contracts/examples/users.ts'
import { vi } from 'vitest'
import { author, begun, bootNotifications, logbook, populate, postId } from '../boot.ts'
import { startWeb } from '../webmention/web.ts'
import { startSubscriber } from './subscriber.ts'

export const site = 'https://blog.example'
const id = '01920000-0000-7000-8000-00000000aa09'

/** A blog whose feeds are what `feeds` says by path; anything else is no feed. */
export const bootHub = async (config: object = {}) => {
  const book = logbook()
  await populate(book)
  await book.publish(slugReserved({ slug: 'first', postId }))
  const feeds: Record<string, string> = { '/feed.xml': '<rss>1</rss>' }
  const state = { queryStatus: 200 }
  const query = await startWeb()
  const serve = (path: string) => {
    query.pages[path] = (_, res) => {
      const body = feeds[path]
      const status = body === undefined ? 404 : state.queryStatus
      const link = `<${site}/websub>; rel="hub", <${site}${path}>; rel="self"`
      const headers = {
        'Content-Type': 'application/rss+xml',
        Link: link,
        Position: String(book.store.head()),
      }
      res.writeHead(status, headers).end(body)
    }
  }
  for (const path of ['/feed.xml', '/atom.xml', '/feed.json', '/feed.xml?post=first']) serve(path)
  const subscriber = await startSubscriber()
  const service = bootNotifications({ ...book, config: { queryUrl: query.url, ...config } })
  await service.read(book.store.head)
  const http = await service.as(callers.nobody)
  const at = () => book.clock.now().toISOString()
  const post = (more: object = {}) => ({
    ...{ id, slug: 'new', title: 'New', kind: 'post' as const, tags: [], content: 'Words' },
    ...{ authorId: author.id, authorName: 'Ada', createdAt: at(), publishedAt: at(), ...more },
  })
  let [people, editions] = [0, 1]
  const ask = (fields: Record<string, string> = {}) =>
    http
      .post('/websub')
      .type('form')
      .send({
        ...{ 'hub.mode': 'subscribe', 'hub.topic': `${site}/feed.xml` },
        ...{ 'hub.callback': `${subscriber.url}/callback`, ...fields },
      })
  const hub = async () => ((await service.health()) as unknown as { hub: Record<string, number> }).hub
  const hubIs = (expected: Record<string, number>) =>
    vi.waitFor(async () => {
      const status = await hub()
      for (const [name, count] of Object.entries(expected))
        if (status[name] !== count) throw new Error(`the hub is at ${JSON.stringify(status)}`)
    })
  /** The bodies that the subscriber was sent since the last time. */
  const sent = () => subscriber.received.splice(0).filter(({ method }) => method === 'POST')
  /** Time passes, and what is due is begun: an event wakes the hub. */
  const pass = async (ms: number) => {
    book.clock.pass(ms)
    const person = `01920000-0000-7000-8000-0000000bb0${10 + ++people}`
    await book.publish(userRegistered({ id: person, name: `Person ${people}`, registeredAt: begun }))
    await service.read(book.store.head)
  }
  return {
    ...{ book, service, http, subscriber, query, feeds, state, post, ask, hub, hubIs, sent, pass },
    set: (changes: object) =>
      book.publish(settingsChanged({ settings: { ...initialSettings(), ...changes } })),
    /** Subscribes the callback, and resolves when it has agreed. */
    async subscribe(fields: Record<string, string> = {}) {
      const before = (await hub()).subscriptions ?? 0
      await ask(fields).expect(202)
      await hubIs({ subscriptions: before + 1 })
      subscriber.received.length = 0
    },
    /** A post is written or changed, and the feed of all posts with it. */
    async change(more: object = {}) {
      editions++
      feeds['/feed.xml'] = `<rss>${editions}</rss>`
      await book.publish(
        editions === 2 ? postCreated(post(more)) : postUpdated(post({ title: `New ${editions}`, ...more })),
      )
      await service.read(book.store.head)
      await pass(10_000)
    },
  }
}
