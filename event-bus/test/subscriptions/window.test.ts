import type { Delivery, DeliveryState } from '@logbook/event-bus/subscriptions/delivery.ts'
import { Window } from '@logbook/event-bus/subscriptions/window.ts'
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
  window.claim({ now, at: now, max, until, consumer: 'c', nextToken: () => ++token })
const positions = (deliveries: readonly Delivery[]) => deliveries.map(({ position }) => position)
const later: DeliveryState = { kind: 'waiting', dueAt: 50 }
const parked: DeliveryState = { kind: 'parked', why: 'failed', at: 10 }

describe('a window', () => {
  it('the window leases one of a subject at a time, lowest position first', () => {
    const window = windowOf('a', 'a', 'b', 'a', 'c')
    expect(positions(claim(window))).toEqual([1, 3, 5])
    expect(claim(window)).toEqual([])
  })

  it('the window leases the next of a subject when the one before is settled', () => {
    const window = windowOf('a', 'a')
    const [first] = claim(window)
    if (first) window.settle(first, { how: 'acknowledged', reason: null, at: 10 })
    expect(positions(claim(window))).toEqual([2])
  })

  it('a backoff holds back its subject, and no other', () => {
    const window = windowOf('a', 'a', 'b')
    const [first] = claim(window, { max: 1 })
    if (first) window.fail(first, failure, later)
    expect(positions(claim(window, { now: 49 }))).toEqual([3])
    expect(positions(claim(window, { now: 50 }))).toEqual([1])
  })

  it('parking an event parks later ones of its subject, future ones too', () => {
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

  it('an attempt that was not made is not counted', () => {
    const window = windowOf('a')
    const [first] = claim(window)
    if (first) window.giveBack(first)
    expect(claim(window)[0]?.attempts).toBe(1)
  })

  it('a token is known until its lease expires', () => {
    const window = windowOf('a')
    const [first] = claim(window, { now: 10, until: 20 })
    expect(window.held(first?.state.token ?? 0, 19)).toBe(first)
    expect(window.held(first?.state.token ?? 0, 20)).toBeUndefined()
    expect(positions(window.overdue(20))).toEqual([1])
  })
})
