import { cases } from '@logbook/chassis/testing/cases.ts'
import { appendToModel, type Entry, type ModelAppend } from '@logbook/chassis/testing/log-store-model.ts'
import { createParser } from 'eventsource-parser'
import * as fc from 'fast-check'
import { expect, it, vi } from 'vitest'
import { startTimedBus, tokens } from './subscriptions/running.ts'

const verdicts = ['ack', 'ack', 'retry', 'park', 'skip'] as const

type Step =
  /** Writers that all send at once. */
  | { do: 'write'; appends: ModelAppend[] }
  | { do: 'join' | 'leave'; follower: number }
  | { do: 'claim'; max: number }
  | { do: (typeof verdicts)[number]; which: number }
  /** The holder of a lease has died: it runs out. */
  | { do: 'die' | 'replay' | 'restart' }

// Few ids, streams and contents, so that repeats and conflicts are common.
const someEvent = fc.record({
  id: fc.nat({ max: 25 }).map((n) => `id-${n}`),
  subject: fc.constantFrom('a', 'b'),
  data: fc.constantFrom(1, 1, 2),
  expectedversion: fc.constantFrom('any', 'any', 'none', 0, 1, 2, 3),
}) as fc.Arbitrary<ModelAppend[number]>
const follower = fc.nat({ max: 1 })
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    arbitrary: fc.record({
      do: fc.constant('write' as const),
      appends: fc.array(fc.array(someEvent, { minLength: 1, maxLength: 2 }), { minLength: 1, maxLength: 4 }),
    }),
    weight: 3,
  },
  { arbitrary: fc.record({ do: fc.constantFrom('join' as const, 'leave' as const), follower }), weight: 2 },
  {
    arbitrary: fc.record({ do: fc.constant('claim' as const), max: fc.integer({ min: 1, max: 3 }) }),
    weight: 3,
  },
  { arbitrary: fc.record({ do: fc.constantFrom(...verdicts), which: fc.nat(3) }), weight: 3 },
  {
    arbitrary: fc.record({ do: fc.constantFrom('die' as const, 'replay' as const, 'restart' as const) }),
    weight: 1,
  },
)

const orders = <Item>(items: readonly Item[]): Item[][] =>
  items.length === 0
    ? [[]]
    : items.flatMap((item, at) => orders(items.toSpliced(at, 1)).map((rest) => [item, ...rest]))

type Bus = Awaited<ReturnType<typeof startTimedBus>>

/** A reader of server-sent events that goes on from what it saw last, as an EventSource does. */
class Follower {
  readonly seen: number[] = []
  #last = ''
  #reading: { leave: AbortController; ended: Promise<void> } | undefined

  async join(url: string): Promise<void> {
    if (this.#reading) return
    const leave = new AbortController()
    const headers = {
      Accept: 'text/event-stream',
      ...(this.#last === '' ? {} : { 'Last-Event-ID': this.#last }),
    }
    const { body } = await fetch(`${url}/events`, { headers, signal: leave.signal })
    const parser = createParser({
      onEvent: ({ id = '', event }) => {
        this.#last = id
        if (event === undefined) this.seen.push(Number(id))
      },
    })
    const decoder = new TextDecoder()
    const read = async () => {
      for await (const chunk of body ?? []) parser.feed(decoder.decode(chunk, { stream: true }))
    }
    this.#reading = { leave, ended: read().catch(() => {}) }
  }

  async leave(): Promise<void> {
    this.#reading?.leave.abort()
    await this.#reading?.ended
    this.#reading = undefined
  }
}

/** The bus, and beside it what must be true of it: one array of what was recorded, one map of what was settled. */
class World {
  readonly log: Entry[] = []
  readonly settled = new Set<number>()
  readonly followers = [new Follower(), new Follower()]
  readonly #bus: Bus
  #held: { token: number; position: number; subject: string }[] = []
  #lastToken = 0
  #place = 0

  constructor(bus: Bus) {
    this.#bus = bus
  }

  async #write(appends: readonly ModelAppend[]): Promise<void> {
    const answers = await Promise.all(
      appends.map(async (events) => {
        const body = events.map((event) => ({ type: 'Happened', ...event }))
        const answer = await this.#bus.ask<{ position: number }[] & { code?: string }>('POST', '/events', {
          body,
        })
        if (answer.status >= 300) return answer.body.code
        return `${answer.status === 201 ? 'recorded' : 'repeated'} ${answer.body.map(({ position }) => position)}`
      }),
    )
    // Requests at once happened in some order: there must be one in which the model answers like the bus.
    const explained = orders([...appends.keys()]).find((order) => {
      const log = [...this.log]
      return order.every((at) => appendToModel(log, appends[at] ?? []) === answers[at])
    })
    expect(explained, `no order explains the answers ${JSON.stringify(answers)}`).toBeDefined()
    for (const at of explained ?? []) appendToModel(this.log, appends[at] ?? [])
  }

  async claim(body: { max: number; waitMs: number }) {
    const claimed = await this.#bus.claim('readers', body)
    for (const { token, event } of claimed) {
      const { position, subject } = event
      expect(this.log[position - 1], 'what is delivered stands in the log').toMatchObject({
        id: event.id,
        subject,
      })
      expect(this.#lastToken, 'tokens rise').toBeLessThan(token)
      this.#lastToken = token
      const held = this.#held.filter((one) => one.subject === subject)
      expect(held, 'one of a subject is out at a time').toEqual([])
      const before = this.log.flatMap((one, at) =>
        one.subject === subject && at + 1 < position ? [at + 1] : [],
      )
      expect(
        before.filter((one) => !this.settled.has(one)),
        'nothing overtakes its subject',
      ).toEqual([])
      expect(this.settled.has(position), 'what was settled does not come again').toBe(false)
      this.#held.push({ token, position, subject })
    }
    return claimed
  }

  async #say(verdict: (typeof verdicts)[number], which: number): Promise<void> {
    const [held] = this.#held.splice(which % Math.max(1, this.#held.length), 1)
    if (held === undefined) return
    const { token, position } = held
    const [verb, body] = verdict === 'ack' ? ['ack', { token }] : ['nack', { token, action: verdict }]
    expect((await this.#bus.post('readers', verb as string, body as object)).status).toBeLessThan(300)
    if (verdict === 'ack' || verdict === 'skip') this.settled.add(position)
    expect((await this.#bus.post('readers', 'ack', { token })).status, 'a stale token is refused').toBe(409)
  }

  #letLeasesRunOut(): void {
    this.#bus.pass(60_000)
    this.#held = []
  }

  async do(each: Step): Promise<void> {
    await this.#act(each)
    const { place } = await this.#bus.status('readers')
    expect(place, 'the place never goes back').toBeGreaterThanOrEqual(this.#place)
    this.#place = place
  }

  async #act(each: Step): Promise<unknown> {
    switch (each.do) {
      case 'write':
        return await this.#write(each.appends)
      case 'join':
        return await this.followers[each.follower]?.join(this.#bus.url())
      case 'leave':
        return await this.followers[each.follower]?.leave()
      case 'claim':
        return await this.claim({ max: each.max, waitMs: 5 })
      case 'die':
        return this.#letLeasesRunOut()
      case 'replay':
        return await this.#bus.post('readers', 'parked/replay', {})
      case 'restart':
        await Promise.all(this.followers.map((one) => one.leave()))
        return await this.#bus.restart()
      default:
        return await this.#say(each.do, each.which)
    }
  }

  /** Consumers that take everything and followers that stay: at the end all have all, once and in order. */
  async finish(): Promise<void> {
    const all = this.log.map((_, index) => index + 1)
    for (const one of this.followers) await one.join(this.#bus.url())
    await vi.waitFor(async () => {
      this.#letLeasesRunOut()
      await this.#bus.post('readers', 'parked/replay', {})
      const claimed = await this.claim({ max: 100, waitMs: 5 })
      if (claimed.length > 0) await this.#bus.post('readers', 'ack', { tokens: tokens(claimed) })
      for (const { event } of claimed) this.settled.add(event.position)
      this.#held = []
      expect(
        [...this.settled].sort((one, other) => one - other),
        'everything is settled',
      ).toEqual(all)
    })
    for (const { seen } of this.followers)
      await vi.waitFor(() => expect(seen.length).toBeGreaterThanOrEqual(all.length))
    for (const { seen } of this.followers) expect(seen, 'a follower sees all, once, in order').toEqual(all)
    const { body } = await this.#bus.ask<Entry[]>('GET', '/events?limit=1000')
    expect(body.map(({ id, subject, data }) => ({ id, subject, data }))).toEqual(this.log)
    expect(await this.#bus.proof('readers')).toMatchObject({
      ok: true,
      upTo: all.length,
      expected: all.length,
    })
  }
}

it('the bus does over HTTP what the model does, with concurrent writers, followers, claims and kills', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30, size: 'max' }), async (steps) => {
      const bus = await startTimedBus()
      const world = new World(bus)
      try {
        await bus.put('readers', {
          mode: 'pull',
          attempts: 3,
          leaseMs: 30_000,
          backoff: { initialMs: 10, maxMs: 20 },
        })
        for (const each of steps) await world.do(each)
        await world.finish()
      } finally {
        await Promise.all(world.followers.map((one) => one.leave()))
        await bus.end()
      }
    }),
    // Enough for a counterexample to be shrunk and printed before the test runs out of time.
    { ...cases(10), interruptAfterTimeLimit: 40_000 },
  )
})
