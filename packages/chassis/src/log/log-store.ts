import type { Appended, EventToAppend, RecordedEvent } from '@logbook/contracts/envelope.ts'
import type { LogIdentity } from '@logbook/contracts/http/log-identity.ts'
import type { Problem } from '../problem.ts'

/** An event that the bus has checked and completed: all that is left to give it is its position and version. */
export type CompleteEvent = Omit<RecordedEvent, 'position' | 'version'> &
  Pick<EventToAppend, 'expectedversion'>

/** One atomic append: every event of it is recorded, or none. It may span streams. Never empty. */
export type AppendRequest = readonly CompleteEvent[]

/**
 * What became of one append. `repeated`: its ids stood in the log already, with the same content, and these are the
 * places they got then. `refused`: `version-conflict` or `id-conflict`, and nothing of it was recorded.
 */
export type AppendOutcome =
  | { kind: 'recorded' | 'repeated'; events: Appended[] }
  | { kind: 'refused'; problem: Problem }

export interface ReadRequest {
  /** Exclusive: the first event returned stands after this position. 0 reads from the beginning. */
  after: number
  /** The most events to return. */
  limit: number
  /** Only these types; absent means all. */
  types?: readonly string[]
  /** Only this stream. */
  subject?: string
  /** Ends the page once its events hold this many bytes (UTF-8); it always holds the next event, however large. */
  bytesMax?: number
}

/** `events` in log order; `position` is how far the log was read, at least the last event's, so that filters never stall a reader. */
export interface StoredPage {
  /** Each event as the JSON text it is served as. */
  events: string[]
  positions: number[]
  position: number
  /** False when this page reached the end of the log as it stood. */
  more: boolean
}

/** A log's identity, with the position after which each of its epochs began: where it ended when it was restored. */
export interface StoredIdentity extends LogIdentity {
  /** The first is where the log ended when it got its id. */
  readonly begins: readonly { epoch: number; after: number }[]
}

/**
 * The log: an append-only sequence of events with streams in it. Engines: `sqlite` here, others behind the same port.
 *
 * Guarantees that the conformance suite holds every engine to: positions run from 1 without gaps and are never reused; an
 * append is atomic; `append` resolves only when what it says is durable; a refused append fails no neighbour; the same id
 * with the same type, subject, source, dataversion and data is recorded once; readers see a prefix of the log, never a
 * gap; versions run from 1 within each subject; the identity survives a reopening, and the checksum at a position is the same in
 * two logs only if they hold the same events up to there.
 */
export interface LogStore {
  /** Commits all requests together, each atomic in itself, in order. Rejects with `unavailable` if the disk says no: then nothing was recorded. */
  append(requests: readonly AppendRequest[]): Promise<AppendOutcome[]>
  read(request: ReadRequest): Promise<StoredPage>
  /** One stream; `after`, `positions` and `position` are versions. `version` is the stream's own, 0 if it does not exist. */
  readStream(
    subject: string,
    request: { after: number; limit: number; bytesMax?: number },
  ): Promise<StoredPage & { version: number }>
  /** The last position, 0 for an empty log. */
  head(): number
  /** Which log this is; it stays the same while the log is open. */
  readonly identity: StoredIdentity
  /** The checksum of the event at a position, continued from the one before: `genesis` at 0, undefined beyond the end. */
  checksumAt(position: number): Promise<string | undefined>
  /** Why nothing can be recorded at the moment, though it is open: its file is gone, or another. Null where nothing is known. */
  fault?(): string | null
  close(): Promise<void>
}
