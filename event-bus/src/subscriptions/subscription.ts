import { createWakeSignal } from '@logbook/chassis/async/wake-signal.ts'
import type { SubscriptionSettings } from '@logbook/contracts/http/subscriptions.ts'
import { limits } from '../limits.ts'
import { createAlarm } from './alarm.ts'
import type { Claim, Failure, Feed, Leased } from './delivery.ts'
import { createRate } from './rate.ts'
import { leaseRanOut } from './retry-policy.ts'
import type { Consumer, Moved, Run } from './rows.ts'
import {
  acknowledgedBefore,
  assertHash,
  failDelivery,
  heldOrStale,
  type Moment,
  settle,
  type Verdict,
} from './settling.ts'
import { type LogPosition, type SubscriptionParts, SubscriptionState } from './subscription-state.ts'

const faultRetryMs = 1_000

/**
 * One durable subscription. Every method that changes it returns once the change is durable, so that an attempt is counted before it is
 * made.
 */
export class Subscription {
  /** Wakes senders that wait for deliveries. */
  readonly ready = createWakeSignal()
  /** Wakes the reader of the log: there may be room again, or another position to read from. */
  readonly room = createWakeSignal()
  readonly state: SubscriptionState
  readonly #parts: SubscriptionParts
  readonly #rate = createRate()
  readonly #alarm = createAlarm({ now: () => this.#now(), ring: () => this.#tick() })
  #closed = false
  /** Why it is stopped although it is not paused. */
  fault: string | null = null

  constructor(run: number, parts: SubscriptionParts) {
    const { store, fence, clock } = parts
    this.#parts = parts
    this.state = new SubscriptionState({ run, store, fence, clock, onLoss: () => this.room.wake() })
    this.#schedule(this.#now())
  }

  get run(): Run {
    return this.state.run
  }

  ratePerSecond(): number {
    return this.#rate.perSecond(this.#now())
  }

  /** Adds events after the cursor. They become durable with the next change, or soon. */
  feed({ events, position, checksum }: Feed): void {
    let { previous } = this.run
    for (const event of events) {
      this.state.window.offer({ ...event, previous }, this.wallTimeOf(this.#now()))
      previous = event.position
    }
    this.state.change({ cursor: position, previous })
    this.state.mark(checksum)
    const { unwritten } = this.state.window
    if (
      unwritten >= limits.unwrittenDeliveriesMax ||
      this.state.cursorUnwritten >= limits.unwrittenPositionsMax
    )
      this.state.commit()
    if (events.length > 0) this.ready.wake()
  }

  /** Settles verdicts on leased deliveries, then leases others, in one commit. Stale tokens are ignored. */
  turn(wanted: { verdicts?: readonly Verdict[]; claim?: Claim }): Leased[] {
    return this.#turn(wanted, this.#moment())
  }

  /** Applies one verdict. Throws `conflict` if its token is stale. */
  settle(verdict: Verdict): void {
    const moment = this.#moment()
    heldOrStale(this.state, [verdict.token], moment.now)
    this.#turn({ verdicts: [verdict] }, moment)
  }

  /**
   * Acknowledges all of them or none, and returns the progress of their consumers. A retry with its hash gets the same answer. Throws
   * `conflict` for a stale token, and for a hash that differs from the bus's own.
   */
  acknowledge(given: { tokens: readonly number[]; hash?: string | undefined }): {
    acknowledged: number
    consumers: Consumer[]
  } {
    const moment = this.#moment()
    const tokens = [...new Set(given.tokens)]
    const before = acknowledgedBefore(this.state, { ...given, now: moment.now })
    if (before !== undefined) return { acknowledged: 0, consumers: [before] }
    const held = heldOrStale(this.state, tokens, moment.now)
    if (given.hash !== undefined) assertHash(this.state, held, given.hash)
    const verdicts = tokens.map((token, index): Verdict => {
      const hash = index === tokens.length - 1 ? given.hash : undefined
      return { kind: 'acknowledge', token, hash }
    })
    this.#turn({ verdicts }, moment)
    const names = new Set(held.map(({ state }) => state.consumer))
    return { acknowledged: tokens.length, consumers: [...names].map((name) => this.state.consumer(name)) }
  }

  /** Returns when the lease ends now, by the steady clock. Throws `conflict` if the token is stale. */
  extend({ token, leaseMs }: { token: number; leaseMs: number }): number {
    const now = this.#now()
    const [delivery] = heldOrStale(this.state, [token], now)
    if (delivery !== undefined) this.state.window.extend(delivery, now + leaseMs)
    this.#changed()
    return now + leaseMs
  }

  /** Fails leases without a holder, such as those of a killed bus, now rather than at their end. */
  giveUpLeases(reason: string): void {
    this.#expire(this.#moment(), { upTo: Number.POSITIVE_INFINITY, failure: { ...leaseRanOut, reason } })
    this.#changed()
  }

  /** Changes the settings. Read events stay; after a change of the filter the proof begins here. */
  configure(settings: SubscriptionSettings): void {
    const { settings: before, revision, origin, cursor } = this.run
    const sameChoice =
      before.subjectPrefix === settings.subjectPrefix &&
      JSON.stringify(before.types) === JSON.stringify(settings.types)
    if (before.mode !== settings.mode) this.giveUpLeases('The mode was changed.')
    this.state.change({ settings, revision: revision + 1, origin: sameChoice ? origin : cursor })
    this.#changed()
  }

  switchTo(state: Run['state'], fault: string | null = null): void {
    if (this.run.state === state) return
    this.state.change({ state, fault })
    this.#changed()
  }

  /** Moves the cursor. Deliveries parked before it stay parked. */
  reset(place: LogPosition, reason: Moved['reason']): void {
    this.state.reset(place, { at: new Date(this.wallTimeOf(this.#now())).toISOString(), reason })
    this.#schedule(this.#now())
    this.#wake()
  }

  /** Makes any other change durable, and wakes all waiters. */
  change(make: (state: SubscriptionState) => void): void {
    make(this.state)
    this.#changed()
  }

  /** Stores what is unstored, and ends its timer. */
  close(): void {
    if (this.#closed) return
    this.abandon()
    this.state.flush()
  }

  /** Ends its timer without storing: it was deleted. */
  abandon(): void {
    this.#closed = true
    this.#alarm.stop()
    this.#wake()
  }

  get closed(): boolean {
    return this.#closed
  }

  /** Converts a time of the steady clock to the wall clock. Milliseconds since 1970. */
  wallTimeOf(steadyMs: number): number {
    return steadyMs + this.#parts.clock.now().getTime() - this.#now()
  }

  #now(): number {
    return this.#parts.clock.steady()
  }

  #moment(): Moment {
    return { now: this.#now(), at: this.wallTimeOf(this.#now()), random: this.#parts.random }
  }

  #wake(): void {
    this.ready.wake()
    this.room.wake()
  }

  #changed(): void {
    const since = this.#now()
    this.state.commit()
    this.#schedule(since)
    this.#wake()
  }

  #turn(
    { verdicts = [], claim }: { verdicts?: readonly Verdict[]; claim?: Claim },
    moment: Moment,
  ): Leased[] {
    if (this.#closed) return []
    let acknowledged = 0
    for (const verdict of verdicts) {
      const delivery = this.state.window.held(verdict.token, moment.now)
      if (delivery !== undefined && settle(this.state, delivery, { verdict, ...moment })) acknowledged += 1
    }
    const leased = claim === undefined ? [] : this.#claim(claim, moment)
    if (leased.length > 0 || verdicts.length > 0) this.state.commit()
    this.#rate.add(acknowledged, moment.now)
    this.#schedule(moment.now)
    if (verdicts.length > 0) this.#wake()
    return leased
  }

  #claim({ max, leaseMs, consumer }: Claim, moment: Moment): Leased[] {
    const { now, at } = moment
    this.#expire(moment, { upTo: now, failure: leaseRanOut })
    if (this.run.state !== 'active' || max < 1) return []
    this.state.admitConsumer(consumer)
    const nextToken = () => this.#parts.fence.next()
    const leased = this.state.window.claim({ now, at, max, until: now + leaseMs, consumer, nextToken })
    this.state.change({ attempts: this.run.attempts + leased.length })
    return leased
  }

  #expire(moment: Moment, { upTo, failure }: { upTo: number; failure: Failure }): number {
    const overdue = this.state.window.overdue(upTo)
    for (const delivery of overdue) failDelivery(this.state, delivery, { failure, delayMs: 0, ...moment })
    return overdue.length
  }

  /**
   * Leases and backoffs end by themselves; waiters are then woken. `since` is the time of the last check: what became due after it,
   * even during the commit, still wakes them.
   */
  #schedule(since: number): void {
    this.#alarm.set(this.state.window.nextChangeAt(since))
  }

  #tick(): void {
    try {
      const moment = this.#moment()
      if (this.#expire(moment, { upTo: moment.now, failure: leaseRanOut }) > 0) this.#changed()
      else this.#schedule(moment.now)
    } catch (error) {
      this.fault = error instanceof Error ? error.message : String(error)
      this.#alarm.set(this.#now() + faultRetryMs)
    }
    this.ready.wake()
  }
}
