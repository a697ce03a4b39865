import type { RecordedEvent } from '@logbook/contracts/envelope.ts'
import type { Database } from 'better-sqlite3'
import type { Bus } from '../log/bus.ts'
import type { Logger } from '../log.ts'
import { backoff, pause } from '../pause.ts'
import { isProblem } from '../problem.ts'
import { isStorageFault } from '../sqlite.ts'
import { type FollowerStore, followerStore } from './follower-tables.ts'
import { createLateCheckpoint } from './late-checkpoint.ts'
import { createStanding, type FollowerStatus } from './standing.ts'
import { Waiters } from './waiters.ts'

/** What a consumer's contracts make of a recorded event. */
export type Decode<Event> = (
  recorded: RecordedEvent,
) => { kind: 'event'; event: Event } | { kind: 'foreign' } | { kind: 'unreadable'; reason: string }

export interface FollowerOptions<Event> {
  name: string
  bus: Bus
  /** A file whose first migration is `followerTables`. */
  db: Database
  log: Logger
  decode: Decode<Event>
  types?: readonly string[]
  /** Writes rows. Synchronous, pure but for `db`, and harmless when the same event comes twice. */
  apply: (event: Event) => void
  /** Around the applying of a page, in its transaction: for consumers that gather rows and write them at the end. */
  batch?: { begin(): void; end(): void }
  /** After the commit of a page: `events` are those that were applied. */
  onCommit?: (page: { events: readonly Event[]; position: number; caughtUp: boolean }) => void
}

const backoffMs = { initial: 100, max: 5_000 } as const
const applyAttemptsMax = 3

/**
 * Follows the log into a file: rows and checkpoint change in one transaction a page, so that a crash at any line repeats
 * or completes it; where a page has nothing for this consumer, the checkpoint follows a moment later. An event that can't be applied is tried again, then parked with the later events of its subject while
 * the others flow; a start tries the parked ones anew. A fault of the disk is nobody's event: it is waited out.
 */
export class Follower<Event> {
  readonly #options: FollowerOptions<Event>
  readonly #store: FollowerStore
  readonly #waiters = new Waiters()
  readonly #abort = new AbortController()
  readonly #parkedSubjects: Set<string>
  readonly #late: ReturnType<typeof createLateCheckpoint>
  readonly #applyAll: (events: readonly RecordedEvent[], upTo: number) => Event[]
  #position: number
  #caughtUp = false
  #isAhead = false
  readonly #standing: ReturnType<typeof createStanding>
  #running: Promise<void> = Promise.resolve()

  constructor(options: FollowerOptions<Event>) {
    this.#options = options
    this.#standing = createStanding(options)
    this.#store = followerStore(options.db, options.name)
    this.#position = this.#store.checkpoint()
    this.#parkedSubjects = new Set(this.#store.allParked().map(({ subject }) => subject))
    this.#late = createLateCheckpoint((position) => this.#writeLate(position))
    this.#applyAll = options.db.transaction((events: readonly RecordedEvent[], upTo: number) => {
      options.batch?.begin()
      const applied: Event[] = []
      for (const recorded of events) {
        const event = this.#apply(recorded)
        if (event !== undefined) applied.push(event)
      }
      options.batch?.end()
      this.#store.setCheckpoint(upTo)
      return applied
    }).immediate
  }

  start(): void {
    this.#running = this.#run()
  }

  async stop(): Promise<void> {
    this.#abort.abort()
    this.#waiters.stop()
    await this.#running
    this.#late.flush()
  }

  /** The last position read. */
  get position(): number {
    return this.#position
  }

  /** True once the history that stood at the start has been read. */
  get caughtUp(): boolean {
    return this.#caughtUp
  }

  /** True while the log ends before what was read of it: an older copy of it came back. */
  get isAhead(): boolean {
    return this.#isAhead
  }

  /** Resolves true as soon as `position` is reached, false after `timeoutMs`. */
  reached(target: number, timeoutMs: number): Promise<boolean> {
    return this.#waiters.wait({ target, current: this.#position, timeoutMs })
  }

  status(): FollowerStatus {
    return {
      position: this.#position,
      caughtUp: this.#caughtUp,
      parked: this.#store.countParked(),
      unreadable: this.#store.countUnreadable(),
      fault: this.#standing.fault,
    }
  }

  /** The same and what else `/health` says. */
  health = () => ({ ...this.status(), ...this.#standing.health() })

  async #run(): Promise<void> {
    for (let failures = 0; !this.#abort.signal.aborted; failures++) {
      const begun = this.#position
      try {
        await this.#follow()
        // No bus is to end what it follows. One that does is asked again as one that failed: not in a tight circle.
        if (!this.#abort.signal.aborted) throw new Error('the log ended what was being followed')
      } catch (error) {
        if (this.#position > begun) failures = 0
        this.#standing.stopped(error, this.#position)
        this.#isAhead = isProblem(error, 'conflict')
        await pause(backoff(backoffMs, failures), this.#abort.signal)
      }
    }
  }

  async #follow(): Promise<void> {
    const { bus, types, onCommit } = this.#options
    await this.#retryParked()
    const request = { after: this.#position, signal: this.#abort.signal, onAway: this.#standing.away }
    for await (const page of bus.follow(types ? { ...request, types } : request)) {
      const begunMs = performance.now()
      const events = await this.#applyPage(page.events, page.position)
      this.#position = page.position
      this.#caughtUp ||= page.caughtUp
      this.#standing.goesOn({ events: events.length, position: page.position, begunMs })
      this.#isAhead = false
      this.#waiters.advance(page.position)
      onCommit?.({ events, position: page.position, caughtUp: this.#caughtUp })
    }
  }

  async #applyPage(events: readonly RecordedEvent[], upTo: number): Promise<Event[]> {
    const fresh = events.filter(({ position }) => position > this.#position)
    if (fresh.length === 0) {
      if (upTo > this.#position) this.#late.note(upTo)
      return []
    }
    this.#late.forget()
    try {
      return this.#applyAll(fresh, upTo)
    } catch (error) {
      if (isStorageFault(error)) throw error
      const applied: Event[] = []
      for (const event of fresh) applied.push(...(await this.#applyOrPark(event)))
      this.#applyAll([], upTo)
      return applied
    }
  }

  #writeLate(position: number): void {
    try {
      this.#store.setCheckpoint(position)
    } catch (error) {
      // The next one is written over it; until then there is only nothing to be read again.
      this.#options.log.warn({ err: error, position }, 'a checkpoint could not be written')
    }
  }

  async #applyOrPark(recorded: RecordedEvent): Promise<Event[]> {
    const { log } = this.#options
    for (let attempt = 1; ; attempt++) {
      try {
        return this.#applyAll([recorded], recorded.position)
      } catch (error) {
        if (isStorageFault(error)) throw error
        log.error(
          { err: error, position: recorded.position, type: recorded.type, attempt },
          'an event could not be applied',
        )
        if (attempt === applyAttemptsMax) {
          this.#store.park(recorded, error instanceof Error ? error.message : String(error))
          this.#parkedSubjects.add(recorded.subject)
          return []
        }
        await pause(backoff(backoffMs, attempt), this.#abort.signal)
      }
    }
  }

  /** The event, where it was applied. */
  #apply(recorded: RecordedEvent): Event | undefined {
    const { decode, apply, log } = this.#options
    if (this.#parkedSubjects.has(recorded.subject)) {
      this.#store.park(recorded, 'behind a parked event of its subject')
      return undefined
    }
    const decoded = decode(recorded)
    if (decoded.kind === 'event') {
      apply(decoded.event)
      return decoded.event
    }
    if (decoded.kind === 'unreadable') {
      this.#store.addUnreadable(recorded, decoded.reason)
      log.warn(
        { position: recorded.position, type: recorded.type, reason: decoded.reason },
        'an unreadable event was passed over',
      )
    }
    return undefined
  }

  /** A newer release may know how to apply what an older one parked. */
  async #retryParked(): Promise<void> {
    const { db, batch, bus } = this.#options
    const retry = db.transaction((recorded: RecordedEvent) => {
      this.#store.unpark(recorded.position)
      batch?.begin()
      this.#apply(recorded)
      batch?.end()
    })
    this.#parkedSubjects.clear()
    for (const { position, subject } of this.#store.allParked()) {
      if (this.#parkedSubjects.has(subject)) continue
      const request = { after: position - 1, limit: 1, signal: this.#abort.signal }
      const [recorded] = (await bus.read(request)).events
      if (recorded === undefined)
        throw new Error(`The log has nothing at ${position}, where an event was parked`)
      try {
        retry.immediate(recorded)
      } catch (error) {
        if (isStorageFault(error)) throw error
        this.#parkedSubjects.add(subject)
      }
    }
  }
}
