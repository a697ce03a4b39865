import { LRUCache } from 'lru-cache'
import type { Storage } from './storage.ts'

interface AtHandOptions {
  /** Of all objects that are at hand, and of each. */
  bytesMax: number
  objectBytesMax: number
}

export type AtHand = ReturnType<typeof keepAtHand>

/**
 * A storage that keeps its small objects in memory, those read last. An object never changes under its key, and is dropped when it is
 * removed.
 */
export const keepAtHand = (storage: Storage, { bytesMax, objectBytesMax }: AtHandOptions) => {
  // The cache counts nothing that has no size, and an object may be empty.
  const objects = new LRUCache<string, Buffer>({
    maxSize: bytesMax,
    sizeCalculation: ({ length }) => Math.max(1, length),
  })
  return {
    storage: {
      ...storage,
      put: (key, ...given) => {
        objects.delete(key)
        return storage.put(key, ...given)
      },
      async remove(key) {
        objects.delete(key)
        await storage.remove(key)
        // One that was read meanwhile.
        objects.delete(key)
      },
    } satisfies Storage as Storage,
    /** All bytes of a small object; undefined for a larger one, and for one that has another length in the storage. */
    async read(key: string, bytes: number): Promise<Buffer | undefined> {
      if (bytes > objectBytesMax) return undefined
      const known = objects.get(key)
      if (known) return known
      const found = await storage.get(key)
      if (found?.bytes !== bytes) {
        found?.stream.destroy()
        return undefined
      }
      const read = Buffer.concat(await found.stream.toArray())
      objects.set(key, read)
      return read
    },
  }
}
