import type { DomainEvent } from '@logbook/contracts/envelope.ts'
import { derivedId, type Ids } from '../ids.ts'
import type { OutgoingEvent } from '../log/bus.ts'
import { causeAttributes } from './cause.ts'
import type { Command } from './command.ts'

/** What the events of a service carry, whatever the command. */
export interface Publisher {
  ids: Ids
  source: string
  /** The dataversion that this code writes of a type. */
  dataVersion: (type: string) => number
}

type Named = Pick<Command<unknown>, 'subject' | 'idempotency' | 'causationId'>

/** The id of the command's first event, where it follows from the command: the others derive from it. */
export const seedOf = ({ subject, idempotency, causationId }: Named, source: string): string | undefined =>
  idempotency?.id ?? (causationId === undefined ? undefined : derivedId(source, causationId, subject))

/** What a command decided from a stream of this version, as it is sent to the log. */
export const outgoing = <State>(
  events: readonly DomainEvent[],
  { command, version, by }: { command: Command<State>; version: number; by: Publisher },
): OutgoingEvent[] => {
  const { ids, source, dataVersion } = by
  const { subject, idempotency, causationId } = command
  const seed = seedOf(command, source)
  const idOf = (index: number) => {
    if (index === 0) return seed ?? command.id ?? ids.next()
    return seed === undefined ? ids.next() : derivedId(seed, index)
  }
  const first = events.findIndex((event) => event.subject === subject)
  return events.map((event, index): OutgoingEvent => {
    const expected = index === first ? (version === 0 ? 'none' : version) : event.expectedVersion
    return {
      id: idOf(index),
      source,
      type: event.type,
      subject: event.subject,
      dataversion: dataVersion(event.type),
      ...(expected === undefined ? {} : { expectedversion: expected }),
      ...causeAttributes(command),
      ...(causationId === undefined ? {} : { causationid: causationId }),
      ...(idempotency === undefined ? {} : { commanddigest: idempotency.digest }),
      data: event.data,
    }
  })
}
