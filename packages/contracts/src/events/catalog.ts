import type { z } from 'zod'
import type { RecordedEvent } from '../envelope.ts'
import { commentEvents } from './comments.ts'
import { mediaEvents } from './media.ts'
import { moderationEvents } from './moderation.ts'
import { notificationEvents } from './notifications.ts'
import { isPlain } from './plain.ts'
import { postEvents } from './posts.ts'
import { settingsEvents } from './settings.ts'
import { currentDataVersion, upcast } from './upcast.ts'
import { userEvents } from './users.ts'

const schemas = {
  ...postEvents,
  ...commentEvents,
  ...moderationEvents,
  ...userEvents,
  ...settingsEvents,
  ...notificationEvents,
  ...mediaEvents,
} as const

type Schemas = typeof schemas
export type EventType = keyof Schemas
export type EventData<Type extends EventType> = z.infer<Schemas[Type]>
/** An event of the catalogue, told apart by its `type`. */
export type LogbookEvent<Type extends EventType = EventType> = {
  [Each in Type]: RecordedEvent<Each, EventData<Each>>
}[Type]

export const eventTypes = Object.keys(schemas) as EventType[]
const isEventType = (type: string): type is EventType => Object.hasOwn(schemas, type)

/**
 * What a consumer makes of a recorded event. `foreign`: a type outside the catalogue, to be ignored. `unreadable`: a type
 * of the catalogue whose data is not of its shape (forged, or newer than this code), to be passed over and counted.
 */
export type Decoded =
  | { kind: 'event'; event: LogbookEvent }
  | { kind: 'foreign' }
  | { kind: 'unreadable'; reason: string }

/** Why data that is still sealed could not be opened: by a lost key, or because it was changed. Undefined for what is open. */
const sealedFor = (data: unknown): string | undefined => {
  if (typeof data !== 'object' || data === null || !('sealed' in data)) return undefined
  const { sealed } = data
  const said = typeof sealed === 'object' && sealed !== null && 'reason' in sealed && sealed.reason
  return typeof said === 'string' ? said : 'it is sealed'
}

/** Reads one recorded event: upcasts older data to today's shape, then checks it. Never throws. */
export const decodeEvent = (recorded: RecordedEvent): Decoded => {
  const { type } = recorded
  if (!isEventType(type)) return { kind: 'foreign' }
  const version = currentDataVersion(type)
  if (recorded.dataversion === version && isPlain(type, recorded.data))
    return { kind: 'event', event: recorded as LogbookEvent }
  if (recorded.dataversion > version)
    return { kind: 'unreadable', reason: `dataversion ${recorded.dataversion} is newer than this code` }
  const sealed = sealedFor(recorded.data)
  if (sealed !== undefined) return { kind: 'unreadable', reason: sealed }
  const parsed = schemas[type].safeParse(upcast(recorded))
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    return {
      kind: 'unreadable',
      reason: `data.${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'invalid'}`,
    }
  }
  return { kind: 'event', event: { ...recorded, data: parsed.data } as LogbookEvent }
}

/** The schema of an event's data, for the tests of producers and for generated descriptions. */
export const eventSchema = <Type extends EventType>(type: Type): Schemas[Type] => schemas[type]
