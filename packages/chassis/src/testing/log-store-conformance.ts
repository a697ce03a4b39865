import type { RecordedEvent } from '@logbook/contracts/envelope.ts'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { AppendOutcome, LogStore } from '../log/log-store.ts'
import { completeEvent as event } from './complete-event.ts'
import { describeReads } from './log-store-conformance-reads.ts'
import { describeAgainstModel } from './log-store-model.ts'

/** How the suite gets at an engine. */
export interface Engine {
  store: LogStore
  /** Closes the log and opens what it left behind; absent where nothing is left behind. */
  reopen?: () => Promise<LogStore>
  /** Closes and removes whatever is open. */
  dispose: () => Promise<void>
}

export const only = <Item>(items: readonly Item[]): Item => {
  const [item, ...others] = items
  if (item === undefined || others.length > 0) throw new Error(`expected one item, got ${items.length}`)
  return item
}

export const readAll = async (store: LogStore): Promise<RecordedEvent[]> =>
  (await store.read({ after: 0, limit: 100_000 })).events.map((text) => JSON.parse(text))

const positionsOf = (outcome: AppendOutcome): number[] =>
  outcome.kind === 'refused' ? [] : outcome.events.map(({ position }) => position)

const refusalOf = (outcome: AppendOutcome) => {
  if (outcome.kind !== 'refused') throw new Error(`expected a refusal, got ${outcome.kind}`)
  return { code: outcome.problem.code, ...outcome.problem.details.extensions }
}

// Data that has broken logs: own keys named like prototypes, text that is not Unicode, texts that look like SQL or JSON.
const oddData: readonly unknown[] = [
  JSON.parse('{"__proto__": {"admin": true}, "constructor": 1, "toString": null}'),
  'lone \ud800 surrogate \udc00',
  '\u0000\u2028\u2029\ufeff "\\',
  "'); DROP TABLE events; --",
  null,
  0,
  -0.5,
  1e300,
  false,
  '',
  [],
  {},
  JSON.parse(`${'['.repeat(100)}${']'.repeat(100)}`),
  { '': { '\n': 'é'.repeat(10_000) } },
]

const describeAppends = (current: () => LogStore) => {
  describe('append', () => {
    it('gives positions from 1 without gaps, and versions from 1 within each subject', async () => {
      const store = current()
      await store.append([[event({ subject: 'a' })], [event({ subject: 'b' }), event({ subject: 'a' })]])
      await store.append([[event({ subject: 'b' })]])
      const places = (await readAll(store)).map(({ position, subject, version }) => [
        position,
        subject,
        version,
      ])
      expect(places).toEqual([
        [1, 'a', 1],
        [2, 'b', 1],
        [3, 'a', 2],
        [4, 'b', 2],
      ])
      expect(store.head()).toBe(4)
    })

    it('answers with the place of each event', async () => {
      const sent = event({ subject: 'a' })
      expect(only(await current().append([[sent]]))).toEqual({
        kind: 'recorded',
        events: [{ id: sent.id, position: 1, subject: 'a', version: 1 }],
      })
    })

    it('records what was sent, attributes it does not know included, but for expectedversion', async () => {
      const sent = event({ expectedversion: 'none', correlationId: 'c', ...{ colour: 'blue' } })
      await current().append([[sent]])
      const { expectedversion: _, ...kept } = sent
      expect(only(await readAll(current()))).toEqual({ ...kept, position: 1, version: 1 })
    })

    it.each(oddData.map((data) => [JSON.stringify(data).slice(0, 40), data]))('keeps %s', async (_, data) => {
      const sent = event({ data })
      await current().append([[sent]])
      expect(JSON.stringify(only(await readAll(current())).data)).toBe(JSON.stringify(data))
      expect(only(await current().append([[sent]])).kind).toBe('repeated')
    })

    it('takes any subject and id as they are', async () => {
      const names = ['__proto__', 'constructor', 'a b', 'ünï', '*', '%', "';--", '🦉']
      await current().append(names.map((name) => [event({ subject: name, id: name })]))
      expect((await readAll(current())).map(({ subject }) => subject)).toEqual(names)
      for (const name of names) {
        const page = await current().readStream(name, { after: 0, limit: 10 })
        expect([name, page.version, page.events.length]).toEqual([name, 1, 1])
      }
    })

    it('keeps the events of one append together and in order, over several streams', async () => {
      const many = Array.from({ length: 1_000 }, (_, index) => event({ subject: `s-${index % 3}` }))
      await current().append([[event()], many, [event()]])
      const ids = (await readAll(current())).map(({ id }) => id)
      expect(ids.slice(1, -1)).toEqual(many.map(({ id }) => id))
    })
  })
}

const describeConditions = (current: () => LogStore) => {
  describe('expected version', () => {
    const appendTo = async (subject: string, expectedversion: 'none' | 'any' | number) =>
      only(await current().append([[event({ subject, expectedversion })]]))

    it.each([
      ['none', 0, 'recorded'],
      ['none', 1, 'refused'],
      [0, 0, 'recorded'],
      [0, 1, 'refused'],
      [1, 0, 'refused'],
      [2, 2, 'recorded'],
      [1, 2, 'refused'],
      [3, 2, 'refused'],
      ['any', 0, 'recorded'],
      ['any', 2, 'recorded'],
    ] as const)('%s on a stream at version %i is %s', async (expected, actual, kind) => {
      for (let version = 0; version < actual; version += 1) await appendTo('a', 'any')
      expect((await appendTo('a', expected)).kind).toBe(kind)
    })

    it('a conflict carries the stream and its actual version', async () => {
      await appendTo('a', 'any')
      await appendTo('a', 'any')
      expect(refusalOf(await appendTo('a', 1))).toEqual({
        code: 'version-conflict',
        subject: 'a',
        expected: 1,
        actual: 2,
      })
    })

    it('is compared for the first event of a subject only', async () => {
      const outcome = await current().append([
        [
          event({ subject: 'a', expectedversion: 'none' }),
          event({ subject: 'b', expectedversion: 'none' }),
          event({ subject: 'a', expectedversion: 'none' }),
          event({ subject: 'b', expectedversion: 77 }),
        ],
      ])
      expect(positionsOf(only(outcome))).toEqual([1, 2, 3, 4])
    })

    it('sees what stands before it in the same commit', async () => {
      const outcomes = await current().append([
        [event({ subject: 'a', expectedversion: 'none' })],
        [event({ subject: 'a', expectedversion: 'none' })],
        [event({ subject: 'a', expectedversion: 1 })],
      ])
      expect(outcomes.map(({ kind }) => kind)).toEqual(['recorded', 'refused', 'recorded'])
    })

    it('a refused append leaves nothing behind, in none of its streams, and fails no neighbour', async () => {
      await appendTo('taken', 'none')
      const refused = [event({ subject: 'free' }), event({ subject: 'taken', expectedversion: 'none' })]
      const outcomes = await current().append([[event({ subject: 'x' })], refused, [event({ subject: 'y' })]])
      expect(outcomes.map(positionsOf)).toEqual([[2], [], [3]])
      expect((await current().readStream('free', { after: 0, limit: 1 })).version).toBe(0)
      // Its ids are free, too: the same events can come again when the stream allows.
      const again = refused.map((sent) => ({ ...sent, expectedversion: 'any' as const }))
      expect(only(await current().append([again])).kind).toBe('recorded')
    })
  })
}

const describeIds = (current: () => LogStore) => {
  describe('ids', () => {
    it('the same append again gets its first places, whatever has happened since', async () => {
      const sent = [event({ subject: 'a', expectedversion: 'none' }), event({ subject: 'b' })]
      const first = only(await current().append([sent]))
      await current().append([[event({ subject: 'a' })]])
      const again = only(await current().append([sent]))
      expect(again).toEqual({ ...first, kind: 'repeated' })
      expect(current().head()).toBe(3)
    })

    it('the same content is the same in any order of keys, at any time, of any cause', async () => {
      const sent = event({ data: { a: 1, b: { c: [1, 2], d: null } } })
      const later = { ...sent, time: '2027-01-01T00:00:00.000Z', correlationId: 'another' }
      await current().append([[sent]])
      const again = { ...later, data: { b: { d: null, c: [1, 2] }, a: 1 } }
      expect(only(await current().append([[again]])).kind).toBe('repeated')
    })

    it.each([
      ['type', { type: 'Another' }],
      ['subject', { subject: 'another' }],
      ['source', { source: '/another' }],
      ['dataversion', { dataversion: 2 }],
      ['data', { data: { a: '1' } }],
      ['data by a __proto__ key', { data: JSON.parse('{"a": 1, "__proto__": {}}') }],
    ])('the same id with another %s is a conflict', async (_, change) => {
      const sent = event({ data: { a: 1 } })
      await current().append([[sent]])
      expect(refusalOf(only(await current().append([[{ ...sent, ...change }]])))).toEqual({
        code: 'id-conflict',
        id: sent.id,
        position: 1,
      })
      expect(current().head()).toBe(1)
    })

    it('an append of known and new ids is a conflict', async () => {
      const known = event()
      await current().append([[known]])
      for (const mixed of [
        [known, event()],
        [event(), known],
      ])
        expect(refusalOf(only(await current().append([mixed]))).code).toBe('id-conflict')
      expect(current().head()).toBe(1)
    })

    it('one id twice in one append is a conflict', async () => {
      const sent = event()
      expect(refusalOf(only(await current().append([[sent, sent]]))).code).toBe('id-conflict')
      expect(current().head()).toBe(0)
    })

    it('one id in two appends of one commit is recorded once', async () => {
      const sent = event()
      const outcomes = await current().append([[sent], [sent], [{ ...sent, type: 'Another' }]])
      expect(outcomes.map(({ kind }) => kind)).toEqual(['recorded', 'repeated', 'refused'])
      expect(outcomes.slice(0, 2).map(positionsOf)).toEqual([[1], [1]])
    })

    it('an id of a refused append is not taken for the next one of the same commit', async () => {
      const sent = event({ expectedversion: 5 })
      const outcomes = await current().append([[sent], [{ ...sent, expectedversion: 'none' }]])
      expect(outcomes.map(({ kind }) => kind)).toEqual(['refused', 'recorded'])
    })
  })
}

const describeReopening = (current: () => Engine, adopt: (store: LogStore) => void) => {
  it('keeps everything when it is closed and opened again', async () => {
    const { store, reopen } = current()
    if (!reopen) throw new Error('a durable engine can be reopened')
    const sent = event({ subject: 'a' })
    await store.append([[sent], [event({ subject: 'b' })]])
    const before = await store.read({ after: 0, limit: 10 })
    const opened = await reopen()
    adopt(opened)
    expect(await opened.read({ after: 0, limit: 10 })).toEqual(before)
    expect(opened.head()).toBe(2)
    expect(only(await opened.append([[sent]])).kind).toBe('repeated')
    const next = event({ subject: 'a', expectedversion: 1 })
    expect(only(await opened.append([[next]]))).toMatchObject({ events: [{ position: 3, version: 2 }] })
  })
}

/** What every engine of the log must do, as a vitest suite. A `durable` one must also keep what it was given. */
export const logStoreConformance = (
  name: string,
  { open, durable }: { open: () => Promise<Engine>; durable: boolean },
): void => {
  describe(`${name} is a log`, () => {
    let engine: Engine
    const current = () => engine.store
    beforeEach(async () => {
      engine = await open()
    })
    afterEach(() => engine.dispose())
    describeAppends(current)
    describeConditions(current)
    describeIds(current)
    describeReads(current)
    if (durable)
      describeReopening(
        () => engine,
        (store) => {
          engine = { ...engine, store }
        },
      )
    describeAgainstModel(open)
  })
}
