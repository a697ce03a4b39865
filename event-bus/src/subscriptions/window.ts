import type { Claim, Delivery, DeliveryState, Failure, Leased, Settlement } from './delivery.ts'

/** Changes since the last call: changed deliveries, and settled ones. */
export interface Journal {
  put: Delivery[]
  settled: Settlement[]
}

type Offered = Pick<Delivery, 'position' | 'id' | 'subject' | 'previous' | 'time'>

interface WindowClaim extends Omit<Claim, 'leaseMs'> {
  /** By the steady clock, as `until` is, and by the wall clock. */
  now: number
  at: number
  until: number
  nextToken: () => number
}

const lowest = (deliveries: Iterable<Delivery | undefined>): Delivery | undefined => {
  let first: Delivery | undefined
  for (const each of deliveries)
    if (each !== undefined && (first === undefined || each.position < first.position)) first = each
  return first
}

/**
 * The deliveries of one subscription that are neither settled nor parked, with the rule of their order: of each subject at most one at
 * a time, the lowest position first, and none after one that is parked.
 * Does no IO and reads no clock; the caller stores the journal before it acts, or discards the window.
 */
export class Window {
  // One lane per subject, lowest position first. Only the first of a lane may be leased.
  readonly #lanes = new Map<string, Delivery[]>()
  readonly #byToken = new Map<number, Delivery>()
  readonly #parkedBySubject: Map<string, number>
  readonly #changed = new Map<number, Delivery>()
  #settled: Settlement[] = []
  #size = 0
  #parked = 0

  constructor(given: {
    deliveries: Iterable<Delivery>
    parkedBySubject: Iterable<readonly [string, number]>
  }) {
    this.#parkedBySubject = new Map(given.parkedBySubject)
    for (const count of this.#parkedBySubject.values()) this.#parked += count
    for (const delivery of given.deliveries) this.#insert(delivery)
  }

  /** How many are neither settled nor parked. */
  get size(): number {
    return this.#size
  }

  get leased(): number {
    return this.#byToken.size
  }

  get parked(): number {
    return this.#parked
  }

  /** The first in log order, undefined if there is none. */
  first(): Delivery | undefined {
    return lowest(Array.from(this.#lanes.values(), ([head]) => head))
  }

  /** The first that was never parked, undefined if there is none: replays do not move the cursor. */
  firstNeverParked(): Delivery | undefined {
    return lowest(Array.from(this.#lanes.values(), (lane) => lane.find(({ replayed }) => !replayed)))
  }

  *all(): Generator<Delivery> {
    for (const lane of this.#lanes.values()) yield* lane
  }

  /** Adds the next event of the log to its lane, or behind the parked ones of its subject. */
  offer(event: Offered, at: number): void {
    const fresh = {
      ...event,
      attempts: 0,
      firstAttemptAt: null,
      lastAttemptAt: null,
      failure: null,
      replayed: false,
    }
    if (this.#parkedBySubject.has(event.subject)) {
      this.#park({ ...fresh, state: { kind: 'parked', why: 'behind', at } })
      return
    }
    this.#note(this.#insert({ ...fresh, state: { kind: 'waiting', dueAt: 0 } }))
  }

  /** Takes parked deliveries, the lowest positions of their subjects, back to be retried. */
  replay(deliveries: readonly Delivery[]): void {
    for (const parked of deliveries) {
      this.#forgetParked(parked)
      this.#note(
        this.#insert({ ...parked, attempts: 0, replayed: true, state: { kind: 'waiting', dueAt: 0 } }),
      )
    }
  }

  /** Leases up to `max` ready deliveries, in log order. Counts the attempt. */
  claim({ now, at, max, until, consumer, nextToken }: WindowClaim): Leased[] {
    const ready: Delivery[] = []
    for (const [head] of this.#lanes.values())
      if (head?.state.kind === 'waiting' && head.state.dueAt <= now) ready.push(head)
    ready.sort((one, other) => one.position - other.position)
    return ready.slice(0, max).map((delivery) => {
      const leased: Leased = {
        ...delivery,
        attempts: delivery.attempts + 1,
        firstAttemptAt: delivery.firstAttemptAt ?? at,
        lastAttemptAt: at,
        state: { kind: 'leased', token: nextToken(), consumer, until },
      }
      this.#replaceHead(leased)
      this.#byToken.set(leased.state.token, leased)
      return leased
    })
  }

  /** The delivery of a token; undefined when it was settled, taken away, or has expired. */
  held(token: number, now: number): Leased | undefined {
    const delivery = this.#byToken.get(token)
    return delivery?.state.kind === 'leased' && delivery.state.until > now ? (delivery as Leased) : undefined
  }

  /** Those whose lease ran out. */
  overdue(now: number): Leased[] {
    return [...this.#byToken.values()].filter(
      (delivery): delivery is Leased => delivery.state.kind === 'leased' && delivery.state.until <= now,
    )
  }

  extend(delivery: Leased, until: number): void {
    const extended = { ...delivery, state: { ...delivery.state, until } }
    this.#replaceHead(extended)
    this.#byToken.set(delivery.state.token, extended)
  }

  settle(delivery: Leased, ending: Pick<Settlement, 'how' | 'reason' | 'at'>): void {
    this.#takeHead(delivery)
    this.#settled.push({ delivery, consumer: delivery.state.consumer, ...ending })
  }

  /** An attempt failed: `next` says when another may follow, or that the event is parked, with what waits behind it. */
  fail(delivery: Leased, failure: Failure, next: DeliveryState): void {
    const failed: Delivery = { ...delivery, failure, state: next }
    if (next.kind === 'parked') {
      const { position, subject } = delivery
      const followers = (this.#lanes.get(subject) ?? []).filter((other) => other.position !== position)
      this.#takeHead(delivery)
      this.#size -= followers.length
      this.#lanes.delete(subject)
      this.#park(failed)
      for (const follower of followers)
        this.#park({ ...follower, state: { kind: 'parked', why: 'behind', at: next.at } })
    } else {
      this.#byToken.delete(delivery.state.token)
      this.#replaceHead(failed)
    }
  }

  /** It never left: the attempt does not count. */
  giveBack(delivery: Leased): void {
    this.#byToken.delete(delivery.state.token)
    const attempts = delivery.attempts - 1
    this.#replaceHead({ ...delivery, attempts, state: { kind: 'waiting', dueAt: 0 } })
  }

  /** Gives up one that is parked, for good. */
  skipParked(delivery: Delivery, ending: Pick<Settlement, 'consumer' | 'reason' | 'at'>): void {
    this.#forgetParked(delivery)
    this.#settled.push({ delivery, how: 'skipped', ...ending })
  }

  /** When time alone changes what may go out: the next end of a lease, or of a backoff that is not over. */
  nextChangeAt(now: number): number | undefined {
    let next: number | undefined
    for (const [head] of this.#lanes.values()) {
      if (head === undefined || head.state.kind === 'parked') continue
      if (head.state.kind === 'waiting' && head.state.dueAt <= now) continue
      const at = head.state.kind === 'leased' ? head.state.until : head.state.dueAt
      if (next === undefined || at < next) next = at
    }
    return next
  }

  /** How many deliveries and endings have not been written down. */
  get unwritten(): number {
    return this.#changed.size + this.#settled.length
  }

  takeJournal(): Journal {
    const ended = new Set(this.#settled.map(({ delivery }) => delivery.position))
    const put = [...this.#changed.values()].filter(({ position }) => !ended.has(position))
    const settled = this.#settled
    this.#changed.clear()
    this.#settled = []
    return { put, settled }
  }

  #note(delivery: Delivery): void {
    this.#changed.set(delivery.position, delivery)
  }

  #insert(delivery: Delivery): Delivery {
    const lane = this.#lanes.get(delivery.subject)
    if (lane === undefined) this.#lanes.set(delivery.subject, [delivery])
    else {
      // What comes from the log comes last; only what is taken back may belong before others.
      const at = lane.findLastIndex(({ position }) => position < delivery.position)
      lane.splice(at + 1, 0, delivery)
    }
    this.#size += 1
    if (delivery.state.kind === 'leased') this.#byToken.set(delivery.state.token, delivery)
    return delivery
  }

  #replaceHead(delivery: Delivery): void {
    const lane = this.#lanes.get(delivery.subject)
    if (lane?.[0]?.position !== delivery.position) throw new Error('only the first of a subject is ever out')
    lane[0] = delivery
    this.#note(delivery)
  }

  #takeHead(delivery: Leased): void {
    const lane = this.#lanes.get(delivery.subject)
    if (lane?.[0]?.position !== delivery.position) throw new Error('only the first of a subject is ever out')
    lane.shift()
    if (lane.length === 0) this.#lanes.delete(delivery.subject)
    this.#byToken.delete(delivery.state.token)
    this.#size -= 1
  }

  #park(delivery: Delivery): void {
    this.#parked += 1
    this.#parkedBySubject.set(delivery.subject, (this.#parkedBySubject.get(delivery.subject) ?? 0) + 1)
    this.#note(delivery)
  }

  #forgetParked({ subject }: Delivery): void {
    const left = (this.#parkedBySubject.get(subject) ?? 0) - 1
    if (left > 0) this.#parkedBySubject.set(subject, left)
    else this.#parkedBySubject.delete(subject)
    this.#parked -= 1
  }
}
