import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryFolder } from '@logbook/chassis/testing/temporary-folder.ts'
import { raiseEpoch } from '@logbook/event-bus/log/identity.ts'
import { openLogFile } from '@logbook/event-bus/log/sqlite-rows.ts'
import { expect, it, onTestFinished, vi } from 'vitest'
import { freePorts } from '../../run/ports.ts'
import { following, type Services, startBus, startServices } from './running-blog.ts'

const patience = { timeout: 60_000, interval: 5 }

const newFolder = (): string => {
  const folder = temporaryFolder()
  return folder
}

const looksOf = (services: Services) => Promise.all(following.map((name) => services.health(name)))

/** Looks until all are ready at once. A service that is ready must agree with the log at that moment. */
const allReady = (services: Services, epoch: number) =>
  vi.waitFor(async () => {
    const looks = await looksOf(services)
    const early = looks.filter(
      (look) => look.ready && (look.log?.epoch !== epoch || look.differs || look.rebuild),
    )
    if (early.length > 0) return expect(early, 'ready before it agreed').toEqual([])
    expect(looks.map(({ ready }) => ready)).toEqual(following.map(() => true))
  }, patience)

it('after a restore no service is ready before it agrees with the log, and then all are at once', async () => {
  const folder = newFolder()
  const log = join(folder, 'event-bus.sqlite')
  const first = await startBus(folder)
  const before = await startServices(folder, first.url)
  await allReady(before, 1)
  const written = await before.ask('posts').post('/posts').send({ title: 'Kept' })
  const position = Number(written.headers.position)
  for (const name of ['query', 'posts', 'comments', 'moderation'] as const)
    await vi.waitFor(
      async () => expect((await before.health(name)).position).toBeGreaterThanOrEqual(position),
      patience,
    )
  await before.close()
  await first.close()
  const backup = `${log}.backup`
  copyFileSync(log, backup)
  // What the backup does not have.
  // Not one that the system gives to outgoing connections: it has to be free again.
  const { 'event-bus': port } = await freePorts()
  const second = await startBus(folder, port)
  const grown = await startServices(folder, second.url)
  await allReady(grown, 1)
  await grown.ask('posts').post('/posts').send({ title: 'Lost' })
  await vi.waitFor(
    async () => expect((await grown.ask('query').get('/posts')).body).toHaveLength(2),
    patience,
  )
  await grown.close()
  await second.close()
  copyFileSync(backup, log)
  const restored = openLogFile(log)
  raiseEpoch(restored, { than: 1 })
  restored.close()

  // They start before the log can be asked: none knows yet whether it is the one that it has read.
  const services = await startServices(folder, second.url)
  onTestFinished(() => services.close())
  expect((await looksOf(services)).map(({ ready }) => ready)).toEqual(following.map(() => false))
  const third = await startBus(folder, port)
  onTestFinished(() => third.close())
  await allReady(services, 2)
  const { body } = await services.ask('query').get('/posts')
  expect(body.map(({ title }: { title: string }) => title)).toEqual(['Kept'])
})
