import type { Clock } from '@logbook/chassis/clock.ts'
import { handlersOf } from '@logbook/chassis/http/serve.ts'
import { mediaEndpoints } from '@logbook/contracts/endpoints/media.ts'
import type { MediaQueueAnswer } from '@logbook/contracts/http/media-queue.ts'
import { limits } from '../limits.ts'
import type { Pace } from '../read-model/pace.ts'
import type { Queue } from '../read-model/queue.ts'
import type { View } from '../read-model/view.ts'

interface QueueOptions {
  view: Pick<View, 'counts'>
  queue: Pick<Queue, 'held' | 'waiting'>
  pace: { workers(nowMs: number): Pace[] }
  /** Why no job is given out, or why no worker can be started; undefined where all is well. */
  fault: () => string | undefined
  clock: Clock
}

/** Workers with a job that ended none yet come first; the others in the order of their last job. */
const workersOf = ({ queue, pace, clock }: QueueOptions): MediaQueueAnswer['workers'] => {
  const now = clock.now()
  const jobs = new Map(queue.held().map(({ worker, id }) => [worker, id]))
  const paced = pace.workers(now.getTime())
  const known = new Set(paced.map(({ worker }) => worker))
  const others = [...jobs.keys()].filter((worker) => !known.has(worker))
  const idle = { finished: 0, failed: 0, rate: 0, lastAt: now.toISOString() }
  return [...others.map((worker) => ({ worker, ...idle })), ...paced].map(({ worker: name, ...counted }) => ({
    ...{ name, job: jobs.get(name) ?? null },
    ...counted,
  }))
}

/** `GET /media/queue`, for the machine room. */
export const queueHandlers = (options: QueueOptions) =>
  handlersOf(mediaEndpoints)({
    'GET /media/queue'() {
      const { view, queue, clock, fault } = options
      const counts = view.counts()
      const of = (status: string): number => counts[status] ?? 0
      const { postponed, oldestAt } = queue.waiting(clock.now().getTime())
      const body = {
        jobs: {
          ...{ waiting: of('waiting'), postponed, claimed: of('claimed'), finished: of('finished') },
          ...{ parked: of('parked'), cancelled: of('cancelled') },
        },
        ...{ oldestAt, fault: fault() ?? null },
        ...{ rateMinutes: limits.rateMinutes, workers: workersOf(options) },
      }
      return { body, headers: { 'Cache-Control': 'private, no-cache' } }
    },
  })
