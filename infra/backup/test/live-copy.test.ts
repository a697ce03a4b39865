import { copyFileSync, mkdirSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { StartRefused } from '@logbook/chassis/start/start-refused.ts'
import { cases } from '@logbook/chassis/testing/cases.ts'
import { temporaryFolder } from '@logbook/chassis/testing/temporary-folder.ts'
import fc from 'fast-check'
import { expect, it, onTestFinished, vi } from 'vitest'
import { following, type Services, startBus, startServices } from './running-blog.ts'

const patience = { timeout: 60_000, interval: 10 }

const newFolder = (): string => {
  const folder = temporaryFolder()
  return folder
}

const filesOf = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.lock'))
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort()

const allReady = (services: Services) =>
  vi.waitFor(async () => {
    for (const name of following) expect((await services.health(name)).ready, name).toBe(true)
  }, patience)

/** One thing after another that readers and authors do; each reaches several files. */
const busy = (services: Services) => {
  let count = 0
  const posts: string[] = []
  return async () => {
    const n = count++
    if (n % 4 === 0) {
      const made = await services
        .ask('posts')
        .post('/posts')
        .send({ title: `Post ${n}` })
      posts.push(made.body.id)
    }
    const post = posts[n % posts.length]
    const content = `Comment ${n} ${'word '.repeat(200)}`
    const { status } = await services
      .ask('comments', await services.newGuest())
      .post(`/posts/${post}/comments`)
      .send({ content })
    expect(status).toBe(201)
  }
}

type Views = Awaited<ReturnType<Services['fresh']>>

/** What the services answer of all that there is. */
const answersOf = async (ask: Views) => {
  const { body: list } = await ask('query').get('/posts?limit=100')
  const ids: string[] = list.map(({ id }: { id: string }) => id).sort()
  const each = (name: 'query' | 'comments', path: (id: string) => string) =>
    Promise.all(ids.map(async (id) => (await ask(name).get(path(id))).body))
  return {
    list,
    pages: await each('query', (id) => `/posts/${id}`),
    threads: await each('comments', (id) => `/posts/${id}/comments`),
    own: (await ask('posts').get('/posts?limit=100')).body,
    queue: (await ask('moderation').get('/queue')).body,
  }
}

const settled = async (services: Services, head: () => number) => {
  await allReady(services)
  await vi.waitFor(async () => {
    for (const name of following) expect((await services.health(name)).position).toBe(head())
  }, patience)
}

it('a copy of the data folder while it is written, file by file in any order, comes up right, or is refused or says what it lacks', async () => {
  const folder = newFolder()
  const bus = await startBus(folder)
  onTestFinished(() => bus.close())
  const running = await startServices(folder, bus.url)
  onTestFinished(() => running.close())
  await allReady(running)
  const act = busy(running)
  for (let n = 0; n < 8; n++) await act()
  const outcomes: string[] = []

  const check = async (order: readonly string[]): Promise<void> => {
    const copy = newFolder()
    for (const name of order) {
      mkdirSync(dirname(join(copy, name)), { recursive: true })
      try {
        copyFileSync(join(folder, name), join(copy, name))
      } catch (error) {
        // It was there when the copy began, and is gone.
        expect(error).toMatchObject({ code: 'ENOENT' })
      }
      if (/sqlite/.test(name)) await act()
    }
    const ends: (() => Promise<void>)[] = []
    try {
      const its = await startBus(copy)
      ends.push(its.close)
      const services = await startServices(copy, its.url)
      ends.unshift(services.close)
      await settled(services, its.store.head)
      const head = its.store.head()
      const texts = await its.store.read({ after: 0, limit: 10_000 })
      const original = await bus.store.read({ after: 0, limit: 10_000 })
      const shared = texts.events.filter((text, index) => text === original.events[index]).length
      const { keys, complaints } = await services.health('accounts')
      // accounts as it was before some of what the log holds was sealed: it comes up, and says how many keys it lacks.
      if (keys.lost > 0) expect(complaints).toContainEqual(expect.objectContaining({ reason: 'keys' }))
      outcomes.push('right')
      expect(shared, 'events that the original had').toBeGreaterThan(0)
      const fresh = await services.fresh()
      await vi.waitFor(
        async () => expect((await fresh('query').get('/health')).body.position).toBe(head),
        patience,
      )
      for (const name of ['posts', 'comments', 'moderation'] as const)
        await vi.waitFor(
          async () => expect((await fresh(name).get('/health')).body.position).toBe(head),
          patience,
        )
      expect(await answersOf((name) => services.ask(name))).toEqual(await answersOf(fresh))
    } catch (error) {
      if (!(error instanceof StartRefused)) throw error
      outcomes.push('refused')
      expect(error.message).toMatch(
        /copied while it was written|sealed with the keys|no event in|built from a log/,
      )
    } finally {
      for (const end of ends) await end()
    }
  }
  const files = filesOf(folder)
  await fc.assert(fc.asyncProperty(fc.shuffledSubarray(files, { minLength: files.length }), check), {
    ...cases(2),
    examples: [[files], [files.toReversed()]],
  })
  expect(outcomes).toContain('right')
})
