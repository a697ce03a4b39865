import type { RecordedEvent } from '@logbook/contracts/envelope.ts'
import type { OutgoingEvent, Placed } from '../log/bus.ts'

/** The events of one append that went to these streams, as a read of them would give them. */
export const recordedOn = (
  subjects: ReadonlySet<string>,
  { sent, appended }: { sent: readonly OutgoingEvent[]; appended: readonly Placed[] },
): RecordedEvent[] =>
  sent.flatMap((event, index) => {
    const place = appended[index]
    if (!subjects.has(event.subject) || place === undefined || place.repeated) return []
    const { expectedversion: _, ...written } = JSON.parse(JSON.stringify(event))
    const { position, version, time } = place
    return { specversion: '1.0', datacontenttype: 'application/json', ...written, position, version, time }
  })
