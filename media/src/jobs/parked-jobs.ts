import type { Clock } from '@logbook/chassis/clock.ts'
import type { ParkedWork } from '@logbook/chassis/follow/parked.ts'
import type { Bus } from '@logbook/chassis/log/bus.ts'
import { isProblem } from '@logbook/chassis/problem.ts'
import { mediaSubject } from '@logbook/contracts/events/media.ts'
import { operator } from '@logbook/contracts/identity.ts'
import { limits } from '../limits.ts'
import type { View } from '../read-model/view.ts'
import type { HandleJob } from './handle-job.ts'

interface ParkedJobsOptions {
  bus: Pick<Bus, 'readStream'>
  view: Pick<View, 'exhausted'>
  handle: HandleJob
  clock: Clock
}

/** Jobs that failed with their last attempt, by the ids of their media. */
export const parkedJobs = ({ bus, view, handle, clock }: ParkedJobsOptions): ParkedWork => {
  const caller = { kind: 'service', name: operator } as const
  const parkedAt = async (id: string): Promise<string | null> => {
    const events = await bus.readStream(mediaSubject(id))
    return events.findLast(({ type }) => type === 'MediaParked')?.time ?? null
  }
  /** False where the job is parked no more. */
  const retry = async (id: string): Promise<boolean> => {
    try {
      await handle(id, { kind: 'retry', at: clock.now().toISOString(), caller })
      return true
    } catch (error) {
      if (isProblem(error, 'conflict') || isProblem(error, 'gone')) return false
      throw error
    }
  }
  return {
    list: (limit) =>
      Promise.all(
        view.exhausted(limit).map(async ({ id, reason }) => ({
          ...{ id, subject: mediaSubject(id), reason: reason ?? 'It failed.', since: await parkedAt(id) },
        })),
      ),
    async retry(wanted) {
      let retried = 0
      for (const { id } of view.exhausted(limits.parkedRetriedMax))
        if ((wanted === undefined || wanted === id) && (await retry(id))) retried++
      return retried
    },
  }
}
