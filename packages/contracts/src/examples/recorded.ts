import type { RecordedEvent } from '../envelope.ts'
import { type EventData, type EventType, eventDefinitions, type LogbookEvent } from '../events/catalog.ts'

/** What a test may want to say of an event beside its data. */
export type Envelope = Partial<Omit<RecordedEvent, 'type' | 'data'>>

/**
 * Makes events of a type as the log would hold them: complete, on the stream that follows from their data, at position and version 1 unless told
 * otherwise. `whole` is what the data are without overrides. `Shape` is one of the shapes where a type has several.
 */
export const exampleOf =
  <Type extends EventType, Shape extends EventData<Type> = EventData<Type>>(
    type: Type,
    whole: NoInfer<Shape>,
  ) =>
  (overrides: Partial<Shape> = {}, envelope: Envelope = {}): LogbookEvent<Type> => {
    const { by, stream, dataversion } = eventDefinitions[type]
    const data = { ...whole, ...overrides }
    const event: RecordedEvent = {
      specversion: '1.0',
      id: '01920000-0000-7000-8000-000000000001',
      time: '2026-03-01T09:00:00.000Z',
      datacontenttype: 'application/json',
      dataversion,
      position: 1,
      version: 1,
      source: `/${by[0]}`,
      subject: stream.subject(data),
      ...envelope,
      type,
      data,
    }
    return event as LogbookEvent<Type>
  }
