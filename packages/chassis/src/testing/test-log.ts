import { randomUUID } from 'node:crypto'
import type { EventToAppend, RecordedEvent } from '@logbook/contracts/envelope.ts'
import { headers } from '@logbook/contracts/http/headers.ts'
import type { Bus } from '../log/bus.ts'
import type { LogStore } from '../log/log-store.ts'
import { busOver } from './memory-bus.ts'
import { memoryLog } from './memory-log.ts'

/** Everything in the log. */
export const allEvents = async (bus: Bus): Promise<RecordedEvent[]> =>
  (await bus.read({ after: 0, limit: 100_000 })).events

type Foreign = Pick<EventToAppend, 'type' | 'data'> & {
  subject: string
  causationid?: string
  dataversion?: number
}

/** Appends what the service under test would not, and resolves with its id. */
export const appendForeign = async (bus: Bus, event: Foreign): Promise<string> => {
  const id = `foreign-${randomUUID()}`
  await bus.append([{ id, source: '/elsewhere', dataversion: 1, ...event }])
  return id
}

/** The headers of a request that reads what was just written: the view waits for the position of this answer. */
export const readingAfter = (answer: { headers: Record<string, string> }) => ({
  [headers.minPosition]: String(answer.headers.position),
  Prefer: 'wait=2',
})

/** A log in memory with a bus over it. `now` is the time of its events. */
export const testLog = ({ store = memoryLog(), now }: { store?: LogStore; now?: () => Date } = {}) => {
  const bus = busOver(store, now ? { now } : {})
  // A test may put something between the service and the log, not between the others and the log.
  const { append } = bus
  const events = () => allEvents(bus)
  return {
    store,
    bus,
    events,
    ofType: async (type: string): Promise<RecordedEvent[]> =>
      (await events()).filter((event) => event.type === type),
    /** Appends examples as other services would, one by one, under ids of their own. Resolves with those. */
    async publish(...examples: RecordedEvent[]): Promise<string[]> {
      const outgoing = examples.map(
        ({ type, subject, source, data, dataversion, correlationid, traceparent }) => ({
          ...{ id: randomUUID(), type, subject, source, data, dataversion },
          ...(correlationid === undefined ? {} : { correlationid }),
          ...(traceparent === undefined ? {} : { traceparent }),
        }),
      )
      for (const event of outgoing) await append([event])
      return outgoing.map(({ id }) => id)
    },
  }
}
