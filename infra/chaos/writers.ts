import { pause } from '@logbook/chassis/async/pause.ts'
import type { OutgoingEvent } from '@logbook/chassis/log/bus.ts'
import type { Append, Recorded } from './history.ts'
import { limits } from './limits.ts'
import type { Random } from './random.ts'
import type { Send, Sent } from './send.ts'

/** Few enough that writers meet on them, enough that claimers have something to do at a time. */
const subjects = { own: 5, pairs: 6, turns: 4 } as const

interface Writer {
  name: string
  random: Random
  send: Send
  /** When it aborts, the append under way is brought to its end and no other begun. */
  stop: AbortSignal
  record: (append: Append) => void
}

/** What a writer knows of each stream on which writers take turns: the version it saw last. */
type Versions = Map<string, number>

const event = (id: string, subject: string): OutgoingEvent => ({
  id,
  subject,
  source: '/chaos',
  type: 'Written',
  data: { value: id },
})

const nextEvents = ({ name, random }: Writer, n: number, versions: Versions): OutgoingEvent[] => {
  const id = `${name}-${n}`
  const kind = random.next()
  if (kind < 0.5) return [event(id, `${name}-own-${random.below(subjects.own)}`)]
  const pair = random.below(subjects.pairs)
  if (kind < 0.75) return [event(`${id}-left`, `left-${pair}`), event(`${id}-right`, `right-${pair}`)]
  const subject = `turn-${random.below(subjects.turns)}`
  const version = versions.get(subject) ?? 0
  return [{ ...event(id, subject), expectedversion: version === 0 ? 'none' : version }]
}

const learn = (versions: Versions, events: readonly OutgoingEvent[], sent: Sent): void => {
  for (const { subject, version } of sent.events) versions.set(subject, version)
  const [first] = events
  if (sent.outcome === 'refused' && first) versions.set(first.subject, sent.actualVersion)
}

/** Appends unique values, alone, in pairs over two streams and conditionally, until told to stop. */
export const write = async (writer: Writer): Promise<void> => {
  const { random, send, stop, record } = writer
  const versions: Versions = new Map()
  for (let n = 0; !stop.aborted; n++) {
    const events = nextEvents(writer, n, versions)
    const startedAt = performance.now()
    const sent = await send(events)
    learn(versions, events, sent)
    record({
      ids: events.map(({ id }) => id),
      outcome: sent.outcome,
      answer: sent.events satisfies readonly Recorded[],
      startedAt,
      endedAt: performance.now(),
    })
    await pause(random.below(limits.writerPauseMsMax), stop)
  }
}
