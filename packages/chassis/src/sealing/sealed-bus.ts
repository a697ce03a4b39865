import type { RecordedEvent } from '@logbook/contracts/envelope.ts'
import type { Bus, OutgoingEvent } from '../log/bus.ts'
import { Problem } from '../problem.ts'
import type { KeyRing } from './key-ring.ts'
import type { PersonalData } from './personal-fields.ts'
import { ownerToSeal, seal } from './seal.ts'
import { sealedKeyOf, unseal } from './unseal.ts'

interface SealedBusOptions {
  bus: Bus
  keys: KeyRing
  personal: PersonalData
}

/**
 * A bus on which what is somebody's is sealed with their key before it is appended, and opened when it is read: its
 * callers see clear text, and the log never does. Fields whose key was destroyed come back as placeholders. What can't be
 * opened comes back as unreadable, never as text. While a key can't be had, appends and reads throw `unavailable`, and so
 * does `follow`, whose caller begins again after its own cursor.
 */
export const sealedBus = ({ bus, keys, personal }: SealedBusOptions): Bus => {
  const opened = async (events: readonly RecordedEvent[]): Promise<RecordedEvent[]> => {
    const people = new Set<string>()
    for (const event of events) {
      const key = sealedKeyOf(event)
      if (key !== undefined) people.add(key)
      const erased = personal.erasedBy(event)
      // Before anything of the page is opened: what stands on either side of this event is gone.
      if (erased !== undefined) keys.erase(erased)
    }
    if (people.size === 0) return [...events]
    const held = await keys.keysOf(people, { create: false })
    return events.map((event) => unseal(event, { held, fields: personal.fields }))
  }

  const closed = async (events: readonly OutgoingEvent[]): Promise<readonly OutgoingEvent[]> => {
    const owners = events.map((event) => ownerToSeal(event, personal.fields[event.type]))
    const people = new Set(owners.filter((owner) => owner !== null))
    if (people.size === 0) return events
    const held = await keys.keysOf(people, { create: true })
    return events.map((event, index) => {
      const owner = owners[index] ?? null
      const fields = personal.fields[event.type]
      if (owner === null || fields === undefined) return event
      const key = held.get(owner)
      if (key === 'erased') throw new Problem('gone', { detail: 'This person has been erased.' })
      if (key === undefined)
        throw new Problem('unavailable', { detail: `The key of person ${owner} is lost.`, retryAfter: 60 })
      return seal(event, { owner, key, fields: fields.fields })
    })
  }

  return {
    agreed: bus.agreed,
    async append(events, { log } = { log: bus.agreed.current }) {
      return bus.append(await closed(events), { log })
    },
    async read(request) {
      const page = await bus.read(request)
      return { ...page, events: await opened(page.events) }
    },
    readStream: async (subject, after) => opened(await bus.readStream(subject, after)),
    async *follow(request) {
      for await (const page of bus.follow(request)) yield { ...page, events: await opened(page.events) }
    },
  }
}
