import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { LogStore } from '../log/log-store.ts'
import { completeEvent as event } from './complete-event.ts'
import { only, readAll } from './log-store-answers.ts'
import { describeConditions, describeIds } from './log-store-conformance-conditions.ts'
import { describeIdentity } from './log-store-conformance-identity.ts'
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
        events: [{ id: sent.id, position: 1, subject: 'a', version: 1, time: sent.time }],
      })
    })

    it('records what was sent, attributes it does not know included, but for expectedversion', async () => {
      const sent = event({ expectedversion: 'none', correlationid: 'c', ...{ colour: 'blue' } })
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

const describeReopening = (current: () => Engine, adopt: (store: LogStore) => void) => {
  it('keeps everything when it is closed and opened again', async () => {
    const { store, reopen } = current()
    if (!reopen) throw new Error('a durable engine can be reopened')
    const sent = event({ subject: 'a' })
    await store.append([[sent], [event({ subject: 'b' })]])
    const before = await store.read({ after: 0, limit: 10 })
    const checksum = await store.checksumAt(2)
    const opened = await reopen()
    adopt(opened)
    expect(await opened.read({ after: 0, limit: 10 })).toEqual(before)
    expect(opened.head()).toBe(2)
    expect(opened.identity).toEqual(store.identity)
    expect(await opened.checksumAt(2)).toBe(checksum)
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
    describeIdentity(open)
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
