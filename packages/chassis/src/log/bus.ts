import type { Appended, EventToAppend, RecordedEvent } from '@logbook/contracts/envelope.ts'
import type { LogIdentity, LogMark } from '@logbook/contracts/http/log-identity.ts'
import type { AgreedLog } from './agreed-log.ts'
import type { KnownLog } from './identity.ts'

/** An event on its way to the log. The id is the publisher's, so that a retry is the same event. */
export type OutgoingEvent = EventToAppend & { id: string; subject: string; source: string }

/** Where an event stands. `repeated`: it stood there already, with the same content. */
export type Placed = Appended & { repeated?: true }

/** Events in log order, and the position up to which the log has been read: filters and foreign types move it too. */
export interface Page {
  events: RecordedEvent[]
  position: number
  /** Which log it is, as a checkpoint at `position`. Absent where the answer was cut before it said so; a later page has it. */
  mark?: LogMark
}

export interface FollowRequest {
  after: number
  /** What is known of the log up to `after`. It is compared whenever reading begins or goes on. */
  known?: KnownLog
  types?: readonly string[]
  signal: AbortSignal
  /** Told each time that the log can't be reached and is waited for. The next page says that it is back. */
  onAway?: (error: unknown) => void
}

/**
 * What a service knows of the log. `BusClient` speaks HTTP; the testing kit has one over a log in memory. Every failure is
 * a `Problem`: `version-conflict`, `id-conflict`, `invalid`, `unavailable`, …
 */
export interface Bus {
  /** The log that this process agrees with. Followers keep it. */
  readonly agreed: AgreedLog
  /**
   * Appends atomically and durably. Safe to repeat: the ids are remembered. `log` is the one that the events were decided by, the agreed
   * one unless given: where the log has another identity, nothing is appended and this throws `unavailable`.
   */
  append(events: readonly OutgoingEvent[], decidedBy?: { log: LogIdentity | undefined }): Promise<Placed[]>
  read(request: {
    after: number
    limit: number
    types?: readonly string[]
    signal?: AbortSignal
  }): Promise<Page & { more: boolean }>
  /** The whole stream after a version, empty if there is none. Throws `unavailable` where the log is not the agreed one. */
  readStream(subject: string, after?: number): Promise<RecordedEvent[]>
  /**
   * Everything after a position, then everything that comes, until the signal aborts. Never skips, never gives up: a bus
   * that is away is waited for. A page may be empty of events and still move the position. `caughtUp` is true once
   * the history that stood when this began, or resumed, has been read. Throws `conflict` where the log is not the one that is
   * `known`, or ends before `after`.
   */
  follow(request: FollowRequest): AsyncIterable<Page & { caughtUp: boolean }>
}
