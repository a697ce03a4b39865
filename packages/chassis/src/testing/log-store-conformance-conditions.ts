import { describe, expect, it } from 'vitest'
import type { LogStore } from '../log/log-store.ts'
import { completeEvent as event } from './complete-event.ts'
import { only, positionsOf, refusalOf } from './log-store-answers.ts'

/** What an append may demand of a stream. */
export const describeConditions = (current: () => LogStore) => {
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

/** What an id promises. */
export const describeIds = (current: () => LogStore) => {
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
      const later = { ...sent, time: '2027-01-01T00:00:00.000Z', correlationid: 'another' }
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
