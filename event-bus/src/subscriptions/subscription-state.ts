import type { Clock } from '@logbook/chassis/clock.ts'
import { Problem } from '@logbook/chassis/problem.ts'
import type { LogIdentity } from '@logbook/contracts/http/log-identity.ts'
import { limits } from '../limits.ts'
import { type Mark, thinned } from './marks.ts'
import { noHash } from './rolling-hash.ts'
import type { Consumer, Moved, Run } from './rows.ts'
import type { SubscriptionStore } from './store.ts'
import { Window } from './window.ts'

/** The source of fencing tokens, which rise over the life of the file. */
export interface Fence {
  next(): number
  last(): number
}

export const createFence = (last: number): Fence => {
  let token = last
  return { next: () => ++token, last: () => token }
}

export interface SubscriptionParts {
  store: SubscriptionStore
  fence: Fence
  clock: Clock
  /** From 0 to 1, for the jitter. */
  random: () => number
}

/** A position in a log. */
export interface LogPosition {
  position: number
  log: LogIdentity
}

interface Loaded {
  run: Run
  window: Window
  consumers: Map<string, Consumer>
  marks: Mark[]
  /** Not stored yet. */
  marksChanged: boolean
  cursorWritten: number
}

interface StateParts extends Pick<SubscriptionParts, 'store' | 'fence'> {
  run: number
  clock: Pick<Clock, 'steady'>
  onLoss: () => void
}

/**
 * A subscription in memory, ahead of its file for at most one call: a method that changes it commits before it acts. When a commit
 * fails, everything is read again from the file.
 */
export class SubscriptionState {
  readonly #store: SubscriptionStore
  readonly #fence: Fence
  readonly #changedConsumers = new Map<string, Consumer>()
  #run: number
  #loaded: Loaded | undefined

  readonly #onLoss: () => void
  readonly #clock: Pick<Clock, 'steady'>
  /** True until this process has read the file. */
  #isFirst = true

  /** `onLoss` is called when unstored events are dropped and have to be read from the log again. */
  constructor({ run, store, fence, clock, onLoss }: StateParts) {
    this.#onLoss = onLoss
    this.#clock = clock
    this.#run = run
    this.#store = store
    this.#fence = fence
  }

  get run(): Run {
    return this.#load().run
  }

  get window(): Window {
    return this.#load().window
  }

  /** How far the stored cursor is behind: this much is read again after a crash. */
  get cursorUnwritten(): number {
    const { run, cursorWritten } = this.#load()
    return run.cursor - cursorWritten
  }

  change(fields: Partial<Omit<Run, 'run' | 'name'>>): void {
    const loaded = this.#load()
    loaded.run = { ...loaded.run, ...fields }
  }

  /** In ascending order; the last is at the cursor, unless nothing was read since the cursor was set. */
  get marks(): readonly Mark[] {
    return this.#load().marks
  }

  /** Adds a mark at the cursor. Stored with the next commit. */
  mark(checksum: string): void {
    const loaded = this.#load()
    const { cursor } = loaded.run
    const before = loaded.marks.filter(({ position }) => position < cursor)
    loaded.marks = thinned([...before, { position: cursor, checksum }])
    loaded.marksChanged = true
  }

  consumers(): Consumer[] {
    return [...this.#load().consumers.values()]
  }

  consumer(name: string): Consumer {
    const { consumers } = this.#load()
    return consumers.get(name) ?? { consumer: consumers.size + 1, name, count: 0, confirmed: 0, hash: noHash }
  }

  /** Throws `too-many` if no further name can be remembered. */
  admitConsumer(name: string): void {
    const { consumers } = this.#load()
    if (consumers.has(name) || consumers.size < limits.consumersMax) return
    throw new Problem('too-many', {
      detail: `This subscription knows ${limits.consumersMax} consumers. Keep to their names, or reset it.`,
      retryAfter: 60,
    })
  }

  keepConsumer(consumer: Consumer): void {
    this.#load().consumers.set(consumer.name, consumer)
    this.#changedConsumers.set(consumer.name, consumer)
  }

  /** Makes all changes durable. Throws `unavailable` for a fault of the disk: then none of them has happened. */
  commit(): void {
    const loaded = this.#load()
    this.#guarded(() => {
      const journal = loaded.window.takeJournal()
      const { settled } = journal
      const skipped = settled.filter(({ how }) => how === 'skipped').length
      const run: Run = {
        ...loaded.run,
        sequence: loaded.run.sequence + settled.length,
        skipped: loaded.run.skipped + skipped,
        acknowledged: loaded.run.acknowledged + settled.length - skipped,
      }
      const consumers = [...this.#changedConsumers.values()]
      const now = this.#clock.steady()
      const marks = loaded.marksChanged ? loaded.marks : undefined
      this.#store.write({ run, journal, consumers, marks, lastToken: this.#fence.last(), now })
      loaded.run = run
      loaded.marksChanged = false
      loaded.cursorWritten = run.cursor
      this.#changedConsumers.clear()
    })
  }

  /** Makes read events durable, if they are not yet. */
  flush(): void {
    if (this.window.unwritten > 0 || this.cursorUnwritten > 0) this.commit()
  }

  /**
   * Begins a new run after a position. It keeps deliveries parked up to there, and, unless a reset was requested, waiting and leased
   * ones; leases of the old run are void.
   */
  reset({ position, log }: LogPosition, { at, reason }: Pick<Moved, 'at' | 'reason'>): void {
    const { run } = this.#load()
    this.commit()
    this.#guarded(() => {
      const { run: _, ...fields } = this.#load().run
      const fresh = {
        ...fields,
        ...{ origin: position, cursor: position, previous: 0, sequence: 0 },
        ...{ attempts: 0, acknowledged: 0, skipped: 0 },
        ...{ logId: log.id, logEpoch: log.epoch, moved: { from: run.cursor, to: position, at, reason } },
      }
      const keepOpen = reason !== 'asked'
      this.#run = this.#store.begin(run, fresh, { after: position, keepOpen }).run
      this.#loaded = undefined
    })
  }

  #guarded(write: () => void): void {
    try {
      write()
    } catch (error) {
      this.#loaded = undefined
      this.#changedConsumers.clear()
      this.#onLoss()
      throw error
    }
  }

  #load() {
    if (this.#loaded !== undefined) return this.#loaded
    const run = this.#store.find(this.#run)
    if (run === undefined) throw new Problem('gone', { detail: 'This subscription was deleted.' })
    const window = new Window({
      deliveries: this.#store.open(this.#run, { now: this.#clock.steady(), restarted: this.#isFirst }),
      parkedBySubject: this.#store.parkedBySubject(this.#run),
    })
    const consumers = new Map(this.#store.consumers(this.#run).map((each) => [each.name, each]))
    const marks = this.#store.marks(this.#run)
    this.#loaded = { run, window, consumers, marks, marksChanged: false, cursorWritten: run.cursor }
    this.#isFirst = false
    return this.#loaded
  }
}
