import type { DomainEvent, RecordedEvent } from './envelope.ts'
import { type EventData, type EventType, eventDefinitions, eventTypes } from './events/catalog.ts'
import { type Decoded, decodeOf } from './events/decode.ts'
import type { PersonalFields } from './events/define.ts'
import { newEvent } from './events/new-event.ts'
import { currentDataVersion } from './events/upcast.ts'
import { type ErasureFollower, userSubject } from './events/users.ts'

const idIn = (data: unknown): string | undefined =>
  typeof data === 'object' && data !== null && 'id' in data && typeof data.id === 'string'
    ? data.id
    : undefined

/** What the log holds of people, and how it says that somebody was erased. */
export const personal = {
  /** By event type. In the log these fields are sealed with their owner's key. */
  fields: Object.fromEntries(
    eventTypes.map((type) => [type, eventDefinitions[type].personal] as const),
  ) as Readonly<Record<string, PersonalFields | undefined>>,
  /** The person whose key is gone. */
  erasedBy({ type, subject, data }: RecordedEvent): string | undefined {
    if (type !== 'UserErased') return undefined
    const id = idIn(data)
    return id !== undefined && subject === userSubject(id) ? id : undefined
  },
} as const

/** What a service says when it holds nothing of a person any more; `at` is RFC 3339. */
const confirmationBy =
  (service: ErasureFollower) =>
  ({
    personId,
    at,
  }: {
    personId: string
    at: string
  }): DomainEvent<'ErasureConfirmed', EventData<'ErasureConfirmed'>> & { dataversion: number } => ({
    ...newEvent('ErasureConfirmed', { id: personId, service, confirmedAt: at }),
    dataversion: currentDataVersion('ErasureConfirmed'),
  })

const erasureTypes = ['UserErased', 'ErasureConfirmed'] as const satisfies readonly EventType[]
const decodeErasure = decodeOf(erasureTypes)

/** What the log says of erasures, for a service that holds something of people: its follower takes it. */
export const erasureEventsFor = (service: ErasureFollower) => ({
  types: erasureTypes,
  read(recorded: RecordedEvent): Decoded<{ kind: 'erased'; personId: string } | { kind: 'confirmed' }> {
    const decoded = decodeErasure(recorded)
    if (decoded.kind !== 'event') return decoded
    const { type, data } = decoded.event
    if (type === 'UserErased') return { kind: 'event', event: { kind: 'erased', personId: data.id } }
    return data.service === service ? { kind: 'event', event: { kind: 'confirmed' } } : { kind: 'foreign' }
  },
  confirmation: confirmationBy(service),
})
