import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { limits } from '@logbook/media/storage/limits.ts'
import type { Storage } from '@logbook/media/storage/storage.ts'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

/** How the suite gets at an engine, with nothing in it. */
export interface Engine {
  storage: Storage
  dispose: () => Promise<void>
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** A source of pieces, which says whether it was ended before its end. */
export const piecesOf = (...pieces: Uint8Array[]): AsyncIterable<Uint8Array> => Readable.from(pieces)

const failing = async function* (): AsyncGenerator<Uint8Array> {
  yield Buffer.from('the beginning')
  throw new Error('the source broke')
}

/** Gives one piece, says so, and never another. */
const stalling = () => {
  const begun = Promise.withResolvers<void>()
  let ended = false
  const source = {
    [Symbol.asyncIterator]: () => {
      let asked = 0
      return {
        next: () => {
          asked++
          if (asked === 1) return Promise.resolve({ done: false as const, value: Buffer.from('piece') })
          begun.resolve()
          return new Promise<never>(() => {})
        },
        return: () => {
          ended = true
          return Promise.resolve({ done: true as const, value: undefined })
        },
      }
    },
  }
  return { source, begun: begun.promise, isEnded: () => ended }
}

export const listed = async (storage: Storage, prefix: string): Promise<{ key: string; bytes: number }[]> => {
  const found: { key: string; bytes: number }[] = []
  for await (const each of storage.list(prefix)) found.push(each)
  return found
}

const keysOf = async (storage: Storage, prefix: string): Promise<string[]> =>
  (await listed(storage, prefix)).map(({ key }) => key).sort()

const notKeys = [
  ...['', '/', 'a/', '/a', 'a//b', '.', '..', '../a', 'a/..', 'a/./b', 'a/../../etc/passwd'],
  ...['a\0', 'a\0/b', 'A', 'a b', 'a\\b', 'a:b', 'ä', 'a\u202eb', 'a+', '~a', '=aa', 'a\n'],
  ...['a'.repeat(201), Array.from({ length: 10 }, () => 'a'.repeat(100)).join('/')],
]

/** What every engine promises. `open` gives an empty one for each test. */
export const describeStorage = (name: string, open: () => Promise<Engine>): void => {
  describe(`the storage ${name}`, () => {
    let engine: Engine
    let storage: Storage
    const text = async (key: string, range?: { start: number; end: number }) => {
      const found = await storage.get(key, range)
      return found === null ? null : (await buffer(found.stream)).toString()
    }

    beforeEach(async () => {
      engine = await open()
      storage = engine.storage
    })
    afterEach(() => engine.dispose())

    it('the storage returns a stored object with its hash and length', async () => {
      const stored = await storage.put('a/b.txt', piecesOf(Buffer.from('hel'), Buffer.from('lo')))
      expect(stored).toEqual({ sha256: sha256(Buffer.from('hello')), bytes: 5 })
      expect(await text('a/b.txt')).toBe('hello')
      expect(await storage.size('a/b.txt')).toBe(5)
    })

    it('the storage stores an empty object', async () => {
      expect(await storage.put('empty', piecesOf())).toEqual({ sha256: sha256(Buffer.alloc(0)), bytes: 0 })
      expect(await text('empty')).toBe('')
      expect(await storage.size('empty')).toBe(0)
    })

    it.each([-1, 0, 1])(
      'the storage stores an object of two parts and %i bytes, in pieces of any size',
      async (more) => {
        const bytes = randomBytes(2 * limits.partBytes + more)
        const pieces = [
          bytes.subarray(0, 1),
          bytes.subarray(1, limits.partBytes + 7),
          bytes.subarray(limits.partBytes + 7),
        ]
        expect(await storage.put('large', piecesOf(...pieces))).toEqual({
          sha256: sha256(bytes),
          bytes: bytes.length,
        })
        const found = await storage.get('large')
        expect(found?.bytes).toBe(bytes.length)
        expect(found && sha256(await buffer(found.stream))).toBe(sha256(bytes))
      },
    )

    it('the storage accepts a source that reuses its buffers', async () => {
      const reusing = async function* () {
        const memory = Buffer.alloc(1)
        for (const letter of 'abc') {
          memory.write(letter)
          yield memory
        }
      }
      await storage.put('reused', reusing())
      expect(await text('reused')).toBe('abc')
    })

    it('the storage replaces an object', async () => {
      await storage.put('a', piecesOf(Buffer.from('old and long')))
      await storage.put('a', piecesOf(Buffer.from('new')))
      expect(await text('a')).toBe('new')
    })

    it('the storage returns a range with the length of the whole object', async () => {
      await storage.put('a', piecesOf(Buffer.from('0123456789')))
      const found = await storage.get('a', { start: 2, end: 4 })
      found?.stream.destroy()
      expect(found?.bytes).toBe(10)
      expect(await text('a', { start: 2, end: 4 })).toBe('234')
      expect(await text('a', { start: 9, end: 9 })).toBe('9')
      expect(await text('a', { start: 0, end: 9 })).toBe('0123456789')
    })

    it.each([
      [5, 10],
      [10, 11],
      [3, 2],
      [-1, 2],
    ])('the storage refuses the range %i-%i of ten bytes', async (start, end) => {
      await storage.put('a', piecesOf(Buffer.from('0123456789')))
      await expect(storage.get('a', { start, end })).rejects.toThrow(RangeError)
    })

    it('the storage returns null for an unknown key', async () => {
      expect(await storage.get('none')).toBeNull()
      expect(await storage.get('none', { start: 0, end: 1 })).toBeNull()
      expect(await storage.size('none')).toBeNull()
      await storage.remove('none')
    })

    it('the storage keeps a key apart from the keys below it', async () => {
      await storage.put('a/b', piecesOf(Buffer.from('1')))
      await storage.put('a/b/c', piecesOf(Buffer.from('2')))
      await storage.put('a', piecesOf(Buffer.from('3')))
      expect([await text('a'), await text('a/b'), await text('a/b/c')]).toEqual(['3', '1', '2'])
      expect(await storage.size('a/b/c/d')).toBeNull()
    })

    it('the storage lists complete objects by key prefix', async () => {
      const id = '0197a1b2-aaaa-7000-8000-00000000beef'
      const keys = [
        'pictures/a',
        'pictures/ab',
        'pictures/b/c',
        `pictures/${id}`,
        `pictures/${id}/w640.webp`,
        'other',
      ]
      for (const key of keys) await storage.put(key, piecesOf(Buffer.from(key)))
      expect(await keysOf(storage, '')).toEqual([...keys].sort())
      expect(await keysOf(storage, 'pictures/a')).toEqual(['pictures/a', 'pictures/ab'])
      expect(await keysOf(storage, 'pictures/b/')).toEqual(['pictures/b/c'])
      expect(await keysOf(storage, `pictures/${id}`)).toEqual([`pictures/${id}`, `pictures/${id}/w640.webp`])
      expect(await keysOf(storage, 'pictures/0197')).toEqual([`pictures/${id}`, `pictures/${id}/w640.webp`])
      expect(await keysOf(storage, 'nothing')).toEqual([])
      expect(await listed(storage, 'other')).toEqual([{ key: 'other', bytes: 5 }])
    })

    it('the storage lists many objects, each once', async () => {
      const keys = Array.from({ length: 25 }, (_, index) => `many/${String(index).padStart(4, '0')}`)
      await Promise.all(keys.map((key) => storage.put(key, piecesOf(Buffer.from('.')))))
      expect(await keysOf(storage, 'many/')).toEqual(keys)
    })

    it('the storage removes an object and no other', async () => {
      await storage.put('a/b', piecesOf(Buffer.from('1')))
      await storage.put('a/c', piecesOf(Buffer.from('2')))
      await storage.remove('a/b')
      expect(await text('a/b')).toBeNull()
      expect(await keysOf(storage, '')).toEqual(['a/c'])
    })

    it('the storage keeps the old object if the source of a new one fails', async () => {
      await storage.put('a', piecesOf(Buffer.from('old')))
      await expect(storage.put('a', failing())).rejects.toThrow('the source broke')
      await expect(storage.put('b', failing())).rejects.toThrow('the source broke')
      expect(await text('a')).toBe('old')
      expect(await keysOf(storage, '')).toEqual(['a'])
    })

    it('the storage keeps nothing of a source with more bytes than allowed', async () => {
      const tooLarge = { code: 'too-large' }
      await expect(storage.put('a', piecesOf(Buffer.alloc(11)), { maxBytes: 10 })).rejects.toMatchObject(
        tooLarge,
      )
      const large = Array.from({ length: 10 }, () => Buffer.alloc(limits.partBytes / 4))
      const options = { maxBytes: 2 * limits.partBytes }
      await expect(storage.put('b', piecesOf(...large), options)).rejects.toMatchObject(tooLarge)
      await storage.put('c', piecesOf(Buffer.alloc(10)), { maxBytes: 10 })
      expect(await keysOf(storage, '')).toEqual(['c'])
    })

    it('the storage stops at an abort and destroys a source that never answers', async () => {
      const { source, begun, isEnded } = stalling()
      const aborting = new AbortController()
      const putting = storage.put('a', source, { signal: aborting.signal })
      await begun
      aborting.abort(new Error('cancelled'))
      await expect(putting).rejects.toThrow('cancelled')
      expect(isEnded()).toBe(true)
      expect(await keysOf(storage, '')).toEqual([])
    })

    it('the storage returns the old object or the new one during a put', async () => {
      await storage.put('a', piecesOf(Buffer.from('old')))
      const gate = Promise.withResolvers<void>()
      const source = async function* () {
        yield Buffer.alloc(limits.partBytes + 1, 'n')
        await gate.promise
      }
      const putting = storage.put('a', source())
      expect(await text('a')).toBe('old')
      gate.resolve()
      await putting
      expect(await storage.size('a')).toBe(limits.partBytes + 1)
    })

    it('the storage keeps sending the old object to a reader while it is replaced', async () => {
      const old = randomBytes(300_000)
      await storage.put('a', piecesOf(old))
      const found = await storage.get('a')
      if (found === null) throw new Error('it was put')
      await once(found.stream, 'readable')
      await storage.put('a', piecesOf(Buffer.from('new')))
      expect(sha256(await buffer(found.stream))).toBe(sha256(old))
    })

    it('the storage handles concurrent puts and removals', async () => {
      const keys = Array.from({ length: 40 }, (_, index) => `shared/${index % 8}/x`)
      await Promise.all(
        keys.flatMap((key, index) => [
          storage.put(key, piecesOf(Buffer.from(String(index)))),
          ...(index % 3 === 0 ? [storage.remove(key)] : []),
        ]),
      )
      for (const key of new Set(keys)) await storage.put(key, piecesOf(Buffer.from('last')))
      expect(await keysOf(storage, 'shared/')).toHaveLength(8)
    })

    it.each(notKeys)('the storage refuses %j as a key', async (key) => {
      await expect(storage.put(key, piecesOf(Buffer.from('x')))).rejects.toThrow(TypeError)
      await expect(storage.get(key)).rejects.toThrow(TypeError)
      await expect(storage.size(key)).rejects.toThrow(TypeError)
      await expect(storage.remove(key)).rejects.toThrow(TypeError)
      expect(await keysOf(storage, '')).toEqual([])
    })

    it.each(['../', 'a/../', 'a/../b', '/', 'A', 'a\0'])(
      'the storage refuses %j as a key prefix',
      async (prefix) => {
        await expect(keysOf(storage, prefix)).rejects.toThrow(TypeError)
      },
    )
  })
}
