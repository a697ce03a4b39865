import { repeat } from '@logbook/chassis/async/repeat.ts'
import type { Follower } from '@logbook/chassis/follow/follower.ts'
import { createFaultLog } from '@logbook/chassis/health/fault-log.ts'
import type { Logger } from '@logbook/chassis/logger.ts'
import { folderOf, isForNext, partsOfKey } from '../domain/object-keys.ts'
import type { KeyedMutex } from '../jobs/keyed-mutex.ts'
import { storageLock } from '../jobs/work.ts'
import type { Garbage, Objects } from '../read-model/objects.ts'
import type { View } from '../read-model/view.ts'
import type { Storage } from './storage.ts'

export interface SweeperOptions {
  storage: Pick<Storage, 'list' | 'remove'>
  objects: Objects
  view: Pick<View, 'one'>
  follower: Pick<Follower<never>, 'caughtUp' | 'differs'>
  /** Removes a person's uploads that are not complete. */
  removeUploadsOf: (personId: string) => Promise<void>
  /** True while an upload of this id is on its way into the storage. */
  isArriving: (id: string) => boolean
  mutex: KeyedMutex
  logger: Logger
}

const pageSize = 100
const backoffMs = { initial: 200, max: 30_000 } as const

export type Sweeper = ReturnType<typeof createSweeper>

/** Deletes objects that no medium needs: those of removed media, and leftovers of expired leases. */
export const createSweeper = (options: SweeperOptions) => {
  const { storage, objects, view, follower, mutex, logger } = options
  const ended = new AbortController()
  const faults = createFaultLog(logger, {
    failed: 'objects that no medium needs could not be deleted',
    again: 'objects that no medium needs are deleted again',
  })
  let running: Promise<void> | undefined

  /** True for an object that a worker or an upload may be about to name. */
  const isUnderWay = (key: string): boolean => {
    const parts = partsOfKey(key)
    if (parts === undefined) return true
    const medium = view.one(parts.id)
    if (parts.lease === 0 && options.isArriving(parts.id)) return true
    if (medium === undefined) return false
    if (isForNext(key, medium)) return true
    return parts.lease > medium.lease || (parts.lease === medium.lease && medium.status === 'claimed')
  }

  const removeObject = (key: string): Promise<void> =>
    mutex(storageLock, async () => {
      if (!objects.isNeeded(key) && !isUnderWay(key)) await storage.remove(key)
    })

  const sweepOne = async ({ kind, name }: Garbage): Promise<void> => {
    if (kind === 'object') await removeObject(name)
    else if (kind === 'person') await options.removeUploadsOf(name)
    else for await (const { key } of storage.list(folderOf(name))) await removeObject(key)
  }

  const sweepPage = async (): Promise<boolean> => {
    // A view that is behind the log may not know that an object is needed.
    if (!follower.caughtUp || follower.differs) return false
    const garbage = objects.garbage(pageSize)
    for (const each of garbage) {
      if (ended.signal.aborted) return false
      await sweepOne(each)
      objects.gone(each)
    }
    if (garbage.length > 0) faults.over()
    return garbage.length > 0
  }
  const sweepAll = (): Promise<void> =>
    repeat(sweepPage, { signal: ended.signal, backoffMs, onFailure: (error) => faults.fault(error) })

  return {
    /** Call it after a commit. */
    wake(): void {
      if (running || ended.signal.aborted) return
      running = sweepAll().finally(() => {
        running = undefined
        if (objects.countGarbage() > 0 && follower.caughtUp && !follower.differs) this.wake()
      })
    },
    async stop(): Promise<void> {
      ended.abort()
      await running
    },
  }
}
