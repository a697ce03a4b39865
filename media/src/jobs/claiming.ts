import { pause } from '@logbook/chassis/async/pause.ts'
import type { Clock } from '@logbook/chassis/clock.ts'
import type { Follower } from '@logbook/chassis/follow/follower.ts'
import type { Logger } from '@logbook/chassis/logger.ts'
import { isProblem, Problem } from '@logbook/chassis/problem.ts'
import { bounds } from '@logbook/contracts/bounds.ts'
import type { MediaSettings } from '@logbook/contracts/events/media-settings.ts'
import type { ClaimWork, WorkAnswer } from '@logbook/contracts/http/media.ts'
import { pictureWidths } from '@logbook/contracts/picture-widths.ts'
import { type Medium, taskOf } from '../domain/medium.ts'
import { keyPrefixOf } from '../domain/object-keys.ts'
import { limits } from '../limits.ts'
import type { Queue } from '../read-model/queue.ts'
import type { HandleJob } from './handle-job.ts'
import type { KeyedMutex } from './keyed-mutex.ts'
import type { Leases } from './leases.ts'
import type { Requests } from './requests.ts'
import type { UnreachableHosts } from './unreachable-hosts.ts'

interface ClaimingOptions {
  handle: HandleJob
  follower: Pick<Follower<never>, 'reached'>
  queue: Queue
  leases: Pick<Leases, 'renew'>
  mutex: KeyedMutex
  requests: Pick<Requests, 'assertSpace'>
  hosts: Pick<UnreachableHosts, 'resting'>
  /** Why no job may be assigned at the moment, or undefined. */
  storageFault: () => string | undefined
  settings: () => MediaSettings
  place: WorkPlace
  clock: Clock
  logger: Logger
}

const pollMsMax = 1_000
const pollMsMin = 10
const warnedVersionsMax = 100

/** Where workers find and leave files, and what they may fetch. */
export interface WorkPlace {
  /** Absent where workers know it by themselves. */
  storage?: string
  fetchAllow?: string[]
}

type Claimed = Extract<Medium, { status: 'claimed' }>

/** What it is made of. Crops are cut from the finished original, to which the filters were applied. */
const sourceOf = ({ request, made }: Claimed): Pick<WorkAnswer, 'url' | 'upload' | 'filters'> => {
  const { url, upload, filters } = request
  const original = made?.variants.find(({ name }) => name === 'original')
  if (original === undefined) return { url, upload, filters }
  const { key, sha256, bytes } = original
  return { url: null, upload: { key, sha256, bytes }, filters: [] }
}

/** Whatever the settings allow for other pictures. */
const ofPortrait = {
  pictureBytesMax: bounds.portraitBytesMax,
  picturePixelsMax: bounds.portraitPixelsMax,
  widths: [...pictureWidths.portrait],
}

const workOf = (
  medium: Claimed,
  { settings: current, place }: Pick<ClaimingOptions, 'settings' | 'place'>,
): WorkAnswer => {
  const { id, leases: lease, attempts: attempt, request, name, focus } = medium
  const { use } = request
  const { fileBytesMax, pictureBytesMax, picturePixelsMax, widths, formats, quality } = {
    ...current(),
    ...(use && ofPortrait),
  }
  return {
    ...{ id, lease, attempt, name, focus, task: taskOf(medium), ...sourceOf(medium), fileBytesMax },
    keepsMetadata: request.keepsMetadata,
    ...(use && { use }),
    settings: { pictureBytesMax, picturePixelsMax, widths, formats, quality },
    ...place,
    leaseSeconds: limits.leaseMs / 1_000,
    keyPrefix: keyPrefixOf(id, lease),
  }
}

/** Resolves after `ms`, at the `wake` event of `target`, or when `signal` aborts. */
const untilEvent = async (target: EventTarget, ms: number, signal: AbortSignal): Promise<void> => {
  const until = new AbortController()
  const wake = () => until.abort()
  target.addEventListener('wake', wake, { once: true })
  signal.addEventListener('abort', wake, { once: true })
  await pause(ms, until.signal)
  target.removeEventListener('wake', wake)
  signal.removeEventListener('abort', wake)
}

/** Assigns jobs to workers, each job to one worker. */
export const createClaiming = (options: ClaimingOptions) => {
  const { handle, follower, queue, leases, mutex, hosts, storageFault, clock, logger } = options
  const woken = new EventTarget()
  const warnedVersions = new Set<string>()

  /** Logs once for each worker version that jobs wait which it does not support. */
  const warnOfVersion = ({ worker, version }: ClaimWork): void => {
    if (warnedVersions.has(version) || warnedVersions.size >= warnedVersionsMax) return
    warnedVersions.add(version)
    logger.warn({ worker, version }, 'jobs wait that a worker of this version does not support')
  }

  /** Parks a file by link whose owner has no room left since it was requested. Returns true if it did. */
  const isOverQuota = async ({ id, leases: lease, ownerId, request, made }: Claimed): Promise<boolean> => {
    if (request.upload !== null || made !== null) return false
    try {
      options.requests.assertSpace(ownerId, 1)
      return false
    } catch (error) {
      if (!isProblem(error, 'too-large')) throw error
      const fail = { kind: 'fail', lease, how: 'refused', reason: error.message, fault: 'outside' } as const
      await handle(id, { ...fail, at: clock.now().toISOString() })
      return true
    }
  }

  /** The next job, or undefined if none may begin now. */
  const claimNow = async (claimant: ClaimWork): Promise<WorkAnswer | undefined> => {
    const skipped = new Set<string>()
    const { worker } = claimant
    const kinds = new Set(claimant.kinds)
    for (;;) {
      const now = clock.now()
      const resting = hosts.resting()
      const id = queue.next(now.getTime(), { skipped, kinds, resting })
      if (id === undefined) {
        if (queue.next(now.getTime(), { skipped, resting }) !== undefined) warnOfVersion(claimant)
        return undefined
      }
      try {
        const { state, position } = await handle(id, { kind: 'claim', worker, at: now.toISOString() })
        if (state.status !== 'claimed') throw new Problem('conflict')
        leases.renew(id, state.leases)
        // The next claim must see this one in the queue.
        await follower.reached(position, limits.workViewMsMax)
        if (await isOverQuota(state)) skipped.add(id)
        else return workOf(state, options)
      } catch (error) {
        // The view is behind, or its owner was erased a moment ago.
        if (!isProblem(error, 'conflict') && !isProblem(error, 'gone')) throw error
        skipped.add(id)
      }
    }
  }

  return {
    /** Wakes waiting claims: there may be work. */
    wake: (): void => void woken.dispatchEvent(new Event('wake')),
    /** Waits up to `waitMs` for a job. Undefined where there is none by then, or `signal` aborts. */
    async claim(claimant: ClaimWork, { waitMs, signal }: { waitMs: number; signal: AbortSignal }) {
      const end = clock.steady() + waitMs
      for (;;) {
        if (signal.aborted) return undefined
        const found =
          storageFault() === undefined ? await mutex('claim', () => claimNow(claimant)) : undefined
        const left = end - clock.steady()
        if (found !== undefined || left <= 0) return found
        const retryMs = (queue.nextRetryMs() ?? Infinity) - clock.now().getTime()
        // A job that is due and was not assigned is not for this worker at the moment.
        const pollMs = retryMs > 0 ? Math.max(pollMsMin, retryMs) : pollMsMax
        await untilEvent(woken, Math.min(left, pollMsMax, pollMs), signal)
      }
    },
  }
}
