import type { RecordedEvent } from '@logbook/contracts/envelope.ts'
import type { Database } from 'better-sqlite3'
import { backoff, pause } from '../async/pause.ts'
import { isCorruption } from '../files/damage.ts'
import { isStorageFault } from '../files/sqlite.ts'
import type { Bus } from '../log/bus.ts'
import type { Logger } from '../logger.ts'
import type { Decode } from './decode.ts'
import type { Erasures } from './erasures.ts'
import type { Checkpoint, FollowerStore } from './follower-tables.ts'

const backoffMs = { initial: 100, max: 5_000 } as const
const applyAttemptsMax = 3

/** A fault of the disk or the file, and not of the event. */
const isOfFile = (error: unknown): boolean => isStorageFault(error) || isCorruption(error)

export interface ApplyingOptions<Event> {
  bus: Pick<Bus, 'read'>
  /** A file whose first migration is `followerTables`. */
  db: Database
  logger: Logger
  decode: Decode<Event>
  /** Writes rows. Synchronous, pure but for `db`, and harmless when the same event comes twice. */
  apply: (event: Event) => void
  /** Around the applying of a page, in its transaction: for consumers that gather rows and write them at the end. */
  batch?: { begin(): void; end(): void }
}

interface ApplyingParts {
  store: FollowerStore
  erasures: Pick<Erasures, 'decode'> | undefined
  signal: AbortSignal
}

/** Applies events to a file, each page with its checkpoint in one transaction, and parks those that can't be applied. */
export class Applying<Event> {
  readonly #options: ApplyingOptions<Event>
  readonly #store: FollowerStore
  readonly #erasures: ApplyingParts['erasures']
  readonly #signal: AbortSignal
  readonly #parkedSubjects: Set<string>
  readonly #applyAll: (events: readonly RecordedEvent[], upTo: Checkpoint) => Event[]

  constructor(options: ApplyingOptions<Event>, { store, erasures, signal }: ApplyingParts) {
    this.#options = options
    this.#store = store
    this.#erasures = erasures
    this.#signal = signal
    this.#parkedSubjects = new Set(store.parkedSubjects())
    this.#applyAll = options.db.transaction((events: readonly RecordedEvent[], upTo: Checkpoint) => {
      options.batch?.begin()
      const applied: Event[] = []
      for (const recorded of events) {
        const event = this.#apply(recorded)
        if (event !== undefined) applied.push(event)
      }
      options.batch?.end()
      store.setCheckpoint(upTo)
      return applied
    }).immediate
  }

  /** The events that were applied. Throws a fault of the disk, after which nothing of the page was. */
  async page(events: readonly RecordedEvent[], upTo: Checkpoint): Promise<Event[]> {
    try {
      return this.#applyAll(events, upTo)
    } catch (error) {
      if (isOfFile(error)) throw error
      const applied: Event[] = []
      for (const event of events) applied.push(...(await this.#applyOrPark(event, upTo)))
      this.#applyAll([], upTo)
      return applied
    }
  }

  /**
   * Tries parked events again, those of a subject in their order until one fails, or of the subject of one position alone: a newer release may
   * know how to apply what an older one parked. Only of a log that is known to be the one that was read.
   */
  async retryParked(position?: number): Promise<{ tried: number; events: Event[] }> {
    const events: Event[] = []
    let tried = 0
    for (const subject of this.#store.parkedSubjects(position))
      tried += await this.#retrySubject(subject, events)
    return { tried, events }
  }

  /** New events of the subject are parked behind until the last one is applied. */
  async #retrySubject(subject: string, applied: Event[]): Promise<number> {
    const { bus, db, batch } = this.#options
    const retry = db.transaction((recorded: RecordedEvent): Event | undefined => {
      if (!this.#store.unpark(recorded.position)) return undefined
      batch?.begin()
      const event = this.#applyNow(recorded)
      batch?.end()
      return event
    })
    for (let tried = 0; ; tried++) {
      const position = this.#store.firstParked(subject)
      if (position === undefined) {
        this.#parkedSubjects.delete(subject)
        return tried
      }
      const request = { after: position - 1, limit: 1, signal: this.#signal }
      const [recorded] = (await bus.read(request)).events
      if (recorded === undefined)
        throw new Error(`The log has nothing at ${position}, where an event was parked`)
      try {
        const event = retry.immediate(recorded)
        if (event !== undefined) applied.push(event)
      } catch (error) {
        if (isOfFile(error)) throw error
        this.#store.failedAgain(position, error instanceof Error ? error.message : String(error))
        return tried + 1
      }
    }
  }

  /** Empties what was built from another log, in one transaction with the checkpoint. */
  beginAgain(empty: () => void): void {
    const begin = this.#options.db.transaction(() => {
      empty()
      this.#store.forget()
    })
    begin.immediate()
    this.#parkedSubjects.clear()
  }

  async #applyOrPark(recorded: RecordedEvent, { known }: Checkpoint): Promise<Event[]> {
    const { logger } = this.#options
    // What stands at this position of the page is not known: which log it is must do.
    const upTo = { position: recorded.position, known: withoutChecksum(known) }
    for (let attempt = 1; ; attempt++) {
      try {
        return this.#applyAll([recorded], upTo)
      } catch (error) {
        if (isOfFile(error)) throw error
        const { position, type } = recorded
        logger.error({ err: error, position, type, attempt }, 'an event could not be applied')
        if (attempt === applyAttemptsMax) {
          this.#store.park(recorded, error instanceof Error ? error.message : String(error))
          this.#parkedSubjects.add(recorded.subject)
          return []
        }
        await pause(backoff(backoffMs, attempt), this.#signal)
      }
    }
  }

  /** The event, where the consumer applied it. */
  #apply(recorded: RecordedEvent): Event | undefined {
    if (this.#parkedSubjects.has(recorded.subject)) {
      this.#store.park(recorded, 'behind a parked event of its subject')
      return undefined
    }
    return this.#applyNow(recorded)
  }

  #applyNow(recorded: RecordedEvent): Event | undefined {
    const { decode, apply, logger } = this.#options
    const erasure = this.#erasures?.decode(recorded)
    if (erasure?.kind === 'event') {
      erasure.event()
      return undefined
    }
    const decoded = erasure === undefined || erasure.kind === 'foreign' ? decode(recorded) : erasure
    if (decoded.kind === 'event') {
      apply(decoded.event)
      return decoded.event
    }
    if (decoded.kind === 'unreadable') {
      this.#store.addUnreadable(recorded, decoded.reason)
      logger.warn(
        { position: recorded.position, type: recorded.type, reason: decoded.reason },
        'an unreadable event was passed over',
      )
    }
    return undefined
  }
}

const withoutChecksum = (known: Checkpoint['known']): Checkpoint['known'] =>
  known !== undefined && 'id' in known ? { id: known.id, epoch: known.epoch } : known
