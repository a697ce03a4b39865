import type { Bus } from '@logbook/chassis/log/bus.ts'
import type { Database } from '@logbook/chassis/sqlite.ts'
import type { RecordedEvent } from '@logbook/contracts/envelope.ts'
import { limits } from '../limits.ts'

/** The events that hold something of a person, in log order, as `bus` reads them: a page of the log at a time. */
export async function* eventsOf(
  personId: string,
  { db, bus }: { db: Database; bus: Bus },
): AsyncGenerator<RecordedEvent> {
  const positions = db
    .prepare<[string, number, number], number>(
      'SELECT position FROM person_event WHERE person_id = ? AND position > ? ORDER BY position LIMIT ?',
    )
    .pluck()
  for (let after = 0; ; ) {
    const wanted = positions.all(personId, after, limits.eventsPageMax)
    const [first] = wanted
    if (first === undefined) return
    // One read gives the first and whatever else of theirs stands near it.
    const { events } = await bus.read({ after: first - 1, limit: limits.eventsPageMax })
    const near = new Set(wanted)
    for (const event of events) if (near.has(event.position)) yield event
    after = Math.max(first, events.at(-1)?.position ?? first)
  }
}
