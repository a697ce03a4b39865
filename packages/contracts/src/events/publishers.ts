import { type EventType, eventDefinitions, eventTypes } from './catalog.ts'

/** Who may append a type of event, by the names of services, and how the streams begin on which it may stand. */
export interface Publishing {
  by: readonly string[]
  subject: string
}

/** For each type of the catalogue, whose it is. From anyone else it is a forgery. */
export const publishers = Object.fromEntries(
  eventTypes.map((type): [EventType, Publishing] => {
    const { by, stream } = eventDefinitions[type]
    return [type, { by, subject: stream.prefix }]
  }),
) as Readonly<Record<EventType, Publishing>>
