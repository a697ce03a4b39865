import type { LogIdentity } from '@logbook/contracts/http/log-identity.ts'
import { backoff, pause } from '../async/pause.ts'
import { otherLog } from '../log/agreed-log.ts'
import type { Page } from '../log/bus.ts'
import { knownAfter } from '../log/identity.ts'
import { isProblem } from '../problem.ts'
import { Applying } from './applying.ts'
import { createErasures, type Erasures } from './erasures.ts'
import type { FollowerOptions } from './follower-options.ts'
import { type Checkpoint, type FollowerStore, followerStore } from './follower-tables.ts'
import { createLateCheckpoint } from './late-checkpoint.ts'
import type { ParkedWork } from './parked.ts'
import { createStanding, type FollowerStatus } from './standing.ts'
import { Waiters } from './waiters.ts'

const backoffMs = { initial: 100, max: 5_000 } as const

/**
 * Follows the log into a file: rows and checkpoint change in one transaction a page, so that a crash at any line repeats
 * or completes it; where a page has nothing for this consumer, the checkpoint follows a moment later. The checkpoint says which log it
 * is of, and the bus compares that whenever following begins or goes on. An event that can't be applied is tried again, then parked with the
 * later events of its subject while the others flow; a start tries the parked ones again. A fault of the disk is not the event's: it is waited out.
 */
export class Follower<Event> {
  readonly #options: FollowerOptions<Event>
  readonly #store: FollowerStore
  readonly #waiters = new Waiters()
  readonly #abort = new AbortController()
  readonly #late = createLateCheckpoint<Checkpoint>((checkpoint) => this.#writeLate(checkpoint))
  readonly #applying: Applying<Event>
  readonly #erasures: Erasures | undefined
  #at: Checkpoint
  #caughtUp = false
  #differs = false
  readonly #standing: ReturnType<typeof createStanding>
  #running: Promise<void> = Promise.resolve()

  constructor(options: FollowerOptions<Event>) {
    this.#options = options
    this.#standing = createStanding(options)
    this.#store = followerStore(options.db, options.name)
    this.#at = this.#store.checkpoint()
    options.bus.agreed.adopt(this.log)
    this.#erasures = options.erasure && createErasures({ ...options, ...options.erasure })
    this.#applying = new Applying(options, {
      store: this.#store,
      erasures: this.#erasures,
      signal: this.#abort.signal,
    })
  }

  start(): void {
    this.#running = this.#run()
  }

  async stop(): Promise<void> {
    this.#abort.abort()
    this.#waiters.stop()
    await this.#running
    this.#late.flush()
    await this.quiet()
  }

  /** Ends the answering of events and of erasures for good, and resolves when none is under way; following goes on. */
  async quiet(): Promise<void> {
    await Promise.all([this.#options.reactions?.stop(), this.#erasures?.stop()])
  }

  /** Another file of the service has committed: an erasure that waited for it may be confirmed now. */
  otherCommitted(): void {
    this.#erasures?.committed({ caughtUp: this.#caughtUp })
  }

  /** Something was purged at this position beside erasures: what is in memory is dropped, and the files are swept. Call it inside `apply`. */
  purged(at: { position: number }): void {
    this.#erasures?.purged(at)
  }

  /** The last position read. */
  get position(): number {
    return this.#at.position
  }

  /** The log that was read; undefined before anything was, or where it was read before logs had an identity. */
  get log(): LogIdentity | undefined {
    const { known } = this.#at
    return known !== undefined && 'id' in known ? { id: known.id, epoch: known.epoch } : undefined
  }

  /** True once the history that stood at the start has been read, of the log that is there. */
  get caughtUp(): boolean {
    return this.#caughtUp
  }

  /** True while the log is known not to be the one that was read. */
  get differs(): boolean {
    return this.#differs
  }

  /** Resolves true as soon as `position` is reached, false after `timeoutMs`. */
  reached(target: number, timeoutMs: number): Promise<boolean> {
    return this.#waiters.wait({ target, current: this.position, timeoutMs })
  }

  status(): FollowerStatus {
    return {
      position: this.position,
      caughtUp: this.#caughtUp,
      parked: this.#store.countParked(),
      unreadable: this.#store.countUnreadable(),
      fault: this.#standing.fault,
      log: this.log ?? null,
      differs: this.#differs,
    }
  }

  /** What was given up, by kind: events that could not be applied by their positions, reactions and confirmations of erasures. */
  parkedKinds(): Record<'event' | 'reaction' | 'erasure', ParkedWork | undefined> {
    const event: ParkedWork = {
      list: (limit) => this.#store.listParked(limit),
      // What is no position is that of no event, and not of all.
      retry: (id) => this.#retryParked(id === undefined ? id : /^\d{1,15}$/.test(id) ? Number(id) : 0),
    }
    return { event, reaction: this.#options.reactions?.parked, erasure: this.#erasures?.parked }
  }

  /** The same and what else `/health` says. */
  health = () => {
    const { reactions } = this.#options
    return {
      ...this.status(),
      ...this.#standing.health(),
      ...(reactions ? { reactions: reactions.health() } : {}),
      ...(this.#erasures ? { erasures: this.#erasures.status() } : {}),
    }
  }

  async #retryParked(position: number | undefined): Promise<number> {
    if (this.#differs) throw otherLog()
    const { tried, events } = await this.#applying.retryParked(position)
    if (events.length > 0) this.#committed(events)
    return tried
  }

  async #run(): Promise<void> {
    for (let failures = 0; !this.#abort.signal.aborted; failures++) {
      const begun = this.position
      try {
        await this.#follow()
        // No bus is to end what it follows. One that does is asked again as one that failed: not in a tight circle.
        if (!this.#abort.signal.aborted) throw new Error('the log ended what was being followed')
      } catch (error) {
        if (this.position > begun) failures = 0
        if (isProblem(error, 'conflict') && this.#isOtherLog(error)) continue
        this.#standing.stopped(error, this.position)
        await pause(backoff(backoffMs, failures), this.#abort.signal)
      }
    }
  }

  async #follow(): Promise<void> {
    const { bus, beginAgain } = this.#options
    const types = this.#types()
    if (this.#differs && beginAgain) this.#beginAgain(beginAgain)
    const { position: after, known } = this.#at
    const { signal } = this.#abort
    const request = { after, ...(known ? { known } : {}), signal, onAway: this.#standing.away }
    let agreed = false
    for await (const page of bus.follow(types ? { ...request, types } : request)) {
      // The bus has compared the logs: nothing that was parked is looked for in another one.
      if (!agreed) await this.#applying.retryParked()
      agreed = true
      if (page.mark) bus.agreed.agree(page.mark)
      const begunMs = performance.now()
      const events = await this.#applyPage(page)
      this.#caughtUp ||= page.caughtUp
      this.#standing.goesOn({ events: events.length, position: page.position, begunMs })
      this.#differs = false
      this.#waiters.advance(page.position)
      this.#committed(events)
    }
  }

  #committed(events: readonly Event[]): void {
    const { reactions, onCommit } = this.#options
    this.#erasures?.committed({ caughtUp: this.#caughtUp })
    if (this.#caughtUp) reactions?.wake()
    onCommit?.({ events, position: this.position, caughtUp: this.#caughtUp })
  }

  #types(): readonly string[] | undefined {
    const { types, erasure } = this.#options
    return types && erasure ? [...types, ...erasure.events.types] : types
  }

  async #applyPage({ events, position, mark }: Page): Promise<Event[]> {
    const at: Checkpoint = { position, known: knownAfter(mark, this.#at.known) }
    const fresh = events.filter((event) => event.position > this.position)
    if (fresh.length === 0) {
      const isNews = position > this.position || (position > 0 && !isSame(at, this.#at))
      this.#at = at
      if (isNews) this.#late.note(at)
      return []
    }
    this.#late.forget()
    const applied = await this.#applying.page(fresh, at)
    this.#at = at
    return applied
  }

  #writeLate(checkpoint: Checkpoint): void {
    try {
      this.#store.setCheckpoint(checkpoint)
    } catch (error) {
      // The next one is written over it; until then there is only nothing to be read again.
      const { position } = checkpoint
      this.#options.logger.warn({ err: error, position }, 'a checkpoint could not be written')
    }
  }

  /** What was built is not of this log. True where something is done about it, so that following is not to be tried again as it was. */
  #isOtherLog(error: Error): boolean {
    const { beginAgain, onOtherLog, logger } = this.#options
    const isKnown = this.#differs
    this.#caughtUp = false
    this.#differs = true
    if (isKnown || (beginAgain === undefined && onOtherLog === undefined)) return false
    this.#late.forget()
    this.#standing.away(error)
    logger.warn({ position: this.position }, `${error.message} What was built from it is built again.`)
    if (beginAgain === undefined) {
      this.#abort.abort()
      void this.quiet()
      onOtherLog?.()
    }
    return true
  }

  #beginAgain(empty: () => void): void {
    this.#applying.beginAgain(empty)
    this.#at = { position: 0, known: undefined }
  }
}

const isSame = (one: Checkpoint, other: Checkpoint): boolean =>
  one.position === other.position && JSON.stringify(one.known) === JSON.stringify(other.known)
