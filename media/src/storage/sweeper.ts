import { backoff, pause } from '@logbook/chassis/async/pause.ts'
import type { Follower } from '@logbook/chassis/follow/follower.ts'
import { createFaultLog } from '@logbook/chassis/health/fault-log.ts'
import type { Logger } from '@logbook/chassis/logger.ts'
import { folderOf, partsOfKey } from '../domain/object-keys.ts'
import type { Turns } from '../jobs/turns.ts'
import { storageTurn } from '../jobs/work.ts'
import type { Doomed, Objects } from '../read-model/objects.ts'
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
  turns: Turns
  logger: Logger
}

const pageSize = 100
const backoffMs = { initial: 200, max: 30_000 } as const

export type Sweeper = ReturnType<typeof createSweeper>

/** Removes from the storage what media no longer need: the files of removed ones, and what leases that ended have left. */
export const createSweeper = (options: SweeperOptions) => {
  const { storage, objects, view, follower, turns, logger } = options
  const ended = new AbortController()
  const faults = createFaultLog(logger, {
    failed: 'files that nobody needs could not be removed yet',
    again: 'files that nobody needs are removed again',
  })
  let running: Promise<void> | undefined

  /** True for an object that a worker may be about to name. */
  const isUnderWay = (key: string): boolean => {
    const parts = partsOfKey(key)
    if (parts === undefined) return true
    const medium = view.one(parts.id)
    if (parts.lease === 0 && options.isArriving(parts.id)) return true
    if (medium === undefined) return false
    return parts.lease > medium.lease || (parts.lease === medium.lease && medium.status === 'claimed')
  }

  const removeObject = (key: string): Promise<void> =>
    turns(storageTurn, async () => {
      if (!objects.isNeeded(key) && !isUnderWay(key)) await storage.remove(key)
    })

  const sweepOne = async ({ kind, name }: Doomed): Promise<void> => {
    if (kind === 'object') await removeObject(name)
    else if (kind === 'person') await options.removeUploadsOf(name)
    else for await (const { key } of storage.list(folderOf(name))) await removeObject(key)
  }

  const sweepAll = async (): Promise<void> => {
    for (let failures = 0; !ended.signal.aborted; ) {
      // What a view that is behind does not know may be needed.
      if (!follower.caughtUp || follower.differs) return
      const doomed = objects.doomed(pageSize)
      if (doomed.length === 0) return
      try {
        for (const each of doomed) {
          if (ended.signal.aborted) return
          await sweepOne(each)
          objects.gone(each)
        }
        failures = 0
        faults.over()
      } catch (error) {
        faults.fault(error)
        await pause(backoff(backoffMs, failures++), ended.signal)
      }
    }
  }

  return {
    /** Call it after a commit. */
    wake(): void {
      if (running || ended.signal.aborted) return
      running = sweepAll().finally(() => {
        running = undefined
        if (objects.countDoomed() > 0 && follower.caughtUp && !follower.differs) this.wake()
      })
    },
    async stop(): Promise<void> {
      ended.abort()
      await running
    },
  }
}
