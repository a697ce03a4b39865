import type { RecordedEvent } from '../envelope.ts'
import { definitionOf, type EventType, type LogbookEvent } from './catalog.ts'
import type { EventDefinition } from './define.ts'
import { upcast } from './upcast.ts'

/**
 * What a consumer makes of a recorded event. `foreign`: a type that it does not ask for, to be ignored. `unreadable`: a type that it asks
 * for, which its owner did not write so (forged, sealed with a lost key, or newer than this code), to be passed over and counted.
 */
export type Decoded<Event = LogbookEvent> =
  | { kind: 'event'; event: Event }
  | { kind: 'foreign' }
  | { kind: 'unreadable'; reason: string }

/** Why data that is still sealed could not be opened: by a lost key, or because it was changed. Undefined for what is open. */
const sealedFor = (data: unknown): string | undefined => {
  if (typeof data !== 'object' || data === null || !('sealed' in data)) return undefined
  const { sealed } = data
  const said = typeof sealed === 'object' && sealed !== null && 'reason' in sealed && sealed.reason
  return typeof said === 'string' ? said : 'it is sealed'
}

type Read = { data: unknown } | { reason: string }

/** The data in today's shape, and checked. */
const dataOf = (recorded: RecordedEvent, definition: EventDefinition): Read => {
  const { dataversion, data } = recorded
  if (dataversion === definition.dataversion && definition.isPlain(data)) return { data }
  if (dataversion > definition.dataversion)
    return { reason: `dataversion ${dataversion} is newer than this code` }
  const sealed = sealedFor(data)
  if (sealed !== undefined) return { reason: sealed }
  const parsed = definition.data.safeParse(upcast(recorded, definition))
  if (parsed.success) return { data: parsed.data }
  const [issue] = parsed.error.issues
  return { reason: `data.${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'invalid'}` }
}

const decode = (recorded: RecordedEvent, definition: EventDefinition): Decoded<RecordedEvent> => {
  const read = dataOf(recorded, definition)
  if ('reason' in read) return { kind: 'unreadable', reason: read.reason }
  // A publisher may have appended the type with data of another thing than the stream's.
  const own = definition.stream.subject(read.data)
  if (recorded.subject !== own) return { kind: 'unreadable', reason: `it belongs on ${own}` }
  return { kind: 'event', event: read.data === recorded.data ? recorded : { ...recorded, data: read.data } }
}

/**
 * A function that reads recorded events of these types, or of all: it checks dataversion, seal, shape and stream, and lifts older data to
 * today's shape. It never throws.
 */
export const decodeOf = <Type extends EventType = EventType>(
  types?: readonly Type[],
): ((recorded: RecordedEvent) => Decoded<LogbookEvent<Type>>) => {
  const wanted = types && new Set<string>(types)
  return (recorded) => {
    const definition =
      wanted === undefined || wanted.has(recorded.type) ? definitionOf(recorded.type) : undefined
    if (definition === undefined) return { kind: 'foreign' }
    return decode(recorded, definition) as Decoded<LogbookEvent<Type>>
  }
}

/** Reads a recorded event of any type of the catalogue. */
export const decodeEvent = decodeOf()
