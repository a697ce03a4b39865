import { openDatabase } from '@logbook/chassis/files/sqlite.ts'
import { listen } from '@logbook/chassis/http/server.ts'
import type { Bus } from '@logbook/chassis/log/bus.ts'
import { silentLogger } from '@logbook/chassis/logger.ts'
import { callers, type Flaw, testAccess } from '@logbook/chassis/testing/access.ts'
import { fixedClock, sequentialIds } from '@logbook/chassis/testing/deterministic.ts'
import { busOver } from '@logbook/chassis/testing/memory-bus.ts'
import { memoryLog } from '@logbook/chassis/testing/memory-log.ts'
import type { EventToAppend, RecordedEvent } from '@logbook/contracts/envelope.ts'
import { headers } from '@logbook/contracts/http/headers.ts'
import type { Caller } from '@logbook/contracts/identity.ts'
import supertest from 'supertest'
import { onTestFinished } from 'vitest'
import { createPosts } from '../src/app.ts'
import { migrations } from '../src/read-model/tables.ts'

const tokens = await testAccess()

/** The whole service on a free port over a log in memory; it ends with the test. */
export const bootPosts = async ({
  bus = busOver(memoryLog()),
  file = ':memory:',
  clock = fixedClock(),
  ids = sequentialIds(),
} = {}) => {
  const db = openDatabase({ file, migrations, durability: 'normal' })
  const service = createPosts({
    bus,
    db,
    clock,
    ids,
    verify: tokens.verify,
    logger: silentLogger,
    origins: [],
  })
  const { url, close } = await listen(service.app, { host: '127.0.0.1', port: 0 })
  await service.start()
  let closed: Promise<void> | undefined
  const stop = () => {
    closed ??= close().then(() => service.close())
    return closed
  }
  onTestFinished(stop)
  /** A client that sends the token of this caller; the caller 'nobody' sends none. */
  const as = async (caller: Caller, flaw?: Flaw) => {
    const header = await tokens.header(caller, flaw)
    return header === undefined ? supertest.agent(url) : supertest.agent(url).set('Authorization', header)
  }
  /** For requests that are made otherwise. */
  const authorization = (await tokens.header(callers.owner)) ?? ''
  return { bus, db, clock, url, http: await as(callers.owner), as, authorization, stop }
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
export const appendForeign = (
  bus: Bus,
  event: Pick<EventToAppend, 'type' | 'data'> & { subject: string; causationid?: string },
) => bus.append([{ id: `foreign-${++forged}`, source: '/elsewhere', dataversion: 1, ...event }])
