import type { Clock } from '@logbook/chassis/clock.ts'
import { derivedId } from '@logbook/chassis/ids.ts'
import type { Bus } from '@logbook/chassis/log/bus.ts'
import type { Logger } from '@logbook/chassis/logger.ts'
import { isProblem } from '@logbook/chassis/problem.ts'
import type { EventData } from '@logbook/contracts/events/catalog.ts'
import { digestSubject } from '@logbook/contracts/events/notifications.ts'
import { currentDataVersion } from '@logbook/contracts/events/upcast.ts'
import { digestDue } from '../domain/timing.ts'
import { limits } from '../limits.ts'
import type { Digests } from '../read-model/digests.ts'
import { source } from './source.ts'

interface IssuerOptions {
  bus: Bus
  digests: Digests
  clock: Clock
  logger: Logger
  /** False while the view may be behind the log. */
  isReady: () => boolean
}

const dayMs = 86_400_000

/**
 * Appends the digest of last week for each time zone when it is due, also if the process was down at that hour. The stream of a week
 * and zone must not exist, so that one of several instances issues it.
 */
export const createDigestIssuer = ({ bus, digests, clock, logger, isReady }: IssuerOptions) => {
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> = Promise.resolve()

  const issue = async (timeZone: string): Promise<void> => {
    const nowMs = clock.now().getTime()
    const { week, fromMs, toMs, dueMs } = digestDue(nowMs, timeZone)
    const isLate = nowMs - dueMs > limits.digestLateDaysMax * dayMs
    if (nowMs < dueMs || isLate || digests.isIssued(week, timeZone)) return
    const { posts, comments } = digests.pick({ fromMs, toMs })
    // A week without posts and comments has no digest.
    if (posts.length === 0 && comments.length === 0) return
    const subject = digestSubject(week, timeZone)
    try {
      await bus.append([
        {
          id: derivedId(source, subject),
          ...{ source, subject, type: 'DigestIssued', expectedversion: 'none' },
          dataversion: currentDataVersion('DigestIssued'),
          data: {
            ...{ week, timeZone, posts, comments, issuedAt: clock.now().toISOString() },
          } satisfies EventData<'DigestIssued'>,
        },
      ])
    } catch (error) {
      // Another instance was first.
      if (!isProblem(error, 'version-conflict') && !isProblem(error, 'id-conflict')) throw error
    }
  }

  const look = async (): Promise<void> => {
    if (!isReady()) return
    for (const timeZone of digests.zones()) await issue(timeZone)
  }

  const soon = (): void => {
    running = running.then(look).catch((error: unknown) => {
      logger.warn({ err: error }, 'a digest could not be issued; it will be tried again')
    })
  }

  return {
    /** Checks periodically whether a digest is due. */
    start(): void {
      timer = setInterval(soon, limits.digestLookMs).unref()
    },
    /** Checks now. Resolves when done. */
    look: (): Promise<void> => {
      soon()
      return running
    },
    async stop(): Promise<void> {
      clearInterval(timer)
      await running
    },
  }
}
