import type { Clock } from '@logbook/chassis/clock.ts'
import type { Cause } from '@logbook/chassis/command/cause.ts'
import type { CommandHandler } from '@logbook/chassis/command/command-handler.ts'
import type { Follower } from '@logbook/chassis/follow/follower.ts'
import type { Logger } from '@logbook/chassis/logger.ts'
import { invalid, isProblem, Problem } from '@logbook/chassis/problem.ts'
import { type MediaVariant, mediaSubject } from '@logbook/contracts/events/media.ts'
import type { FinishWork } from '@logbook/contracts/http/media.ts'
import { decide, type MediaCommand } from '../domain/decide.ts'
import { holds, type MediaEvent, type Medium } from '../domain/medium.ts'
import { keyPrefixOf } from '../domain/object-keys.ts'
import { limits } from '../limits.ts'
import type { Objects } from '../read-model/objects.ts'
import type { Storage } from '../storage/storage.ts'
import type { HandleJob } from './handle-job.ts'
import type { JobProgress } from './job-progress.ts'
import type { KeyedMutex } from './keyed-mutex.ts'
import type { Leases } from './leases.ts'
import type { Requests } from './requests.ts'
import type { UnreachableHosts } from './unreachable-hosts.ts'

interface WorkOptions {
  media: Pick<CommandHandler<Medium, MediaEvent>, 'load'>
  handle: HandleJob
  follower: Pick<Follower<never>, 'reached'>
  objects: Pick<Objects, 'same'>
  leases: Leases
  jobProgress: Pick<JobProgress, 'report'>
  storage: Pick<Storage, 'size'>
  mutex: KeyedMutex
  requests: Pick<Requests, 'assertSpace'>
  hosts: Pick<UnreachableHosts, 'failed' | 'forget'>
  /** Deletes the objects that a worker stored for this medium and that no event names. */
  discardLeftovers: (id: string) => void
  /** Called when a worker postponed its job, as it does if the storage is full or unavailable. */
  suspectStorage: () => void
  clock: Clock
  logger: Logger
}

/** Lock of finishing jobs and removing objects, so that no object is removed that a job is about to name. */
export const storageLock = 'storage'

export type Work = ReturnType<typeof createWork>

type JobReport<Kind> = Omit<Extract<MediaCommand, { kind: Kind }>, 'kind' | 'at'>

const isOver = (error: unknown): boolean => isProblem(error, 'conflict') || isProblem(error, 'gone')

/** Deduplicates variants: one that is stored already gets the stored key. Throws `invalid` for a variant that is not in storage. */
const settleVariants = (
  variants: readonly MediaVariant[],
  { storage, objects }: Pick<WorkOptions, 'storage' | 'objects'>,
): Promise<MediaVariant[]> =>
  Promise.all(
    variants.map(async (variant, index) => {
      const { key, bytes, sha256 } = variant
      const size = await storage.size(key)
      if (size !== bytes)
        throw invalid(
          `variants.${index}.key`,
          `must be in storage with ${bytes} bytes, and has ${size ?? 'none'}`,
        )
      const same = objects.same(sha256, bytes)
      const isThere = same !== undefined && same !== key && (await storage.size(same)) === bytes
      return isThere ? { ...variant, key: same } : variant
    }),
  )

/** Commands of workers on their jobs. Each names its lease. */
export const createWork = (options: WorkOptions) => {
  const { media, handle, follower, leases, jobProgress, mutex, hosts, clock, logger } = options
  const now = () => clock.now().toISOString()

  /** Throws `conflict` if the lease is not the current one. */
  const assertHeld = async (id: string, lease: number): Promise<Medium> => {
    const { state } = await media.load(mediaSubject(id))
    if (holds(state, lease)) return state
    // Throws with the domain's explanation.
    decide(state, { kind: 'progress', lease, step: 'making', bytes: 0, total: null, at: now() })
    throw new Problem('conflict', { detail: `Lease ${lease} has ended.` })
  }

  const assertOwnKeys = (medium: Medium, { lease, variants }: FinishWork): void => {
    if (medium.status !== 'claimed') return
    const own = keyPrefixOf(medium.id, lease)
    const upload = medium.request.upload?.key
    const foreignIndex = variants.findIndex(({ key }) => !key.startsWith(own) && key !== upload)
    if (foreignIndex >= 0) throw invalid(`variants.${foreignIndex}.key`, `must begin with ${own}`)
  }

  /** How large a file by link is, its request did not say. An upload was counted when it began. */
  const assertQuota = (medium: Medium, variants: readonly MediaVariant[]): void => {
    if (medium.status !== 'claimed' || medium.made !== null || medium.request.upload !== null) return
    const bytes = variants.reduce((sum, each) => sum + each.bytes, 0)
    options.requests.assertSpace(medium.ownerId, bytes)
  }

  const finish = async (id: string, made: FinishWork, cause: Cause): Promise<void> => {
    const { state } = await media.load(mediaSubject(id))
    const command = { kind: 'finish', ...made, at: now() } as const
    // Before the storage is asked, which costs a request.
    if (decide(state, command).length === 0) return
    leases.renew(id, made.lease)
    assertOwnKeys(state, made)
    await mutex(storageLock, async () => {
      const variants = await settleVariants(made.variants, options)
      assertQuota(state, variants)
      const { position } = await handle(id, { ...command, variants }, cause)
      if (state.status === 'claimed') hosts.forget(state.request.url)
      await follower.reached(position, limits.workViewMsMax)
    })
  }

  return {
    async heartbeat(id: string, lease: number): Promise<void> {
      await assertHeld(id, lease)
      leases.renew(id, lease)
    },

    async progress(id: string, report: JobReport<'progress'>): Promise<void> {
      await handle(id, { kind: 'progress', ...report, at: now() })
      leases.renew(id, report.lease)
      jobProgress.report(id, report)
    },

    /**
     * Throws `invalid` if a variant is not in storage, `too-large` if it exceeds the quota of its owner, and `conflict` for a stale lease,
     * whose objects are deleted.
     */
    async finish(id: string, made: FinishWork, cause: Cause): Promise<void> {
      try {
        await finish(id, made, cause)
      } catch (error) {
        if (isOver(error)) options.discardLeftovers(id)
        throw error
      }
    },

    async fail(id: string, report: JobReport<'fail'>, cause: Cause): Promise<void> {
      const { state } = await handle(id, { kind: 'fail', ...report, at: now() }, cause)
      hosts.failed(state, report)
      if (report.how === 'later') options.suspectStorage()
    },

    /** Fails the jobs whose lease has expired. */
    async expireLeases(): Promise<void> {
      const reason = 'The worker stopped or sent no heartbeat.'
      for (const { id, lease } of leases.ended())
        try {
          await handle(id, { kind: 'fail', lease, how: 'again', reason, fault: 'service', at: now() })
          logger.warn({ medium: id, lease }, 'a worker lost its job')
        } catch (error) {
          if (!isOver(error)) throw error
        }
    },
  }
}
