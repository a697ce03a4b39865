import { listen } from '@logbook/chassis/http/server.ts'
import type { Bus } from '@logbook/chassis/log/bus.ts'
import { silentLog } from '@logbook/chassis/log.ts'
import { openDatabase } from '@logbook/chassis/sqlite.ts'
import { fixedClock, sequentialIds } from '@logbook/chassis/testing/deterministic.ts'
import { busOver } from '@logbook/chassis/testing/memory-bus.ts'
import { memoryLog } from '@logbook/chassis/testing/memory-log.ts'
import type { EventToAppend, RecordedEvent } from '@logbook/contracts/envelope.ts'
import { headers } from '@logbook/contracts/http/headers.ts'
import supertest from 'supertest'
import { onTestFinished } from 'vitest'
import { createPosts } from '../src/app.ts'
import { migrations } from '../src/post-list.ts'

/** The whole service on a free port over a log in memory; it ends with the test. */
export const bootPosts = async ({
  bus = busOver(memoryLog()),
  file = ':memory:',
  clock = fixedClock(),
  ids = sequentialIds(),
} = {}) => {
  const db = openDatabase({ file, migrations, durability: 'normal' })
  const service = createPosts({ bus, db, clock, ids, log: silentLog, origins: [] })
  const { url, close } = await listen(service.app, { host: '127.0.0.1', port: 0 })
  await service.start()
  let closed: Promise<void> | undefined
  const stop = () => {
    closed ??= close().then(() => service.close())
    return closed
  }
  onTestFinished(stop)
  return { bus, db, clock, url, http: supertest(url), stop }
}

/** Reads what was just written. */
export const at = (answer: { headers: Record<string, string> }) => ({
  [headers.minPosition]: String(answer.headers.position),
  Prefer: 'wait=2',
})

/** Everything in the log. */
export const allEvents = async (bus: Bus): Promise<RecordedEvent[]> =>
  (await bus.read({ after: 0, limit: 100_000 })).events

let forged = 0
/** Appends what this service would not. */
export const appendForeign = (bus: Bus, event: Pick<EventToAppend, 'type' | 'data'> & { subject: string }) =>
  bus.append([{ id: `foreign-${++forged}`, source: '/elsewhere', dataversion: 1, ...event }])
