import type { RecordedEvent } from '@logbook/contracts/envelope.ts'

/** Which fields of an event's data are somebody's, and what stands in their place once that person is erased. */
export interface PersonalFields {
  owner(data: unknown): string | null
  fields: readonly string[]
  erased(personId: string): Readonly<Record<string, unknown>>
}

/** What is personal in a log: handed in, so that the sealing knows no type of event. */
export interface PersonalData {
  /** By event type. */
  fields: Readonly<Record<string, PersonalFields | undefined>>
  /** The person whose key an event declares destroyed, if that is what it does. */
  erasedBy(event: RecordedEvent): string | undefined
}
