import { randomUUID } from 'node:crypto'
import type { RequestListener } from 'node:http'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { openDatabase } from '@logbook/chassis/files/sqlite.ts'
import { systemIds } from '@logbook/chassis/ids.ts'
import type { Bus } from '@logbook/chassis/log/bus.ts'
import { silentLogger } from '@logbook/chassis/logger.ts'
import { Problem } from '@logbook/chassis/problem.ts'
import type { Service } from '@logbook/chassis/start/run-service.ts'
import { testAccess } from '@logbook/chassis/testing/access.ts'
import { busOver } from '@logbook/chassis/testing/memory-bus.ts'
import { memoryLog } from '@logbook/chassis/testing/memory-log.ts'
import { serveForTest } from '@logbook/chassis/testing/serve-for-test.ts'
import { commentCreated } from '@logbook/contracts/examples/comments.ts'
import { createEventBus } from '@logbook/event-bus/app.ts'
import { openSubscriptions } from '@logbook/event-bus/subscriptions/tables.ts'
import { createModeration } from '@logbook/moderation/app.ts'
import { migrations } from '@logbook/moderation/read-model/tables.ts'
import { expect, it, onTestFinished, vi } from 'vitest'
import { root } from '../run/services.ts'

const urlOf = async (app: RequestListener) => (await serveForTest(app)).url

interface Health {
  status: string
  degraded: string[]
  complaints: { with: string; reason: string }[]
}

/** A gateway before a log and moderation as they are; all others say that they are well. */
const boot = async () => {
  const { verify } = await testAccess()
  const store = memoryLog()
  const inner = busOver(store)
  let cut = new AbortController()
  const bus: Bus = {
    ...inner,
    async *follow(request) {
      const { signal } = cut
      if (!signal.aborted)
        yield* inner.follow({ ...request, signal: AbortSignal.any([request.signal, signal]) })
      throw new Problem('unavailable', { detail: 'The event bus can’t be reached.' })
    },
  }
  const db = openDatabase({ file: ':memory:', migrations, durability: 'normal' })
  const moderation = createModeration({ bus, db, ids: systemIds, verify, logger: silentLogger, origins: [] })
  const well = await urlOf((_req, res) => void res.end('{"ready":true}'))
  const upstreams = Object.fromEntries(
    ['client', 'posts', 'comments', 'query', 'accounts'].map((name) => [name, well]),
  )
  const { createGateway } = (await import(pathToFileURL(join(root, 'gateway/src/app.ts')).href)) as {
    createGateway: (options: object) => Service
  }
  const gateway = createGateway({
    upstreams: { ...upstreams, moderation: await urlOf(moderation.app) },
    busUrl: await urlOf(
      createEventBus({
        subscriptions: { db: openSubscriptions(':memory:'), pushAllow: [] },
        store,
        logger: silentLogger,
      }).app,
    ),
    publicUrl: 'http://blog.example',
    logger: silentLogger,
  })
  const url = await urlOf(gateway.app)
  await moderation.start()
  onTestFinished(async () => {
    await gateway.close()
    await moderation.close()
  })
  const health = async (): Promise<Health> => {
    const answer = await fetch(`${url}/health`)
    return (await answer.json()) as Health
  }
  const complains = (...reasons: string[]) =>
    vi.waitFor(async () => {
      const { status, degraded, complaints } = await health()
      expect(complaints.map((each) => [each.with, each.reason])).toEqual(
        reasons.map((reason) => ['moderation', reason]),
      )
      expect([status, degraded]).toEqual(reasons.length === 0 ? ['ok', []] : ['degraded', ['moderation']])
    })
  return {
    db,
    complains,
    write: (data: object = {}) => {
      const id = randomUUID()
      const { type, source, data: whole } = commentCreated({ id })
      return inner.append([{ id, type, source, subject: `comment-${id}`, data: { ...whole, ...data } }])
    },
    bus: {
      goesAway: () => cut.abort(),
      isBack: () => {
        cut = new AbortController()
      },
    },
  }
}

it('what is wrong with a follower is in the health of all while it lasts: a full disk, a log that is away, an unreadable event', async () => {
  const { db, complains, write, bus } = await boot()
  await complains()

  const pages = Number(db.pragma('page_count', { simple: true }))
  db.pragma(`max_page_count = ${pages}`)
  for (let n = 0; n < 20; n++) await write({ content: 'x'.repeat(2_000) })
  await complains('following')
  db.pragma('max_page_count = 1000000')
  await complains()

  bus.goesAway()
  await complains('following')
  bus.isBack()
  await complains()

  await write({ content: 7 })
  await complains('unreadable')
})
