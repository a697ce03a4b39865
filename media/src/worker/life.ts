import { isProblem } from '@logbook/chassis/problem.ts'
import type { WorkAnswer } from '@logbook/contracts/http/media.ts'
import type { MediaService, Progress } from './service.ts'

/** A third of the lease: two signs of life may get lost. */
const beatsPerLease = 3
const reportMsMin = 250

export class LeaseLost extends Error {
  override name = 'LeaseLost'
}

/**
 * Tells the service that the worker lives and how far it is, until `end`. `signal` aborts with LeaseLost as soon as the service says that the
 * job is another's. A report that fails is repeated with the next heartbeat.
 */
export const keepAlive = (service: Pick<MediaService, 'heartbeat' | 'progress'>, job: WorkAnswer) => {
  const lost = new AbortController()
  let reportedAt = Number.NEGATIVE_INFINITY
  let telling: Promise<void> | undefined

  const tell = (say: () => Promise<unknown>): void => {
    telling ??= say()
      .then(
        () => {},
        (error: unknown) => {
          if (isProblem(error, 'conflict') || isProblem(error, 'gone') || isProblem(error, 'not-found'))
            lost.abort(new LeaseLost('The lease of the job has ended.'))
        },
      )
      .finally(() => {
        telling = undefined
      })
  }
  const beat = setInterval(
    () => tell(() => service.heartbeat(job)),
    (job.leaseSeconds * 1_000) / beatsPerLease,
  )
  return {
    signal: lost.signal,
    /** Reports that come too close to each other are left out. */
    report(report: Progress): void {
      const now = performance.now()
      if (now - reportedAt < reportMsMin) return
      reportedAt = now
      tell(() => service.progress(job, report))
    },
    async end(): Promise<void> {
      clearInterval(beat)
      await telling
    },
  }
}
