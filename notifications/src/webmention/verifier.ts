import { backoff } from '@logbook/chassis/async/pause.ts'
import type { Clock } from '@logbook/chassis/clock.ts'
import type { Logger } from '@logbook/chassis/logger.ts'
import { createHostQueue } from '../outbox/host-queue.ts'
import { limits } from './limits.ts'
import { PageRefused } from './page.ts'
import type { DueMention, ReceivedMentions } from './received.ts'
import { Unfetched, type Verify } from './verify.ts'

interface VerifierOptions {
  received: ReceivedMentions
  verify: Verify
  clock: Clock
  logger: Logger
}

export type Verifier = ReturnType<typeof createVerifier>

/** Verifies the mentions that wait, and tries again later what may pass. */
export const createVerifier = ({ received, verify, clock, logger }: VerifierOptions) => {
  const nowMs = () => clock.now().getTime()
  const handle = async (mention: DueMention, stop: AbortSignal): Promise<void> => {
    try {
      received.settle(mention, await verify(mention, stop))
    } catch (error) {
      if (error instanceof PageRefused)
        return received.settle(mention, { status: 'refused', reason: error.message })
      if (!(error instanceof Unfetched)) throw error
      if (mention.attempts + 1 >= limits.attemptsMax)
        return received.settle(mention, { status: 'refused', reason: error.message })
      received.later(mention, Math.round(nowMs() + backoff(limits.retryMs, mention.attempts)))
    }
  }
  const queue = createHostQueue({
    ...{ next: received.next, nextMs: received.nextMs, handle, clock, logger },
    ...{ atOnceMax: limits.fetchersMax, onFault: 'mentions are not verified for the moment' },
  })
  return {
    start(): void {
      received.prune(nowMs())
      queue.start()
    },
    /** Something was sent. */
    wake: queue.wake,
    stop: queue.stop,
  }
}
