import { z } from 'zod'
import { doer } from '../events/doer.ts'
import { entityId, timestamp } from '../text.ts'

/**
 * One thing that happened to the job of a medium, in the order of the log: request, leases, attempts, result. Of the progress under one
 * lease it has the last report alone.
 */
export const mediumHistoryEntry = z.object({
  id: z.string(),
  type: z.string(),
  time: timestamp,
  position: z.number().int(),
  /** The request that it came with, the same for all that one request did. */
  correlationId: z.string().optional(),
  /** The event that it answers: the one that gave the lease, or the one before it. Null for what somebody asked for. */
  cause: z.string().nullable(),
  /** Whose lease it was, which attempt, and by which worker; null where it was no worker's. */
  lease: z.number().int().nullable(),
  attempt: z.number().int().nullable(),
  worker: z.string().nullable(),
  /** The person who did it; null where it was no person. The name is null after an erasure. */
  by: doer.nullable(),
  /** Why an attempt failed or a job waits. */
  reason: z.string().nullable(),
  /** When the next attempt may begin; null where none follows, or where it may at once. */
  retryAt: timestamp.nullable(),
  /** Since the lease was given. */
  seconds: z.number().nullable(),
  says: z.string(),
})
export type MediumHistoryEntry = z.infer<typeof mediumHistoryEntry>

/** A worker that had a job in the last day. */
export const mediaWorkerAnswer = z.object({
  name: z.string(),
  /** The job it has at the moment. */
  job: entityId.nullable(),
  /** Jobs of the last day, by how they ended. */
  finished: z.number().int(),
  failed: z.number().int(),
  /** Finished jobs a minute, over the last `rateMinutes`. */
  rate: z.number(),
  lastAt: timestamp,
})

/** `GET /media/queue`: the jobs of everyone by what is with them, and the workers. */
export const mediaQueueAnswer = z.object({
  /** `waiting`: for a worker; `postponed`: of these, for a time; `parked`: until somebody asks for a retry. */
  jobs: z.object({
    waiting: z.number().int(),
    postponed: z.number().int(),
    claimed: z.number().int(),
    finished: z.number().int(),
    parked: z.number().int(),
    cancelled: z.number().int(),
  }),
  /** When the job that waits longest was requested; null where none waits. */
  oldestAt: timestamp.nullable(),
  /** Why no job is given out, or why no worker can be started; null where all is well. */
  fault: z.string().nullable(),
  rateMinutes: z.number().int(),
  workers: z.array(mediaWorkerAnswer),
})
export type MediaQueueAnswer = z.infer<typeof mediaQueueAnswer>
