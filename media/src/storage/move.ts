import { createHash } from 'node:crypto'
import { Damaged } from '@logbook/chassis/start/command-line.ts'
import { limits } from './limits.ts'
import type { Storage } from './storage.ts'

export interface MoveProgress {
  /** The objects of the source listed so far. */
  total: number
  /** Objects that are in the target, the same byte for byte. */
  done: number
  /** Bytes of those that were copied by this move. */
  copiedBytes: number
}

export interface Moved {
  objects: number
  /** Those among them that were copied, and not in the target before. */
  copied: number
  copiedBytes: number
  /** Removed from the source at the end. */
  removed: number
}

interface Moving {
  from: Storage
  to: Storage
  /** Removes each object from the source once all of them are in the target. */
  remove: boolean
  onProgress: (progress: MoveProgress) => void
}

const hashIn = async (storage: Storage, key: string): Promise<string | null> => {
  const found = await storage.get(key)
  if (found === null) return null
  const hash = createHash('sha256')
  for await (const chunk of found.stream) hash.update(chunk)
  return hash.digest('hex')
}

type Move = { kind: 'same' } | { kind: 'copied'; bytes: number } | { kind: 'gone' }

/** Copies one object unless the target has the same, and reads it back. */
const moveOne = async ({ from, to }: Moving, key: string, bytes: number): Promise<Move> => {
  if ((await to.size(key)) === bytes && (await hashIn(to, key)) === (await hashIn(from, key)))
    return { kind: 'same' }
  const found = await from.get(key)
  if (found === null) return { kind: 'gone' }
  const stored = await to.put(key, found.stream)
  // The hash above is of the sent bytes; the copy is verified by reading it back.
  if ((await hashIn(to, key)) !== stored.sha256)
    throw new Damaged(`${key} is not in the target as it was sent. Nothing was removed.`)
  return { kind: 'copied', bytes: stored.bytes }
}

/** Runs `work` for each item of a list, a few at a time; fails with the first failure, when those under way have ended. */
const each = async <T>(items: AsyncIterable<T>, work: (item: T) => Promise<void>): Promise<void> => {
  const iterator = items[Symbol.asyncIterator]()
  let failed = false
  const worker = async () => {
    for (;;) {
      const next = failed ? { done: true as const } : await iterator.next()
      if (next.done) return
      await work(next.value).catch((error: unknown) => {
        failed = true
        throw error
      })
    }
  }
  const ends = await Promise.allSettled(Array.from({ length: limits.movingMax }, worker))
  for (const end of ends) if (end.status === 'rejected') throw end.reason
}

/**
 * Copies every object to another storage and reads each back. What the target has already, byte for byte, is not sent again, so a move that
 * was cut short goes on where it was. Only when all are there is anything removed from the source, and only with `remove`.
 * Throws `Damaged` for an object that comes back changed.
 */
export const moveStorage = async (moving: Moving): Promise<Moved> => {
  const progress: MoveProgress = { total: 0, done: 0, copiedBytes: 0 }
  const moved: string[] = []
  let copied = 0
  await each(moving.from.list(''), async ({ key, bytes }) => {
    progress.total++
    const move = await moveOne(moving, key, bytes)
    if (move.kind === 'copied') {
      copied++
      progress.copiedBytes += move.bytes
    }
    if (move.kind === 'gone') progress.total--
    else {
      progress.done++
      moved.push(key)
    }
    moving.onProgress({ ...progress })
  })
  if (moving.remove) for (const key of moved) await moving.from.remove(key)
  const removed = moving.remove ? moved.length : 0
  return { objects: moved.length, copied, copiedBytes: progress.copiedBytes, removed }
}
