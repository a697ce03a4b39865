import type { RecordedEvent } from '@logbook/contracts/envelope.ts'

/**
 * What a consumer's contracts make of a recorded event. `foreign`: not for this consumer, passed over. `unreadable`: it claims to be, and
 * breaks its contract; it is passed over too, noted and counted.
 */
export type Decoded<Event> =
  | { kind: 'event'; event: Event }
  | { kind: 'foreign' }
  | { kind: 'unreadable'; reason: string }

export type Decode<Event> = (recorded: RecordedEvent) => Decoded<Event>
