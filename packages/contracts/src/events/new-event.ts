import type { DomainEvent } from '../envelope.ts'
import { type EventData, type EventType, eventDefinitions } from './catalog.ts'

/** An event as a domain decides on it, on the stream where it belongs. */
export const newEvent = <Type extends EventType>(
  type: Type,
  data: EventData<Type>,
): DomainEvent<Type, EventData<Type>> => ({
  type,
  subject: eventDefinitions[type].stream.subject(data),
  data,
})
