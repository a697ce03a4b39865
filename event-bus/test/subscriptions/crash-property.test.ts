import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cases } from '@logbook/chassis/testing/cases.ts'
import { putSubscription } from '@logbook/contracts/http/subscriptions.ts'
import type { Leased } from '@logbook/event-bus/subscriptions/delivery.ts'
import { replayParked } from '@logbook/event-bus/subscriptions/parked.ts'
import { subscriptionStore } from '@logbook/event-bus/subscriptions/store.ts'
import { Subscription } from '@logbook/event-bus/subscriptions/subscription.ts'
import { createFence } from '@logbook/event-bus/subscriptions/subscription-state.ts'
import { openSubscriptions } from '@logbook/event-bus/subscriptions/tables.ts'
import * as fc from 'fast-check'
import { expect, it } from 'vitest'

const attempts = 3
const settings = putSubscription.parse({ mode: 'pull', attempts, backoff: { initialMs: 8, maxMs: 32 } })
const leaseMs = 20
const failure = { status: null, reason: 'no', bodyExcerpt: null }

type Step =
  | { do: 'append'; subject: string }
  | { do: 'feed'; count: number }
  | { do: 'claim'; max: number }
  | { do: 'acknowledge' | 'retry' | 'park' | 'skip' | 'extend'; which: number }
  | { do: 'wait'; ms: number }
  | { do: 'replay'; max: number }
  | { do: 'crash' }

const kinds = ['acknowledge', 'acknowledge', 'retry', 'park', 'skip', 'extend'] as const
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant('append' as const), subject: fc.constantFrom('a', 'b', 'c') }),
  fc.record({ do: fc.constant('feed' as const), count: fc.integer({ min: 1, max: 4 }) }),
  fc.record({ do: fc.constant('claim' as const), max: fc.integer({ min: 1, max: 3 }) }),
  fc.record({ do: fc.constantFrom(...kinds), which: fc.nat(6) }),
  fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 40 }) }),
  fc.record({ do: fc.constant('replay' as const), max: fc.integer({ min: 1, max: 3 }) }),
  fc.constant({ do: 'crash' as const }),
)

/** A subscription over a file, with a log of subjects beside it, a clock that is set, and what every claimer was told. */
class World {
  readonly #folder = mkdtempSync(join(tmpdir(), 'logbook-crash-'))
  readonly log: string[] = []
  readonly told: Leased[] = []
  readonly settled = new Map<number, 'acknowledged' | 'skipped'>()
  readonly attempts = new Map<number, number>()
  now = 1_000
  run = 0
  db = openSubscriptions(join(this.#folder, 's.sqlite'))
  subscription = this.#open()

  #open(): Subscription {
    const store = subscriptionStore(this.db)
    if (this.run === 0)
      this.run = store.create({
        ...{ name: 's', revision: 1, settings, state: 'active', fault: null, createdAt: 0 },
        ...{ origin: 0, cursor: 0, previous: 0, sequence: 0, attempts: 0, acknowledged: 0, skipped: 0 },
        ...{ logId: null, logEpoch: null, moved: null },
      }).run
    const fence = createFence(store.lastToken())
    const clock = { now: () => new Date(this.now), steady: () => this.now }
    return new Subscription(this.run, { store, fence, clock, random: () => 1 })
  }

  /** Everything that was only in memory is gone, as after kill -9. */
  crash(): void {
    this.subscription.abandon()
    this.db.close()
    this.db = openSubscriptions(join(this.#folder, 's.sqlite'))
    this.subscription = this.#open()
    // A lease that was not yet found expired begins again, and is no longer than before.
    for (const told of this.told) {
      const until = this.subscription.state.window.held(told.state.token, this.now)?.state.until ?? 0
      expect(until).toBeLessThanOrEqual(this.now + leaseMs)
      told.state.until = until
    }
  }

  feed(count: number): void {
    const { cursor } = this.subscription.run
    const events = this.log.slice(cursor, cursor + count).map((subject, index) => {
      const position = cursor + index + 1
      return { position, subject, id: `id-${position}`, time: 0 }
    })
    if (events.length > 0) this.subscription.feed({ events, position: cursor + events.length, checksum: '' })
  }

  claim(max: number): Leased[] {
    const leased = this.subscription.turn({ claim: { max, leaseMs, consumer: 'c' } })
    for (const delivery of leased) {
      const { position, subject, state } = delivery
      const holders = this.told.filter((one) => one.state.until > this.now && !this.settled.has(one.position))
      expect(this.settled.has(position), `${position} is delivered though it is settled`).toBe(false)
      expect(
        this.told.every((one) => one.state.token < state.token),
        'tokens rise',
      ).toBe(true)
      expect(
        holders.filter((one) => one.subject === subject),
        'one of a subject at a time',
      ).toEqual([])
      const before = this.log
        .slice(0, position - 1)
        .flatMap((other, index) => (other === subject ? [index + 1] : []))
      expect(
        before.filter((other) => !this.settled.has(other)),
        'nothing overtakes its subject',
      ).toEqual([])
      this.told.push(delivery)
    }
    return leased
  }

  #forget(token: number): void {
    const index = this.told.findIndex(({ state }) => state.token === token)
    const [told] = this.told.splice(index, 1)
    // It stays in mind as somebody's, whose lease is over.
    if (told) this.told.push({ ...told, state: { ...told.state, until: 0 } })
  }

  say(kind: (typeof kinds)[number], which: number): void {
    const told = this.told[which % Math.max(1, this.told.length)]
    if (told === undefined) return
    const { position, state } = told
    const { token } = state
    const held = state.until > this.now && !this.settled.has(position)
    const act = () => {
      if (kind === 'acknowledge') this.subscription.acknowledge({ tokens: [token] })
      else if (kind === 'extend') this.subscription.extend({ token, leaseMs })
      else if (kind === 'skip') this.subscription.settle({ kind, token, reason: '' })
      else this.subscription.settle({ kind, token, failure, delayMs: 0 })
    }
    if (!held) {
      expect(act, 'a stale token is refused').toThrow('The lease has ended')
      return
    }
    act()
    if (kind === 'acknowledge') this.settled.set(position, 'acknowledged')
    else if (kind === 'skip') this.settled.set(position, 'skipped')
    if (kind === 'extend') {
      this.#forget(token)
      this.told.pop()
      this.told.push({ ...told, state: { ...state, until: this.now + leaseMs } })
    } else this.#forget(token)
  }

  do(each: Step): void {
    switch (each.do) {
      case 'append':
        this.log.push(each.subject)
        return
      case 'feed':
        this.feed(each.count)
        return
      case 'claim':
        this.claim(each.max)
        return
      case 'wait':
        this.now += each.ms
        return
      case 'replay':
        replayParked(this.subscription, subscriptionStore(this.db), { max: each.max })
        return
      case 'crash':
        this.crash()
        return
      default:
        this.say(each.do, each.which)
    }
  }

  /** A consumer that takes everything, until nothing is left. */
  drain(): void {
    for (let round = 0; this.settled.size < this.log.length; round++) {
      expect(round, 'something is lost or stuck').toBeLessThan(200)
      this.feed(100)
      replayParked(this.subscription, subscriptionStore(this.db), { max: 100 })
      for (const { position, state } of this.claim(100)) {
        this.subscription.acknowledge({ tokens: [state.token] })
        this.settled.set(position, 'acknowledged')
      }
      this.now += 50
    }
  }

  close(): void {
    this.subscription.abandon()
    this.db.close()
    rmSync(this.#folder, { recursive: true })
  }
}

it('subscriptions lose nothing, lease nothing twice and keep the order, whatever fails in between', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 50 }), (steps) => {
      const world = new World()
      try {
        for (const each of steps) world.do(each)
        world.drain()
        const rows = world.db.prepare('SELECT position, skipped_at FROM settled ORDER BY position').all()
        const wanted = [...world.settled].sort(([one], [other]) => one - other)
        expect(rows.map((row) => (row as { position: number }).position)).toEqual(
          wanted.map(([position]) => position),
        )
        expect(world.subscription.run).toMatchObject({
          cursor: world.log.length,
          attempts: world.told.length,
        })
        expect(world.subscription.state.window).toMatchObject({ size: 0, leased: 0, parked: 0 })
      } finally {
        world.close()
      }
    }),
    cases(100),
  )
})
