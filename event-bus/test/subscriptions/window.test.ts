import type { Delivery, DeliveryState } from '@logbook/event-bus/subscriptions/delivery.ts'
import { Window } from '@logbook/event-bus/subscriptions/window.ts'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const failure = { status: 500, reason: 'no', bodyExcerpt: null }
const offered = (position: number, subject: string) => ({
  ...{ position, subject, id: `id-${position}`, previous: position - 1, time: 0 },
})
const windowOf = (...subjects: string[]) => {
  const window = new Window({ deliveries: [], parkedBySubject: [] })
  for (const [index, subject] of subjects.entries()) window.offer(offered(index + 1, subject), 0)
  return window
}
let token = 0
const claim = (window: Window, { max = 100, now = 10, until = 20 } = {}) =>
  window.claim({ now, max, until, consumer: 'c', nextToken: () => ++token })
const positions = (deliveries: readonly Delivery[]) => deliveries.map(({ position }) => position)
const later: DeliveryState = { kind: 'waiting', dueAt: 50 }
const parked: DeliveryState = { kind: 'parked', why: 'failed', at: 10 }

describe('a window', () => {
  it('lets out one of a subject at a time, lowest position first', () => {
    const window = windowOf('a', 'a', 'b', 'a', 'c')
    expect(positions(claim(window))).toEqual([1, 3, 5])
    expect(claim(window)).toEqual([])
  })

  it('lets the next of a subject out when the one before it is settled', () => {
    const window = windowOf('a', 'a')
    const [first] = claim(window)
    if (first) window.settle(first, { how: 'acknowledged', reason: null, at: 10 })
    expect(positions(claim(window))).toEqual([2])
  })

  it('keeps a subject back until the backoff of its first is over, and no other subject', () => {
    const window = windowOf('a', 'a', 'b')
    const [first] = claim(window, { max: 1 })
    if (first) window.fail(first, failure, later)
    expect(positions(claim(window, { now: 49 }))).toEqual([3])
    expect(positions(claim(window, { now: 50 }))).toEqual([1])
  })

  it('parks an event with the later ones of its subject, those to come too', () => {
    const window = windowOf('a', 'a', 'b')
    const [first] = claim(window, { max: 1 })
    if (first) window.fail(first, failure, parked)
    window.offer(offered(4, 'a'), 11)
    window.offer(offered(5, 'b'), 11)
    expect(window.parked).toBe(3)
    expect(positions(claim(window))).toEqual([3])
    const written = window.takeJournal().put.map(({ position, state }) => [position, state.kind])
    expect(written.sort()).toEqual([
      [1, 'parked'],
      [2, 'parked'],
      [3, 'leased'],
      [4, 'parked'],
      [5, 'waiting'],
    ])
  })

  it('does not count an attempt that was never made', () => {
    const window = windowOf('a')
    const [first] = claim(window)
    if (first) window.giveBack(first)
    expect(claim(window)[0]?.attempts).toBe(1)
  })

  it('knows a token only until its lease runs out', () => {
    const window = windowOf('a')
    const [first] = claim(window, { now: 10, until: 20 })
    expect(window.held(first?.state.token ?? 0, 19)).toBe(first)
    expect(window.held(first?.state.token ?? 0, 20)).toBeUndefined()
    expect(positions(window.overdue(20))).toEqual([1])
  })
})

type Step =
  | { kind: 'offer'; subject: string }
  | { kind: 'claim'; max: number }
  | { kind: 'acknowledge' | 'retry' | 'park' | 'giveBack'; which: number }
  | { kind: 'replay'; max: number }
  | { kind: 'reload' }

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('offer' as const), subject: fc.constantFrom('a', 'b', 'c') }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('claim' as const), max: fc.integer({ min: 1, max: 3 }) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constantFrom('acknowledge' as const, 'retry' as const, 'park' as const, 'giveBack' as const),
      which: fc.nat(5),
    }),
  },
  fc.record({ kind: fc.constant('replay' as const), max: fc.integer({ min: 1, max: 4 }) }),
  fc.constant({ kind: 'reload' as const }),
)

it('does what the rule says, for any steps, and its journal is enough to go on from', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      // The model: every event that is not settled, in log order, with the state it is in.
      const model = new Map<number, { subject: string; state: 'waiting' | 'out' | 'parked' }>()
      const file = new Map<number, Delivery>()
      let window = new Window({ deliveries: [], parkedBySubject: [] })
      let last = 0
      const write = () => {
        const { put, settled } = window.takeJournal()
        for (const delivery of put) file.set(delivery.position, delivery)
        for (const { delivery } of settled) file.delete(delivery.position)
      }
      const inOrder = () => [...model].sort(([one], [other]) => one - other)
      const mayGo = () =>
        inOrder().flatMap(([position, { subject, state }]) => {
          const before = inOrder().some(
            ([other, each]) => other < position && each.subject === subject && each.state !== 'parked',
          )
          return state === 'waiting' && !before ? [position] : []
        })
      for (const each of steps) {
        const out = [...window.all()].filter(({ state }) => state.kind === 'leased')
        if (each.kind === 'offer') {
          last += 1
          const behind = inOrder().some(([, one]) => one.subject === each.subject && one.state === 'parked')
          model.set(last, { subject: each.subject, state: behind ? 'parked' : 'waiting' })
          window.offer(offered(last, each.subject), 0)
        } else if (each.kind === 'claim') {
          const wanted = mayGo().slice(0, each.max)
          expect(positions(claim(window, { max: each.max }))).toEqual(wanted)
          for (const position of wanted)
            model.set(position, { subject: model.get(position)?.subject ?? '', state: 'out' })
        } else if (each.kind === 'replay') {
          const some = [...file.values()].filter(({ state }) => state.kind === 'parked')
          const taken = some.sort((one, other) => one.position - other.position).slice(0, each.max)
          window.replay(taken)
          for (const { position, subject } of taken) model.set(position, { subject, state: 'waiting' })
        } else if (each.kind === 'reload') {
          const counts = Map.groupBy(
            [...file.values()].filter(({ state }) => state.kind === 'parked'),
            ({ subject }) => subject,
          )
          window = new Window({
            deliveries: [...file.values()].filter(({ state }) => state.kind !== 'parked'),
            parkedBySubject: [...counts].map(([subject, all]) => [subject, all.length] as const),
          })
        } else {
          const state = out[each.which % Math.max(1, out.length)]?.state
          const held = window.held(state?.kind === 'leased' ? state.token : 0, 10)
          if (held === undefined) continue
          const { position, subject } = held
          if (each.kind === 'acknowledge') {
            window.settle(held, { how: 'acknowledged', reason: null, at: 10 })
            model.delete(position)
          } else if (each.kind === 'retry') {
            window.fail(held, failure, { kind: 'waiting', dueAt: 0 })
            model.set(position, { subject, state: 'waiting' })
          } else if (each.kind === 'giveBack') {
            window.giveBack(held)
            model.set(position, { subject, state: 'waiting' })
          } else {
            window.fail(held, failure, parked)
            for (const [other, one] of inOrder())
              if (one.subject === subject && one.state !== 'parked')
                model.set(other, { subject, state: 'parked' })
          }
        }
        write()
        const there = inOrder().filter(([, { state }]) => state !== 'parked')
        expect(positions([...window.all()]).sort((one, other) => one - other)).toEqual(
          there.map(([position]) => position),
        )
        expect(window.size).toBe(there.length)
        expect(window.parked).toBe(model.size - there.length)
        expect([...file.keys()].sort((one, other) => one - other)).toEqual(
          inOrder().map(([position]) => position),
        )
      }
    }),
    { numRuns: 300 },
  )
})
