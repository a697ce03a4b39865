import { cases } from '@logbook/chassis/testing/cases.ts'
import type { Delivery } from '@logbook/event-bus/subscriptions/delivery.ts'
import { Window } from '@logbook/event-bus/subscriptions/window.ts'
import * as fc from 'fast-check'
import { expect, it } from 'vitest'

type Step =
  | { do: 'offer'; subject: string }
  | { do: 'claim' | 'replay'; max: number }
  | { do: 'acknowledge' | 'retry' | 'park' | 'unsent'; which: number }
  | { do: 'reload' }

const endings = ['acknowledge', 'retry', 'park', 'unsent'] as const
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant('offer' as const), subject: fc.constantFrom('a', 'b', 'c') }),
  fc.record({
    do: fc.constantFrom('claim' as const, 'replay' as const),
    max: fc.integer({ min: 1, max: 3 }),
  }),
  fc.record({ do: fc.constantFrom(...endings), which: fc.nat(5) }),
  fc.constant({ do: 'reload' as const }),
)

const failure = { status: 500, reason: 'no', bodyExcerpt: null }
const ascending = (one: number, other: number) => one - other

interface Entry {
  position: number
  subject: string
  state: 'waiting' | 'out' | 'parked'
}

/** The rule said as plainly as can be: one list of what is not settled, in log order. */
class Model {
  entries: Entry[] = []
  last = 0

  #those(subject: string, state: Entry['state']): Entry[] {
    return this.entries.filter((entry) => entry.subject === subject && entry.state === state)
  }

  offer(subject: string): number {
    const state = this.#those(subject, 'parked').length > 0 ? 'parked' : 'waiting'
    this.entries.push({ position: ++this.last, subject, state })
    return this.last
  }

  claim(max: number): number[] {
    const ready = this.entries.filter(
      (entry) =>
        entry.state === 'waiting' &&
        this.#those(entry.subject, 'out').length === 0 &&
        this.#those(entry.subject, 'waiting')[0] === entry,
    )
    const taken = ready.slice(0, max)
    for (const entry of taken) entry.state = 'out'
    return taken.map(({ position }) => position)
  }

  end(kind: (typeof endings)[number], position: number): void {
    const entry = this.entries.find((each) => each.position === position)
    if (entry === undefined) return
    if (kind === 'acknowledge') this.entries.splice(this.entries.indexOf(entry), 1)
    else if (kind !== 'park') entry.state = 'waiting'
    else for (const each of this.entries) if (each.subject === entry.subject) each.state = 'parked'
  }

  replay(max: number): void {
    for (const entry of this.entries.filter(({ state }) => state === 'parked').slice(0, max))
      entry.state = 'waiting'
  }
}

/** A window, and a file that holds no more than its journals told it. */
class Journalled {
  readonly file = new Map<number, Delivery>()
  window = new Window({ deliveries: [], parkedBySubject: [] })
  #token = 0

  write(): void {
    const { put, settled } = this.window.takeJournal()
    for (const delivery of put) this.file.set(delivery.position, delivery)
    for (const { delivery } of settled) this.file.delete(delivery.position)
  }

  parked(): Delivery[] {
    const parked = [...this.file.values()].filter(({ state }) => state.kind === 'parked')
    return parked.sort((one, other) => one.position - other.position)
  }

  reload(): void {
    const counts = Map.groupBy(this.parked(), ({ subject }) => subject)
    this.window = new Window({
      deliveries: [...this.file.values()].filter(({ state }) => state.kind !== 'parked'),
      parkedBySubject: [...counts].map(([subject, { length }]) => [subject, length] as const),
    })
  }

  claim(max: number): number[] {
    const nextToken = () => ++this.#token
    const leased = this.window.claim({ now: 10, at: 10, max, until: 20, consumer: 'c', nextToken })
    return leased.map(({ position }) => position)
  }

  end(kind: (typeof endings)[number], which: number): number | undefined {
    const out = this.window.overdue(20)
    const held = out[which % Math.max(1, out.length)]
    if (held === undefined) return undefined
    if (kind === 'acknowledge') this.window.settle(held, { how: 'acknowledged', reason: null, at: 10 })
    else if (kind === 'retry') this.window.fail(held, failure, { kind: 'waiting', dueAt: 0 })
    else if (kind === 'unsent') this.window.giveBack(held)
    else this.window.fail(held, failure, { kind: 'parked', why: 'failed', at: 10 })
    return held.position
  }
}

const doBoth = (each: Step, model: Model, real: Journalled): void => {
  switch (each.do) {
    case 'offer': {
      const position = model.offer(each.subject)
      const event = { position, id: `id-${position}`, previous: position - 1, time: 0 }
      real.window.offer({ ...event, subject: each.subject }, 0)
      return
    }
    case 'claim':
      expect(real.claim(each.max)).toEqual(model.claim(each.max))
      return
    case 'replay':
      real.window.replay(real.parked().slice(0, each.max))
      model.replay(each.max)
      return
    case 'reload':
      real.reload()
      return
    default: {
      const position = real.end(each.do, each.which)
      if (position !== undefined) model.end(each.do, position)
    }
  }
}

it('the window does what the model does, and its journal restores it', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const model = new Model()
      const real = new Journalled()
      for (const each of steps) {
        doBoth(each, model, real)
        real.write()
        const open = model.entries.filter(({ state }) => state !== 'parked')
        const there = [...real.window.all()].map(({ position }) => position)
        expect(there.sort(ascending)).toEqual(open.map(({ position }) => position))
        expect(real.window.size).toBe(open.length)
        expect(real.window.parked).toBe(model.entries.length - open.length)
        expect([...real.file.keys()].sort(ascending)).toEqual(model.entries.map(({ position }) => position))
      }
    }),
    cases(150),
  )
})
