import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { systemClock } from '@logbook/chassis/clock.ts'
import { openDatabase } from '@logbook/chassis/files/sqlite.ts'
import { listen } from '@logbook/chassis/http/server.ts'
import { systemIds } from '@logbook/chassis/ids.ts'
import type { Bus } from '@logbook/chassis/log/bus.ts'
import { createBusClient } from '@logbook/chassis/log/bus-client.ts'
import { silentLogger } from '@logbook/chassis/logger.ts'
import { callers, testAccess } from '@logbook/chassis/testing/access.ts'
import { temporaryFolder } from '@logbook/chassis/testing/temporary-folder.ts'
import { createEventBus } from '@logbook/event-bus/app.ts'
import { raiseEpoch } from '@logbook/event-bus/log/identity.ts'
import { openLog } from '@logbook/event-bus/log/open-log.ts'
import { openLogFile } from '@logbook/event-bus/log/sqlite-rows.ts'
import { openSubscriptions } from '@logbook/event-bus/subscriptions/tables.ts'
import { createPosts } from '@logbook/posts/app.ts'
import { migrations } from '@logbook/posts/read-model/tables.ts'
import supertest from 'supertest'
import { expect, it, onTestFinished, vi } from 'vitest'
import { freePorts } from '../../run/ports.ts'

const patience = { timeout: 40_000, interval: 5 }

/** The bus as it runs, on the port that it had. */
const startBus = async (file: string, port = 0) => {
  const bus = createEventBus({
    subscriptions: { db: openSubscriptions(':memory:'), pushAllow: [] },
    store: openLog(file),
    logger: silentLogger,
  })
  const listening = await listen(bus.app, { host: '127.0.0.1', port })
  const stop = async () => {
    bus.drain?.()
    await listening.sendAway()
    await listening.close()
    await bus.close()
  }
  return { url: listening.url, stop }
}

const newFolder = (): string => {
  const folder = temporaryFolder()
  return folder
}

/** posts over a client whose next append can be held on its way. */
const startPosts = async (url: string) => {
  const client = createBusClient({
    url,
    source: '/posts',
    logger: silentLogger,
    bounds: { backoffMs: { initial: 5, max: 20 } },
  })
  let held: Promise<void> | undefined
  let isHeld = () => {}
  const bus: Bus = {
    ...client,
    async append(events, decidedBy) {
      isHeld()
      await held
      return client.append(events, decidedBy)
    },
  }
  const tokens = await testAccess()
  const db = openDatabase({ file: ':memory:', migrations, durability: 'normal' })
  const own = { clock: systemClock, ids: systemIds, verify: tokens.verify, logger: silentLogger, origins: [] }
  const service = createPosts({ bus, db, ...own })
  await service.start()
  onTestFinished(async () => {
    await service.close()
    client.close()
  })
  const authorization = (await tokens.header(callers.owner)) ?? ''
  const http = supertest.agent(service.app).set('Authorization', authorization)
  const ready = () =>
    vi.waitFor(async () => {
      const { body } = await http.get('/health')
      expect(body).toMatchObject({ ready: true, differs: false, rebuild: null })
      return body
    }, patience)
  const hold = () => {
    const { promise, resolve: letGo } = Promise.withResolvers<void>()
    held = promise
    const begun = new Promise<void>((resolve) => {
      isHeld = resolve
    })
    return { begun, letGo }
  }
  return { client, http, ready, hold }
}

it('a command decided by a log that was restored since is refused, and succeeds by what the restored log holds', async () => {
  const folder = newFolder()
  const [file, backup] = [join(folder, 'log.sqlite'), join(folder, 'backup.sqlite')]
  // Not one that the system gives to outgoing connections: it has to be free again.
  const { 'event-bus': port } = await freePorts()
  const first = await startBus(file, port)
  const posts = await startPosts(first.url)
  await posts.ready()
  const created = await posts.http.post('/posts').send({ title: 'Kept' })
  expect(created.status).toBe(201)
  const { id } = created.body
  await first.stop()
  copyFileSync(file, backup)

  const second = await startBus(file, port)
  await vi.waitFor(
    async () => expect((await posts.http.patch(`/posts/${id}`).send({ title: 'Lost' })).status).toBe(200),
    patience,
  )
  expect((await posts.ready()).log.epoch).toBe(1)
  const { begun, letGo } = posts.hold()
  const decidedBefore = posts.http.patch(`/posts/${id}`).send({ content: 'By what is lost' })
  const answer = decidedBefore.then((given) => given)
  await begun
  await second.stop()

  // Restored, and grown until the post has as many versions as the one that is lost had: versions alone would let the edit in.
  copyFileSync(backup, file)
  const restored = openLogFile(file)
  raiseEpoch(restored, { than: 1 })
  restored.close()
  const third = await startBus(file, port)
  onTestFinished(() => third.stop())
  const other = createBusClient({ url: third.url, source: '/posts', logger: silentLogger })
  onTestFinished(() => other.close())
  const elsewhere = () => ({
    id: systemIds.next(),
    type: 'Elsewhere',
    subject: `post-${id}`,
    source: '/posts',
    data: {},
  })
  await other.append([elsewhere(), elsewhere()])
  const held = (await other.readStream(`post-${id}`)).length
  letGo()
  const refused = await answer
  expect([refused.status, refused.body.code, refused.headers['retry-after']]).toEqual([
    503,
    'unavailable',
    '1',
  ])
  expect(await other.readStream(`post-${id}`)).toHaveLength(held)

  await vi.waitFor(async () => expect((await posts.ready()).log.epoch).toBe(2), patience)
  const again = await posts.http.patch(`/posts/${id}`).send({ content: 'By what is there' })
  expect([again.status, again.body.title, again.body.content]).toEqual([200, 'Kept', 'By what is there'])
  expect(again.headers).toMatchObject({ 'log-id': other.agreed.current?.id, 'log-epoch': '2' })
  const events = await other.readStream(`post-${id}`)
  expect(events.map(({ version }) => version)).toEqual(events.map((_, index) => index + 1))
  expect(JSON.stringify(events)).not.toMatch(/Lost|By what is lost/)
})
