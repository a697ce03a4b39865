import type { Clock } from '@logbook/chassis/clock.ts'
import { createWakeSignal } from '@logbook/chassis/log/wake-signal.ts'
import { notFound, Problem } from '@logbook/chassis/problem.ts'
import type { SubscriptionSettings } from '@logbook/contracts/http/subscriptions.ts'
import { limits } from '../limits.ts'
import type { Delivery, Failure, Leased } from './delivery.ts'
import { createRate } from './rate.ts'
import { leaseRanOut } from './retry-policy.ts'
import type { Consumer, Run } from './rows.ts'
import { assertHash, failDelivery, heldOrStale, type Moment, settle, type Verdict } from './settling.ts'
import type { SubscriptionStore } from './store.ts'
import { type Fence, SubscriptionState } from './subscription-state.ts'

export interface SubscriptionParts {
  store: SubscriptionStore
  fence: Fence
  clock: Clock
  /** From 0 to 1, for the jitter. */
  random: () => number
}

export interface Claim {
  max: number
  leaseMs: number
  consumer: string
}

/** A page of the log, as far as it is this subscription's. */
export interface Feed {
  events: readonly Pick<Delivery, 'position' | 'id' | 'subject' | 'time'>[]
  position: number
}

// What may be read again after a crash for want of a commit of its own.
const unwrittenDeliveriesMax = 500
const unwrittenPositionsMax = 10_000
const timerMsMax = 60_000
const faultRetryMs = 1_000

/**
 * One durable subscription. Every method that changes it returns only when the change is durable, so that what a caller does
 * next, a delivery above all, is remembered whatever happens: the attempt is counted before it is made.
 */
export class Subscription {
  /** Wakes whoever waits for deliveries to go out: it may be worth looking again. */
  readonly ready = createWakeSignal()
  /** Wakes whoever reads the log for it: there may be room again, or another place to read from. */
  readonly room = createWakeSignal()
  readonly state: SubscriptionState
  readonly #parts: SubscriptionParts
  readonly #rate = createRate()
  #timer: NodeJS.Timeout | undefined
  #closed = false
  /** Why it stands still at the moment, though nobody told it to. */
  fault: string | null = null

  constructor(run: number, parts: SubscriptionParts) {
    const { store, fence } = parts
    this.#parts = parts
    this.state = new SubscriptionState({ run, store, fence, onLoss: () => this.room.wake() })
    this.#schedule()
  }

  get run(): Run {
    return this.state.run
  }

  ratePerSecond(): number {
    return this.#rate.perSecond(this.#now())
  }

  /** Takes what the log holds after the cursor. Not durable by itself: it is written with what is done about it, or soon. */
  feed({ events, position }: Feed): void {
    const now = this.#now()
    let { previous } = this.run
    for (const event of events) {
      this.state.window.offer({ ...event, previous }, now)
      previous = event.position
    }
    this.state.change({ cursor: position, previous })
    const { unwritten } = this.state.window
    if (unwritten >= unwrittenDeliveriesMax || this.state.cursorUnwritten >= unwrittenPositionsMax)
      this.state.commit()
    if (events.length > 0) this.ready.wake()
  }

  /** Settles what is said of deliveries that are still held, then leases others, all in one commit. Stale tokens are passed over. */
  turn(wanted: { verdicts?: readonly Verdict[]; claim?: Claim }): Leased[] {
    return this.#turn(wanted, this.#moment())
  }

  /** Does what one verdict says. Throws `conflict` if its token is stale. */
  settle(verdict: Verdict): void {
    const moment = this.#moment()
    heldOrStale(this.state, [verdict.token], moment.now)
    this.#turn({ verdicts: [verdict] }, moment)
  }

  /**
   * Acknowledges all of them or none, and returns how far the consumers concerned are. Throws `conflict` for a stale token, or
   * a hash that is not the bus's own.
   */
  acknowledge(given: { tokens: readonly number[]; hash?: string | undefined }): Consumer[] {
    const moment = this.#moment()
    const tokens = [...new Set(given.tokens)]
    const held = heldOrStale(this.state, tokens, moment.now)
    if (given.hash !== undefined) assertHash(this.state, held, given.hash)
    const verdicts = tokens.map((token, index): Verdict => {
      const hash = index === tokens.length - 1 ? given.hash : undefined
      return { kind: 'acknowledge', token, hash }
    })
    this.#turn({ verdicts }, moment)
    const names = new Set(held.map(({ state }) => state.consumer))
    return [...names].map((name) => this.state.consumer(name))
  }

  /** Returns when the lease ends now. Throws `conflict` if the token is stale. */
  extend({ token, leaseMs }: { token: number; leaseMs: number }): number {
    const now = this.#now()
    const [delivery] = heldOrStale(this.state, [token], now)
    if (delivery !== undefined) this.state.window.extend(delivery, now + leaseMs)
    this.#changed()
    return now + leaseMs
  }

  /** Leases that nobody can hold any more, such as those of a bus that was killed, count as failures now and not at their end. */
  giveUpLeases(reason: string): void {
    this.#expire(this.#moment(), { upTo: Number.POSITIVE_INFINITY, failure: { ...leaseRanOut, reason } })
    this.#changed()
  }

  /** What is to hold from now on. What is already read stays; the proof of another choice of events begins here. */
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

  /** What goes out next stands after this position; what is parked before it stays parked. */
  reset(position: number): void {
    this.state.reset(position)
    this.#schedule()
    this.#wake()
  }

  /** Puts parked deliveries back in front of their subjects. The place in the log stays where it is. */
  replay({ subject, max }: { subject?: string | undefined; max: number }): number {
    const { window } = this.state
    if (window.size >= limits.windowMax + max)
      throw new Problem('too-many', { detail: 'Let what was replayed before be delivered.', retryAfter: 5 })
    this.state.commit()
    const parked = this.#parts.store.parked(this.run.run, { after: 0, limit: max, subject })
    window.replay(parked)
    this.#changed()
    return parked.length
  }

  /** Gives up a parked event for good, on record. Throws `not-found` if nothing is parked at that position. */
  skipParked({ position, reason }: { position: number; reason: string }): void {
    this.state.commit()
    const { run } = this.run
    const [parked] = this.#parts.store.between(run, { after: position - 1, upTo: position })
    if (parked?.state.kind !== 'parked') throw notFound(`parked event at position ${position}`)
    this.state.window.skipParked(parked, { consumer: '', reason, at: this.#now() })
    this.#changed()
  }

  /** Writes down what waited to be, and ends its timer. */
  close(): void {
    if (this.#closed) return
    this.abandon()
    this.state.commit()
  }

  /** Ends its timer and writes nothing: it was deleted. */
  abandon(): void {
    this.#closed = true
    clearTimeout(this.#timer)
    this.#wake()
  }

  get closed(): boolean {
    return this.#closed
  }

  #now(): number {
    return this.#parts.clock.now().getTime()
  }

  #moment(): Moment {
    return { now: this.#now(), random: this.#parts.random }
  }

  #wake(): void {
    this.ready.wake()
    this.room.wake()
  }

  #changed(): void {
    this.state.commit()
    this.#schedule()
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
    this.#schedule()
    if (verdicts.length > 0) this.#wake()
    return leased
  }

  #claim({ max, leaseMs, consumer }: Claim, moment: Moment): Leased[] {
    const { now } = moment
    this.#expire(moment, { upTo: now, failure: leaseRanOut })
    if (this.run.state !== 'active' || max < 1) return []
    this.state.admitConsumer(consumer)
    const nextToken = () => this.#parts.fence.next()
    const leased = this.state.window.claim({ now, max, until: now + leaseMs, consumer, nextToken })
    this.state.change({ attempts: this.run.attempts + leased.length })
    return leased
  }

  #expire(moment: Moment, { upTo, failure }: { upTo: number; failure: Failure }): number {
    const overdue = this.state.window.overdue(upTo)
    for (const delivery of overdue) failDelivery(this.state, delivery, { failure, delayMs: 0, ...moment })
    return overdue.length
  }

  /** Leases and backoffs end by themselves; whoever waits is then told to look again. */
  #schedule(): void {
    clearTimeout(this.#timer)
    if (this.#closed) return
    const now = this.#now()
    const at = this.state.window.nextChangeAt(now)
    if (at === undefined) return
    const wait = Math.min(timerMsMax, Math.max(1, at - now))
    this.#timer = setTimeout(() => this.#tick(), wait).unref()
  }

  #tick(): void {
    try {
      const moment = this.#moment()
      if (this.#expire(moment, { upTo: moment.now, failure: leaseRanOut }) > 0) this.#changed()
      else this.#schedule()
    } catch (error) {
      this.fault = error instanceof Error ? error.message : String(error)
      if (!this.#closed) this.#timer = setTimeout(() => this.#tick(), faultRetryMs).unref()
    }
    this.ready.wake()
  }
}
