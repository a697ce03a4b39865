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
import type { Objects } from '../read-model/objects.ts'
import type { Storage } from '../storage/storage.ts'
import type { HandleJob } from './handle-job.ts'
import type { Leases } from './leases.ts'
import type { Live } from './live.ts'
import type { Turns } from './turns.ts'

interface WorkOptions {
  media: Pick<CommandHandler<Medium, MediaEvent>, 'load'>
  handle: HandleJob
  follower: Pick<Follower<never>, 'reached'>
  objects: Pick<Objects, 'same'>
  leases: Leases
  live: Pick<Live, 'report'>
  storage: Pick<Storage, 'size'>
  turns: Turns
  /** What a worker has stored of this medium, and nobody will name, has to go. */
  discardLeftoversOf: (id: string) => void
  /** A worker postponed its job, as it does where the storage is full or away. */
  suspectStorage: () => void
  clock: Clock
  logger: Logger
}

/** Under which finishing and removing take turns: no object is removed that is about to be named. */
export const storageTurn = 'storage'
const viewMsMax = 5_000

export type Work = ReturnType<typeof createWork>

type Said<Kind> = Omit<Extract<MediaCommand, { kind: Kind }>, 'kind' | 'at'>

const isOver = (error: unknown): boolean => isProblem(error, 'conflict') || isProblem(error, 'gone')

/** Names what is stored already under the key that it has. Throws `invalid` for what is not in storage. */
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

/** What workers say of their jobs. Each answers to the lease that it was given. */
export const createWork = (options: WorkOptions) => {
  const { media, handle, follower, leases, live, turns, clock, logger } = options
  const now = () => clock.now().toISOString()

  /** Throws `conflict` where the lease is not the one that counts. */
  const assertHeld = async (id: string, lease: number): Promise<Medium> => {
    const { state } = await media.load(mediaSubject(id))
    if (holds(state, lease)) return state
    // Says why, in the words of the domain.
    decide(state, { kind: 'progress', lease, step: 'making', bytes: 0, total: null, at: now() })
    throw new Problem('conflict', { detail: `Lease ${lease} has ended.` })
  }

  const assertOwnKeys = (medium: Medium, { lease, variants }: FinishWork): void => {
    if (medium.status !== 'claimed') return
    const own = keyPrefixOf(medium.id, lease)
    const upload = medium.request.upload?.key
    const stranger = variants.findIndex(({ key }) => !key.startsWith(own) && key !== upload)
    if (stranger >= 0) throw invalid(`variants.${stranger}.key`, `must begin with ${own}`)
  }

  const finish = async (id: string, made: FinishWork, cause: Cause): Promise<void> => {
    const { state } = await media.load(mediaSubject(id))
    const command = { kind: 'finish', ...made, at: now() } as const
    // Before the storage is asked: what is refused anyway costs nothing.
    if (decide(state, command).length === 0) return
    leases.renew(id, made.lease)
    assertOwnKeys(state, made)
    await turns(storageTurn, async () => {
      const variants = await settleVariants(made.variants, options)
      const { position } = await handle(id, { ...command, variants }, cause)
      await follower.reached(position, viewMsMax)
    })
  }

  return {
    async heartbeat(id: string, lease: number): Promise<void> {
      await assertHeld(id, lease)
      leases.renew(id, lease)
    },

    async progress(id: string, said: Said<'progress'>): Promise<void> {
      await handle(id, { kind: 'progress', ...said, at: now() })
      leases.renew(id, said.lease)
      live.report(id, said)
    },

    /** Throws `invalid` where something of it is not in storage, and `conflict` for a stale lease, whose files go. */
    async finish(id: string, made: FinishWork, cause: Cause): Promise<void> {
      try {
        await finish(id, made, cause)
      } catch (error) {
        if (isOver(error)) options.discardLeftoversOf(id)
        throw error
      }
    },

    async fail(id: string, said: Said<'fail'>, cause: Cause): Promise<void> {
      await handle(id, { kind: 'fail', ...said, at: now() }, cause)
      if (said.how === 'later') options.suspectStorage()
    },

    /** Takes the jobs of workers that fell silent away from them. */
    async lapse(): Promise<void> {
      const reason = 'The worker ended, or gave no sign of life.'
      for (const { id, lease } of leases.ended())
        try {
          await handle(id, { kind: 'fail', lease, how: 'again', reason, at: now() })
          logger.warn({ medium: id, lease }, 'a worker lost its job')
        } catch (error) {
          if (!isOver(error)) throw error
        }
    },
  }
}
