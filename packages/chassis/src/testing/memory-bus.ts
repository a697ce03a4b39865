import type { RecordedEvent } from '@logbook/contracts/envelope.ts'
import { createWakeSignal } from '../async/wake-signal.ts'
import { type AgreedLog, createAgreedLog, isSameLog, otherLog } from '../log/agreed-log.ts'
import { asRepeated } from '../log/append-queue.ts'
import type { Bus } from '../log/bus.ts'
import { assertSameLog, markAt } from '../log/identity.ts'
import type { CompleteEvent, LogStore, StoredPage } from '../log/log-store.ts'
import { Problem } from '../problem.ts'

const pageSizeMax = 1_000

const opened = ({ events, position }: StoredPage) => ({
  events: events.map((text): RecordedEvent => JSON.parse(text)),
  position,
})

/**
 * A bus over any log, without HTTP, for the tests of services. It completes events as the bus over HTTP does, with `now`
 * for the time, but it does not check them: what a test appends is taken to be well formed.
 */
export const busOver = (
  store: LogStore,
  {
    now = () => new Date(0),
    agreed = createAgreedLog(store.identity),
  }: { now?: () => Date; agreed?: AgreedLog } = {},
): Bus => {
  const signal = createWakeSignal()
  const bus: Bus = {
    agreed,
    async append(events, { log } = { log: agreed.current }) {
      if (log !== undefined && !isSameLog(log, store.identity)) throw otherLog()
      const complete = events.map(
        ({ time = now().toISOString(), datacontenttype = 'application/json', dataversion = 1, ...event }) =>
          structuredClone({
            ...event,
            specversion: '1.0',
            time,
            datacontenttype,
            dataversion,
          }) as CompleteEvent,
      )
      const [outcome] = await store.append([complete])
      if (outcome === undefined) throw new Problem('internal')
      if (outcome.kind === 'refused') throw outcome.problem
      signal.wake()
      return outcome.kind === 'repeated' ? asRepeated(outcome.events) : outcome.events
    },
    async read({ signal: _, ...request }) {
      await assertSameLog(store, request.after)
      const page = await store.read(request)
      return { ...opened(page), mark: await markAt(store, page.position), more: page.more }
    },
    async readStream(subject, after = 0) {
      if (!isSameLog(agreed.current, store.identity)) throw otherLog()
      const events: RecordedEvent[] = []
      for (let more = true; more; ) {
        const page = await store.readStream(subject, { after: after + events.length, limit: pageSizeMax })
        events.push(...opened(page).events)
        more = page.more
      }
      return events
    },
    async *follow({ after, known, types, signal: until }) {
      await assertSameLog(store, after, known)
      let position = after
      let caughtUp = false
      while (!until.aborted) {
        const page = await bus.read({ after: position, limit: pageSizeMax, ...(types ? { types } : {}) })
        if (until.aborted) return
        const news = page.position > position || !caughtUp
        caughtUp ||= !page.more
        position = page.position
        if (news) yield { ...page, caughtUp }
        // No await stands between this look at the head and the wait, so no append can slip between them.
        if (store.head() <= position) await signal.next({ signal: until })
      }
    },
  }
  return bus
}
