import type { Database } from '@logbook/chassis/files/sqlite.ts'
import type { Bus } from '@logbook/chassis/log/bus.ts'
import type { KeyRing } from '@logbook/chassis/sealing/key-ring.ts'
import { sealedKeyOf, unseal } from '@logbook/chassis/sealing/unseal.ts'
import type { RecordedEvent } from '@logbook/contracts/envelope.ts'
import { personal } from '@logbook/contracts/personal.ts'
import { limits } from '../limits.ts'

export interface PersonEventsOptions {
  db: Database
  /** A bus that does not unseal. */
  bus: Pick<Bus, 'read'>
  keys: Pick<KeyRing, 'keysOf'>
}

/**
 * Yields the events with personal data of a person, unsealed, in log order, reading a page at a time. The index only says where to
 * look: an event is yielded if it is sealed with this person's key, so that an index of another log can't show another person's data.
 */
export async function* eventsOf(
  personId: string,
  { db, bus, keys }: PersonEventsOptions,
): AsyncGenerator<RecordedEvent> {
  const positions = db
    .prepare<[string, number], number>(
      'SELECT position FROM person_event WHERE person_id = ? AND position > ? ORDER BY position LIMIT 1',
    )
    .pluck()
  for (let after = 0; ; ) {
    const next = positions.get(personId, after)
    if (next === undefined) return
    // One read returns this event and later ones of the person nearby.
    const { events } = await bus.read({ after: next - 1, limit: limits.eventsPageMax })
    const theirs = events.filter((event) => sealedKeyOf(event) === personId)
    const held = await keys.keysOf(new Set([personId]), { create: false })
    for (const event of theirs) yield unseal(event, { held, fields: personal.fields })
    after = Math.max(next, events.at(-1)?.position ?? next)
  }
}
