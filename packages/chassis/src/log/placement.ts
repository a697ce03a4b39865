import { isDeepStrictEqual } from 'node:util'
import type { Appended, RecordedEvent } from '@logbook/contracts/envelope.ts'
import { Problem } from '../problem.ts'
import type { AppendOutcome, AppendRequest, CompleteEvent } from './log-store.ts'
import type { EventNumbers } from './recorded-text.ts'

/** What the log holds at the moment of an append, as far as the append can touch it. */
export interface Ledger {
  /** The last position. */
  head: number
  /** A stream's last version, 0 if it does not exist. */
  versionOf(subject: string): number
  /** The event recorded under an id. */
  recorded(id: string): RecordedEvent | undefined
}

/** An event and the place it got. */
export interface PlacedEvent extends EventNumbers {
  event: CompleteEvent
}

/** What became of each request, in order, and what is to be written, in log order. */
export interface Placement {
  outcomes: AppendOutcome[]
  placed: PlacedEvent[]
}

type Refusal = Extract<AppendOutcome, { kind: 'refused' }>

const placeOf = ({ id, position, subject, version, time }: RecordedEvent): Appended => ({
  id,
  position,
  subject,
  version,
  time,
})

// Of an event that is sent again these may differ: a retry is made later, by another request, and expects what it will.
const ofTheRequest = new Set([
  ...['time', 'correlationid', 'causationid', 'traceparent', 'tracestate'],
  ...['expectedversion', 'position', 'version'],
])

const contentOf = (event: object): [name: string, value: unknown][] =>
  Object.entries(event).filter(([name, value]) => !ofTheRequest.has(name) && value !== undefined)

// What makes two events with one id the same event: all attributes, extensions included, and the data. Compared as JSON, so
// that the order of keys does not matter.
const sameContent = (sent: CompleteEvent, recorded: RecordedEvent): boolean =>
  isDeepStrictEqual(
    JSON.parse(JSON.stringify({ data: null, ...Object.fromEntries(contentOf(sent)) })),
    Object.fromEntries(contentOf(recorded)),
  )

const idConflict = ({ id }: { id: string }, detail: string, position?: number): Refusal => ({
  kind: 'refused',
  problem: new Problem('id-conflict', {
    detail,
    extensions: { id, ...(position === undefined ? {} : { position }) },
  }),
})

const versionConflict = ({ subject, expectedversion }: CompleteEvent, actual: number): Refusal => ({
  kind: 'refused',
  problem: new Problem('version-conflict', {
    detail: `Stream ${subject} is at version ${actual}, not at ${String(expectedversion)}.`,
    extensions: { subject, expected: expectedversion, actual },
  }),
})

/**
 * The write protocol, the same for every engine: decides each append in order, as if the ones before it stood in the log
 * already. Ids are looked at first, so that a repeated append gets its first answer whatever has happened since; then
 * expected versions; only then are positions given. A refused append leaves no trace. Pure: writing `placed` is the engine's.
 */
export const placeAppends = (requests: readonly AppendRequest[], ledger: Ledger): Placement => {
  const placed: PlacedEvent[] = []
  const byId = new Map<string, PlacedEvent>()
  const versions = new Map<string, number>()
  const versionOf = (subject: string) => versions.get(subject) ?? ledger.versionOf(subject)
  const recorded = (id: string): RecordedEvent | undefined => {
    const here = byId.get(id)
    if (here === undefined) return ledger.recorded(id)
    const { event, position, version } = here
    return { ...event, position, version }
  }

  const repeatedOrRefused = (request: AppendRequest): AppendOutcome | undefined => {
    const known = request.map(({ id }) => recorded(id))
    const first = known.find((event) => event !== undefined)
    if (first === undefined) return undefined
    const places: Appended[] = []
    for (const [index, sent] of request.entries()) {
      const before = known[index]
      if (before === undefined)
        return idConflict(first, `The id ${first.id} was recorded in another append.`, first.position)
      if (!sameContent(sent, before))
        return idConflict(before, `The id ${before.id} was used for another event.`, before.position)
      places.push(placeOf(before))
    }
    return { kind: 'repeated', events: places }
  }

  const idRefusal = (request: AppendRequest): Refusal | undefined => {
    if (request.length === 1) return undefined
    const ids = new Set<string>()
    for (const sent of request) {
      if (ids.has(sent.id)) return idConflict(sent, `The id ${sent.id} stands twice in one append.`)
      ids.add(sent.id)
    }
    return undefined
  }

  const versionRefusal = (request: AppendRequest): Refusal | undefined => {
    const subjects = new Set<string>()
    for (const sent of request) {
      const { subject, expectedversion: expected = 'any' } = sent
      if (subjects.has(subject)) continue
      subjects.add(subject)
      if (expected === 'any') continue
      const actual = versionOf(subject)
      if (actual !== (expected === 'none' ? 0 : expected)) return versionConflict(sent, actual)
    }
    return undefined
  }

  const place = (sent: CompleteEvent): Appended => {
    const version = versionOf(sent.subject) + 1
    const position = ledger.head + placed.length + 1
    const here = { event: sent, position, version }
    placed.push(here)
    byId.set(sent.id, here)
    versions.set(sent.subject, version)
    return { id: sent.id, position, subject: sent.subject, version, time: sent.time }
  }

  const outcomes = requests.map(
    (request): AppendOutcome =>
      repeatedOrRefused(request) ??
      idRefusal(request) ??
      versionRefusal(request) ?? { kind: 'recorded', events: request.map(place) },
  )
  return { outcomes, placed }
}
