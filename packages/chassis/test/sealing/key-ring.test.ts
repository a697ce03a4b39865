import { describe, expect, it } from 'vitest'
import { KeyRing, type KeySource } from '../../src/sealing/key-ring.ts'
import { memoryKeys } from '../../src/testing/memory-keys.ts'

const ask = (ring: KeyRing, ids: readonly string[], create = false) => ring.keysOf(new Set(ids), { create })

describe('a ring of keys', () => {
  it('asks for what a page misses in one request, and never again', async () => {
    const keys = memoryKeys()
    const ring = keys.ring()
    expect([...(await ask(ring, ['a', 'b'], true)).keys()]).toEqual(['a', 'b'])
    await ask(ring, ['a', 'b', 'c'], true)
    await ask(ring, ['a', 'b', 'c'])
    expect(keys.requests).toEqual([['a', 'b'], ['c']])
  })

  it('asks once for those who ask at the same time', async () => {
    const keys = memoryKeys()
    const ring = keys.ring()
    const all = await Promise.all([ask(ring, ['a'], true), ask(ring, ['a', 'b'], true), ask(ring, ['b'])])
    expect(all.map((found) => [...found.keys()])).toEqual([['a'], ['a', 'b'], ['b']])
    expect(keys.requests).toEqual([['a'], ['b']])
  })

  it('does not take a question for a key as an order to make one', async () => {
    const keys = memoryKeys()
    const ring = keys.ring()
    const [, made] = await Promise.all([ask(ring, ['a']), ask(ring, ['a'], true)])
    expect(made.has('a')).toBe(true)
    expect(keys.requests).toEqual([['a'], ['a']])
  })

  it('asks for very many in several requests', async () => {
    const keys = memoryKeys()
    const ids = Array.from({ length: 2_500 }, (_, index) => `person-${index}`)
    expect((await ask(keys.ring(), ids, true)).size).toBe(2_500)
    expect(keys.requests.map(({ length }) => length)).toEqual([1_000, 1_000, 500])
  })

  it('goes on with what it knows while the keys are away, and refuses what it does not', async () => {
    const keys = memoryKeys()
    const ring = keys.ring()
    await ask(ring, ['a'], true)
    keys.answering(false)
    expect((await ask(ring, ['a'])).has('a')).toBe(true)
    await expect(ask(ring, ['a', 'b'])).rejects.toMatchObject({ code: 'unavailable' })
    keys.answering(true)
    expect((await ask(ring, ['b'], true)).has('b')).toBe(true)
  })

  it('does not remember that a key is unknown', async () => {
    const keys = memoryKeys()
    const ring = keys.ring()
    expect((await ask(ring, ['a'])).has('a')).toBe(false)
    await ask(keys.ring(), ['a'], true)
    expect((await ask(ring, ['a'])).has('a')).toBe(true)
  })

  it('knows no key of an erased person any more, even where an answer with it was on its way', async () => {
    const { promise, resolve } = Promise.withResolvers<void>()
    const key = Buffer.alloc(32).toString('base64')
    const slow: KeySource = {
      async fetch(ids) {
        await promise
        return ids.map((id) => ({ id, state: 'live', key }))
      },
    }
    const ring = new KeyRing(slow)
    const asked = ask(ring, ['a'])
    ring.erase('a')
    resolve()
    expect((await asked).get('a')).toBe('erased')
  })

  it('takes nothing for a key that is none', async () => {
    const source: KeySource = { fetch: async (ids) => ids.map((id) => ({ id, state: 'live', key: 'AAAA' })) }
    await expect(ask(new KeyRing(source, { tryMsMax: 0 }), ['a'])).rejects.toMatchObject({
      code: 'unavailable',
    })
  })
})
