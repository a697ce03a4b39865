import { randomUUID } from 'node:crypto'
import { type Database, openDatabase } from '@logbook/chassis/files/sqlite.ts'
import { systemIds } from '@logbook/chassis/ids.ts'
import type { Bus } from '@logbook/chassis/log/bus.ts'
import type { LogStore } from '@logbook/chassis/log/log-store.ts'
import { silentLogger } from '@logbook/chassis/logger.ts'
import { callers, type Flaw, testAccess } from '@logbook/chassis/testing/access.ts'
import { busOver } from '@logbook/chassis/testing/memory-bus.ts'
import { memoryLog } from '@logbook/chassis/testing/memory-log.ts'
import type { RecordedEvent } from '@logbook/contracts/envelope.ts'
import type { EventData } from '@logbook/contracts/events/catalog.ts'
import type { Caller } from '@logbook/contracts/identity.ts'
import supertest from 'supertest'
import { onTestFinished, vi } from 'vitest'
import { createModeration } from '../src/app.ts'
import { migrations } from '../src/read-model/tables.ts'

/** A log with a bus over it, and what a test asks of them. */
export const logbook = (store: LogStore = memoryLog()) => {
  const bus = busOver(store)
  // A test may stand between moderation and the log, not between the others and the log.
  const { append } = bus
  const read = async (): Promise<RecordedEvent[]> => (await bus.read({ after: 0, limit: 1_000 })).events
  return {
    store,
    bus,
    read,
    /** Appends examples as other services would, under ids of their own. */
    publish: async (...events: RecordedEvent[]): Promise<string[]> => {
      const outgoing = events.map(({ type, subject, source, data, correlationid, traceparent }) => ({
        id: randomUUID(),
        type,
        subject,
        source,
        data,
        ...(correlationid === undefined ? {} : { correlationid }),
        ...(traceparent === undefined ? {} : { traceparent }),
      }))
      for (const event of outgoing) await append([event])
      return outgoing.map(({ id }) => id)
    },
    verdicts: async (): Promise<RecordedEvent<string, EventData<'CommentModerated'>>[]> =>
      (await read()).filter(({ type }) => type === 'CommentModerated') as RecordedEvent<
        string,
        EventData<'CommentModerated'>
      >[],
  }
}

export const openFile = (file = ':memory:'): Database =>
  openDatabase({ file, migrations, durability: 'normal' })

const tokens = await testAccess()
const moderator = (await tokens.header(callers.moderator)) ?? ''

/** Moderation over a bus, started, and closed when the test is over. */
export const bootModeration = ({ bus, db = openFile() }: { bus: Bus; db?: Database }) => {
  const service = createModeration({
    bus,
    db,
    ids: systemIds,
    verify: tokens.verify,
    logger: silentLogger,
    origins: [],
  })
  let closing: Promise<void> | undefined
  const close = () => (closing ??= service.close())
  onTestFinished(close)
  void service.start()
  /** Speaks as someone; nobody sends nothing. */
  const as = async (caller: Caller, flaw?: Flaw) => {
    const header = await tokens.header(caller, flaw)
    return header === undefined
      ? supertest.agent(service.app)
      : supertest.agent(service.app).set('Authorization', header)
  }
  const http = supertest.agent(service.app).set('Authorization', moderator)
  return {
    app: service.app,
    authorization: moderator,
    http,
    as,
    close,
    /** Resolves once the log has been read to its end and every answer stands in it. */
    settled: (head: () => number): Promise<void> =>
      vi.waitFor(async () => {
        const { body } = await http.get('/health')
        if (body.position !== head() || body.reactions.due > 0 || !body.ready)
          throw new Error(JSON.stringify(body))
      }),
  }
}
