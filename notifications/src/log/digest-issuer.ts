import type { Clock } from '@logbook/chassis/clock.ts'
import type { Bus } from '@logbook/chassis/log/bus.ts'
import type { Logger } from '@logbook/chassis/logger.ts'
import { digestDue } from '../domain/timing.ts'
import { limits } from '../limits.ts'
import type { Digests } from '../read-model/digests.ts'
import { appendOnce } from './once.ts'
import { createWatch } from './watch.ts'

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
  const issue = async (timeZone: string, blogZone: string): Promise<void> => {
    const nowMs = clock.now().getTime()
    const { week, fromMs, toMs, dueMs } = digestDue(nowMs, timeZone)
    const isLate = nowMs - dueMs > limits.digestLateDaysMax * dayMs
    if (nowMs < dueMs || isLate || digests.isIssued(week, timeZone)) return
    const picked = digests.pick({ fromMs, toMs, timeZone })
    // A week without posts and comments has no digest.
    if (Object.values(picked).every((ids) => ids.length === 0)) return
    const issuedAt = clock.now().toISOString()
    await appendOnce(bus, 'DigestIssued', {
      week,
      timeZone,
      ...picked,
      ofBlog: timeZone === blogZone,
      issuedAt,
    })
  }
  const look = async (): Promise<void> => {
    if (!isReady()) return
    const { ofBlog, all } = digests.zones()
    for (const timeZone of all) await issue(timeZone, ofBlog)
  }
  return createWatch({ look, everyMs: limits.digestLookMs, logger, what: 'a digest' })
}
