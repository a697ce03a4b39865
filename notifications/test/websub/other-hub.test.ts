import { initialSettings } from '@logbook/contracts/events/settings.ts'
import { deletedUpdated, postCreated, postUpdated } from '@logbook/contracts/examples/posts.ts'
import { settingsChanged } from '@logbook/contracts/examples/settings.ts'
import { userRegistered } from '@logbook/contracts/examples/users.ts'
import { describe, expect, it } from 'vitest'
import { approvedComment, author, begun, bootNotifications, logbook, populate } from '../boot.ts'
import { startWeb } from '../webmention/web.ts'

const id = '01920000-0000-7000-8000-00000000aa09'
const files = ['feed.xml', 'atom.xml', 'feed.json']
const topics = (...queries: string[]) =>
  queries.flatMap((query) => files.map((file) => `https://blog.example/${file}${query}`)).toSorted()

/** A blog whose feeds have a hub. */
const boot = async (status: () => number = () => 204, hooksAllow = ['loopback']) => {
  const hub = await startWeb({ '/hub': (_, res) => void res.writeHead(status()).end() })
  const book = logbook()
  await populate(book)
  const at = () => book.clock.now().toISOString()
  const set = (changes: object) =>
    book.publish(settingsChanged({ settings: { ...initialSettings(), ...changes } }))
  await set({ hub: `${hub.url}/hub` })
  const service = bootNotifications({ ...book, config: { hooksAllow } })
  await service.read(book.store.head)
  const post = (more: object = {}) => ({
    ...{ id, slug: 'new', title: 'New', kind: 'post' as const, tags: ['Night herons'], content: 'Words' },
    ...{ authorId: author.id, authorName: 'Ada', createdAt: at(), publishedAt: at(), ...more },
  })
  let wakes = 0
  const settled = async () => {
    await service.read(book.store.head)
    book.clock.pass(60_000)
    const person = `01920000-0000-7000-8000-0000000bb0${10 + ++wakes}`
    await book.publish(userRegistered({ id: person, name: `Person ${wakes}`, registeredAt: begun }))
    await service.settled(book.store.head)
  }
  /** The feeds that the hub was told of since the last time. */
  const told = () =>
    hub.asked
      .splice(0)
      .map(({ method, body }) => ({ method, form: new URLSearchParams(body) }))
      .map(({ method, form }) => [method, form.get('hub.mode'), form.get('hub.url')])
      .toSorted()
  const pings = (...queries: string[]) => topics(...queries).map((topic) => ['POST', 'publish', topic])
  return { hub, book, service, post, set, settled, told, pings }
}

describe('the hub of the feeds', () => {
  it('is told once of each feed that a post is in, and was in, whatever the number of changes', async () => {
    const { book, post, settled, told, pings } = await boot()
    await book.publish(postCreated(post()), postUpdated(post({ title: 'Newer' })))
    await settled()
    await settled()
    expect(told()).toEqual(pings('', '?author=ada', '?tag=night-herons'))
    await book.publish(postUpdated(post({ tags: ['Marsh'] })))
    await settled()
    expect(told()).toEqual(pings('', '?author=ada', '?tag=marsh', '?tag=night-herons'))
    await book.publish(deletedUpdated({ id, slug: 'new' }))
    await settled()
    expect(told().length).toBeGreaterThanOrEqual(6)
  })

  it('is told of the feed of a post’s comments when one is readable', async () => {
    const { book, settled, told, pings } = await boot()
    await approvedComment(book)
    await settled()
    expect(told()).toEqual(pings('?post=first'))
  })

  it('is told nothing of imported posts, of pages, by a log that is read again, or once there is no hub', async () => {
    const { book, service, post, set, settled, told } = await boot()
    const old = '2020-01-01T00:00:00.000Z'
    await book.publish(postCreated(post({ createdAt: old, publishedAt: old })))
    await book.publish(postCreated({ ...post({ id: `${id.slice(0, -1)}7` }), imported: true }))
    await book.publish(postCreated(post({ id: `${id.slice(0, -1)}8`, kind: 'page' })))
    await settled()
    expect(told()).toEqual([])
    await service.close()
    const again = bootNotifications({ ...book, config: { hooksAllow: ['loopback'] } })
    await again.settled(book.store.head)
    expect(told()).toEqual([])
    await set({ hub: null })
    await book.publish(postUpdated(post({ title: 'Newer', publishedAt: old })))
    await again.settled(book.store.head)
    expect((await again.health()).mail.waiting).toBe(0)
  })

  it('is told again later while it is away, and never in the blog’s own network', async () => {
    let status = 503
    const { book, post, service, settled, told } = await boot(() => status)
    await book.publish(postCreated(post({ tags: [] })))
    const toldOf = () => told().map(([, , topic]) => topic)
    const all = new Set(topics('', '?author=ada'))
    await settled()
    expect(new Set(toldOf())).toEqual(all)
    status = 204
    const again = new Set<unknown>()
    // How long each waits is left to chance.
    for (let turn = 0; turn < 10 && again.size < all.size; turn++) {
      await settled()
      for (const topic of toldOf()) again.add(topic)
    }
    expect(again).toEqual(all)
    expect((await service.health()).mail.parked).toBe(0)
    const inside = await boot(() => 204, ['public'])
    await inside.book.publish(postCreated(inside.post()))
    await inside.settled()
    expect(inside.hub.asked).toEqual([])
    expect((await inside.service.health()).mail.parked).toBe(9)
  })
})
