import { openDatabase } from '@logbook/chassis/files/sqlite.ts'
import { silentLogger } from '@logbook/chassis/logger.ts'
import { Problem } from '@logbook/chassis/problem.ts'
import { cases } from '@logbook/chassis/testing/cases.ts'
import { testLog } from '@logbook/chassis/testing/test-log.ts'
import type { RecordedEvent } from '@logbook/contracts/envelope.ts'
import type { LogbookEvent } from '@logbook/contracts/events/catalog.ts'
import { decodeEvent } from '@logbook/contracts/events/decode.ts'
import { postCreated } from '@logbook/contracts/examples/posts.ts'
import { sumFigures } from '@logbook/query/figures/sum.ts'
import { createProjections, migrations } from '@logbook/query/projections/all.ts'
import fc from 'fast-check'
import { Registry } from 'prom-client'
import { expect, it } from 'vitest'
import { createViews } from '../src/views/views.ts'

const postIds = [1, 2].map((n) => `01970000-0000-7000-8000-00000000000${n}`)
const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'
const days = ['2026-03-01', '2026-03-02']

/** A bus that does what the case says with each append: takes it, refuses it, or takes it and loses the answer. */
const moodyBus = (log: ReturnType<typeof testLog>, moods: readonly string[]) => {
  let at = 0
  return {
    append: async (...request: Parameters<typeof log.bus.append>) => {
      const mood = moods[at++] ?? 'takes'
      if (mood === 'refuses') throw new Problem('unavailable', { detail: 'Away.' })
      const placed = await log.bus.append(...request)
      if (mood === 'loses the answer') throw new Problem('unavailable', { detail: 'Away.' })
      return placed
    },
  }
}

const gateway = (log: ReturnType<typeof testLog>, moods: readonly string[]) => {
  let [now, network] = ['', '']
  const views = createViews({
    ...{ bus: moodyBus(log, moods), everyMs: 3_600_000, clients: { networkOf: () => network } },
    ...{ publicHost: 'blog.example', metrics: new Registry(), logger: silentLogger },
    clock: { now: () => new Date(now) },
  })
  return {
    record: views.record,
    open({ day, post, reader, referrer }: { day: number; post: number; reader: number; referrer: boolean }) {
      now = `${days[day]}T12:00:00Z`
      network = `network ${reader}`
      const headers = {
        ...{ accept: 'text/html', 'user-agent': firefox },
        ...(referrer ? { referer: 'https://news.example.org/' } : {}),
      }
      const req = { method: 'GET', headers } as Parameters<typeof views.observerOf>[0]['req']
      views.observerOf({ req, destination: { to: 'client' } }, {})?.(`${postIds[post]} UTC`)
    },
  }
}

/** The figures of a view that has read these events. */
const figuresOf = async (events: readonly RecordedEvent[]) => {
  const db = openDatabase({ file: ':memory:', migrations, durability: 'normal' })
  const projections = createProjections(db)
  for (const id of postIds) projections.apply(postCreated({ id, slug: id }) as LogbookEvent)
  for (const event of events) {
    const decoded = decodeEvent(event)
    if (decoded.kind === 'event' && decoded.event.type === 'PostViewsCounted')
      projections.figures.apply(decoded.event)
  }
  const wanted = { days, personId: null, postId: null, projection: () => projections.figures }
  const figures = await sumFigures(wanted)
  db.close()
  return figures
}

const step = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('open' as const),
      ...{ gateway: fc.nat(2), post: fc.nat(1), reader: fc.nat(5), referrer: fc.boolean() },
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('record' as const), gateway: fc.nat(2) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('next day' as const) }) },
)
const mood = fc.constantFrom('takes', 'refuses', 'loses the answer')

it('views add up to the same however they are split over gateways and records, whatever is refused, lost, repeated or out of order', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 60 }),
      fc.array(mood, { maxLength: 20 }),
      fc.infiniteStream(fc.nat(1_000)),
      async (steps, moods, order) => {
        const log = testLog()
        const gateways = [0, 1, 2].map(() => gateway(log, moods))
        const views = new Map<string, number>()
        const readers = new Set<string>()
        let day = 0
        for (const each of steps) {
          if (each.kind === 'next day') day = 1
          else if (each.kind === 'record') await gateways[each.gateway]?.record()
          else {
            gateways[each.gateway]?.open({ ...each, day })
            const name = `${each.gateway} ${day} ${each.post} ${each.reader}`
            readers.add(name)
            views.set(name, Math.min(20, (views.get(name) ?? 0) + 1))
          }
        }
        for (const { record } of gateways) for (let tries = 0; tries <= moods.length; tries++) await record()

        const events = await log.events()
        const found = await figuresOf(events)
        const sum = (name: 'views' | 'readers') => found.posts.reduce((total, each) => total + each[name], 0)
        expect(sum('views')).toBe([...views.values()].reduce((total, each) => total + each, 0))
        expect(sum('readers')).toBe(readers.size)
        const ofDay = (n: number) => [...readers].filter((name) => name.split(' ')[1] === String(n)).length
        expect(found.days.map(({ day: of, readers: count }) => [of, count])).toEqual(
          days.map((of, n) => [of, ofDay(n)]),
        )
        const shuffled = [...events, ...events]
          .map((event) => ({ event, at: order.next().value }))
          .sort((one, other) => one.at - other.at)
          .map(({ event }) => event)
        expect(await figuresOf(shuffled)).toEqual(found)
      },
    ),
    cases(40),
  )
})
