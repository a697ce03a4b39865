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
  const objects = new Map<string, Buffer>()
  let total = 0

  const drop = (key: string): void => {
    total -= objects.get(key)?.length ?? 0
    objects.delete(key)
  }
  const keep = (key: string, bytes: Buffer): void => {
    drop(key)
    objects.set(key, bytes)
    total += bytes.length
    for (const [oldest] of objects) {
      if (total <= bytesMax) return
      drop(oldest)
    }
  }

  return {
    storage: {
      ...storage,
      put: (key, ...given) => {
        drop(key)
        return storage.put(key, ...given)
      },
      async remove(key) {
        drop(key)
        await storage.remove(key)
        // One that was read meanwhile.
        drop(key)
      },
    } satisfies Storage as Storage,
    /** All bytes of a small object; undefined for a larger one, and for one that has another length in the storage. */
    async read(key: string, bytes: number): Promise<Buffer | undefined> {
      if (bytes > objectBytesMax) return undefined
      const known = objects.get(key)
      if (known) {
        keep(key, known)
        return known
      }
      const found = await storage.get(key)
      if (found?.bytes !== bytes) {
        found?.stream.destroy()
        return undefined
      }
      const read = Buffer.concat(await found.stream.toArray())
      keep(key, read)
      return read
    },
  }
}
