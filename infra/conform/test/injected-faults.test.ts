import { anyText } from '@logbook/chassis/testing/any-text.ts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { seeded } from '../../chaos/random.ts'
import { frameReader, isEventFrame, pieces, rewound, withRepeats } from '../injected-faults.ts'
import { differences } from '../read-model.ts'

const randoms = fc.integer({ min: 1, max: 2 ** 31 }).map((seed) => seeded({ seed, name: 'test' }))

describe('injected faults stay within at-least-once delivery', () => {
  it('repetition goes back a few and comes forward again, so that nothing is left out or overtaken', () => {
    fc.assert(
      fc.property(randoms, fc.nat(60), (random, length) => {
        const items = Array.from({ length }, (_, index) => index + 1)
        const sent = withRepeats(items, { random, repeat: 0.4 })
        let furthest = 0
        for (const item of sent) {
          expect(item).toBeLessThanOrEqual(furthest + 1)
          furthest = Math.max(furthest, item)
        }
        expect([...new Set(sent)]).toEqual(items)
        expect(sent.at(-1)).toBe(items.at(-1))
      }),
    )
  })

  it('rewinding never passes over anything, nor goes before the beginning', () => {
    fc.assert(
      fc.property(randoms, fc.nat(1_000), (random, after) => {
        const from = rewound(after, { random, rewind: 1 })
        expect(from).toBeLessThanOrEqual(after)
        expect(from).toBeGreaterThanOrEqual(0)
      }),
    )
  })

  it('the pieces of a cut stream are the same bytes', () => {
    fc.assert(
      fc.property(randoms, anyText({ maxLength: 2_000 }), (random, text) => {
        expect(Buffer.concat(pieces(Buffer.from(text), random)).toString()).toBe(Buffer.from(text).toString())
      }),
    )
  })

  it('each kind of injected fault occurs', () => {
    const random = seeded({ seed: 1, name: 'test' })
    const items = Array.from({ length: 100 }, (_, index) => index)
    expect(withRepeats(items, { random, repeat: 0.4 }).length).toBeGreaterThan(120)
    expect(rewound(100, { random, rewind: 1 })).toBeLessThan(100)
    expect(pieces(Buffer.alloc(5_000), random).length).toBeGreaterThan(10)
  })
})

describe('frames of server-sent events', () => {
  it('frames of server-sent events are put together again however they were cut', () => {
    const text = 'id: 1\ndata: {"a":1}\n\n: heartbeat\n\nid: 1\nevent: caught-up\ndata: {}\n\n'
    const { push } = frameReader()
    const frames = [...text].flatMap((character) => push(character))
    expect(frames.join('')).toBe(text)
    expect(frames.map(isEventFrame)).toEqual([true, false, false])
  })
})

describe('the comparison', () => {
  const model = (...rows: string[]) => new Map([['table post', rows]])

  it('the comparison of two consumers finds nothing where all is the same', () => {
    expect(differences({ faulty: model('a', 'b'), clean: model('a', 'b') })).toEqual([])
  })

  it.each([
    ['another value', model('a', 'c')],
    ['a value too many', model('a', 'b', 'c')],
    ['a missing value', model('a')],
    ['a missing table', new Map<string, string[]>()],
  ])('the comparison of two consumers finds %s, on either side', (_, faulty) => {
    expect(differences({ faulty, clean: model('a', 'b') })).toHaveLength(1)
    expect(differences({ faulty: model('a', 'b'), clean: faulty })).toHaveLength(1)
  })

  it('the comparison of two consumers shows where two answers part', () => {
    const [text = ''] = differences({
      faulty: model(`${'x'.repeat(200)}1`),
      clean: model(`${'x'.repeat(200)}2`),
    })
    expect(text).toContain('x1')
    expect(text).toContain('x2')
    expect(text.length).toBeLessThan(300)
  })
})
