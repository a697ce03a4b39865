import { existsSync } from 'node:fs'
import { exchangeableBus } from '@logbook/chassis/testing/exchangeable-bus.ts'
import { copyOfLog, memoryLog } from '@logbook/chassis/testing/memory-log.ts'
import type { RecordedEvent } from '@logbook/contracts/envelope.ts'
import { postCreated } from '@logbook/contracts/examples/posts.ts'
import { describe, expect, it, vi } from 'vitest'
import { type bootQuery, idOf, logbook } from './booted.ts'
import { boot, database } from './on-disk.ts'

const patience = { timeout: 40_000, interval: 10 }
const post = (n: number, title: string): RecordedEvent =>
  postCreated({ id: idOf(n), slug: `post-${n}`, title })
const kept = [post(1, 'kept one'), post(2, 'kept two')]
const lost = [post(3, 'lost three'), post(4, 'lost four')]
const fresh = [3, 4, 5, 6, 7].map((n) => post(n + 10, `new word${n}`))

const slugsOf = async (http: ReturnType<typeof bootQuery>['http']): Promise<string[]> =>
  (await http.get('/posts')).body.map(({ slug }: { slug: string }) => slug).sort()
const wanted = ['post-1', 'post-2', ...fresh.map((_, n) => `post-${n + 13}`)].sort()

describe.each(['restore', 'hand'] as const)('a view whose log was put back by %s, and grew past it', (by) => {
  it('a view of another log is rebuilt beside the one that answers, search index included', async () => {
    const store = memoryLog()
    const { bus, exchange } = exchangeableBus(store)
    const before = logbook(store)
    await before.publish(...kept, ...lost)
    const query = boot(database(), { ...before, bus })
    await query.settled(store.head)
    expect(await slugsOf(query.http)).toContain('post-3')
    const [file, copy] = [query.liveFile(), await copyOfLog(store, { upTo: 2, by })]
    await logbook(copy).publish(...fresh)
    exchange(copy)
    await vi.waitFor(async () => expect(await slugsOf(query.http)).toEqual(wanted), patience)
    await query.settled(copy.head)
    const found = async (q: string) => (await query.http.get('/search').query({ q })).body
    expect(await found('lost')).toEqual([])
    expect(await found('word7')).toMatchObject([{ slug: 'post-17' }])
    expect((await query.http.get('/posts/post-3')).status).toBe(404)
    // There is no rollback to a view of the other log.
    expect(await query.status()).toMatchObject({ state: 'none', canRollBack: false })
    expect([query.liveFile() === file, existsSync(file)]).toEqual([false, false])
  })

  it('a view of another log is rebuilt after a start too, also over a part that a kill left of either log', async () => {
    for (const part of ['none', 'this', 'other']) {
      const store = memoryLog()
      const path = database()
      const before = boot(path, logbook(store))
      await before.publish(...kept, ...lost)
      await before.settled(store.head)
      const copy = await copyOfLog(store, { upTo: 2, by })
      await logbook(copy).publish(...fresh)
      if (part === 'other') {
        await before.owner.post('/rebuild').send({ swap: false })
        await before.until('ready')
      }
      await before.close()
      if (part === 'this') {
        const killed = boot(path, logbook(copy))
        await vi.waitFor(() => expect(killed.registry.get('next')).toBeDefined(), patience)
        await killed.close()
      }
      const after = boot(path, logbook(copy))
      await vi.waitFor(async () => expect(await slugsOf(after.http), part).toEqual(wanted), patience)
      await after.settled(copy.head)
      await after.close()
    }
  })
})

it('query is not ready while it answers from another log', async () => {
  const store = memoryLog()
  const { bus, exchange } = exchangeableBus(store)
  const { publish } = logbook(store)
  await publish(...kept, ...lost)
  const file = database()
  const query = boot(file, { ...logbook(store), bus })
  await query.settled(store.head)
  const copy = await copyOfLog(store, { upTo: 1, by: 'restore' })
  const [{ promise: mayRead, resolve: letGo }, { follow }] = [Promise.withResolvers<void>(), bus]
  bus.follow = async function* (request) {
    if (request.after === 0) await mayRead
    yield* follow(request)
  }
  exchange(copy)
  const ready = () => query.http.get('/health/ready')
  await vi.waitFor(async () => expect((await ready()).body).toMatchObject({ differs: true }), patience)
  expect([(await ready()).status, (await slugsOf(query.http)).length]).toEqual([503, 4])
  expect((await query.status()).state).toBe('building')
  letGo()
  await vi.waitFor(async () => expect(await slugsOf(query.http)).toEqual(['post-1']), patience)
  await vi.waitFor(async () => expect((await ready()).status).toBe(200), patience)
})
