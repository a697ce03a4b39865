import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { keepAtHand } from '../../src/storage/at-hand.ts'
import type { Storage } from '../../src/storage/storage.ts'

/** Objects in memory, which counts how often each is read. */
const counting = (objects: Record<string, string>) => {
  const held = new Map(Object.entries(objects))
  const reads: string[] = []
  const storage = {
    async get(key: string) {
      reads.push(key)
      const text = held.get(key)
      return text === undefined ? null : { bytes: text.length, stream: Readable.from([Buffer.from(text)]) }
    },
    async remove(key: string) {
      held.delete(key)
    },
  } as unknown as Storage
  return { storage, reads }
}

describe('small objects at hand', () => {
  it('an object is read once while it is among the last read, and larger ones are not kept', async () => {
    const { storage, reads } = counting({ a: 'aaaa', b: 'bbbb', c: 'cccc', large: 'x'.repeat(20) })
    const atHand = keepAtHand(storage, { bytesMax: 8, objectBytesMax: 10 })
    const read = async (key: string, bytes = 4) => (await atHand.read(key, bytes))?.toString()
    for (const key of ['a', 'b', 'a', 'c', 'a', 'b']) expect(await read(key)).toBe(key.repeat(4))
    expect(reads).toEqual(['a', 'b', 'c', 'b'])
    expect(await read('large', 20)).toBeUndefined()
    expect(await read('gone')).toBeUndefined()
  })

  it('an object that is removed is dropped from memory, an empty one too', async () => {
    const { storage } = counting({ a: 'aaaa', empty: '' })
    const atHand = keepAtHand(storage, { bytesMax: 8, objectBytesMax: 10 })
    expect((await atHand.read('a', 4))?.toString()).toBe('aaaa')
    expect((await atHand.read('empty', 0))?.length).toBe(0)
    for (const key of ['a', 'empty']) await atHand.storage.remove(key)
    expect(await atHand.read('a', 4)).toBeUndefined()
    expect(await atHand.read('empty', 0)).toBeUndefined()
  })
})
