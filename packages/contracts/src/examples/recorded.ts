import type { RecordedEvent } from '../envelope.ts'
import type { EventData, EventType, LogbookEvent } from '../events/catalog.ts'
import { currentDataVersion } from '../events/upcast.ts'

/** What a test may want to say of an event beside its data. */
export type Envelope = Partial<Omit<RecordedEvent, 'type' | 'data'>>

/** An event as the log would hold it: complete, at position and version 1 unless told otherwise. */
export const recordedExample = <Type extends EventType>(
  type: Type,
  { data, envelope, ...from }: { source: string; subject: string; data: EventData<Type>; envelope: Envelope },
): LogbookEvent<Type> =>
  ({
    specversion: '1.0',
    id: '01920000-0000-7000-8000-000000000001',
    time: '2026-03-01T09:00:00.000Z',
    datacontenttype: 'application/json',
    dataversion: currentDataVersion(type),
    position: 1,
    version: 1,
    ...from,
    ...envelope,
    type,
    data,
  }) as LogbookEvent<Type>
