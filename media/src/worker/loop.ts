import { repeat } from '@logbook/chassis/async/repeat.ts'
import type { Logger } from '@logbook/chassis/logger.ts'
import type { WorkAnswer } from '@logbook/contracts/http/media.ts'
import { runJob } from './job.ts'
import { workerLimits as limits } from './limits.ts'
import type { JobStorage } from './link.ts'
import type { MediaService } from './service.ts'
import type { Tools } from './tools.ts'

interface LoopOptions {
  service: MediaService
  storageOf: (job: WorkAnswer) => Promise<JobStorage>
  tools: Tools
  /** How long it waits for a job before it ends by itself, in ms. */
  idleMsMax: number
  ending: AbortSignal
  logger: Logger
}

/** Works on one job after the other until `ending` aborts or no job came for `idleMsMax`. */
export const workOn = async ({ idleMsMax, ending, logger, ...own }: LoopOptions): Promise<void> => {
  let idleSince = performance.now()
  const turn = async (progressed: () => void): Promise<boolean> => {
    if (performance.now() - idleSince >= idleMsMax) return false
    const job = await own.service.claim(ending)
    progressed()
    if (job === undefined) return true
    logger.debug({ medium: job.id, lease: job.lease }, 'a job begins')
    await runJob(job, { ...own, ending })
    idleSince = performance.now()
    return true
  }
  await repeat(turn, {
    ...{ signal: ending, backoffMs: limits.backoffMs },
    onFailure: (error) => logger.warn({ err: error }, 'the media service did not answer'),
  })
}
