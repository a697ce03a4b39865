import type { RecordedEvent } from '@logbook/contracts/envelope.ts'
import type { OutgoingEvent, Placed } from '../log/bus.ts'

/** The events of one append that went to a stream, as a read of it would give them. */
export const recordedOn = (
  subject: string,
  { sent, appended }: { sent: readonly OutgoingEvent[]; appended: readonly Placed[] },
): RecordedEvent[] =>
  sent.flatMap((event, index) => {
    const place = appended[index]
    if (event.subject !== subject || place === undefined || place.repeated) return []
    const { expectedversion: _, ...written } = JSON.parse(JSON.stringify(event))
    const { position, version, time } = place
    return { specversion: '1.0', datacontenttype: 'application/json', ...written, position, version, time }
  })
