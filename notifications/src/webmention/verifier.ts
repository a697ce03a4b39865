import { backoff } from '@logbook/chassis/async/pause.ts'
import { repeat } from '@logbook/chassis/async/repeat.ts'
import { createWakeSignal } from '@logbook/chassis/async/wake-signal.ts'
import type { Clock } from '@logbook/chassis/clock.ts'
import type { Logger } from '@logbook/chassis/logger.ts'
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

/** Verifies the mentions that wait, a few at a time, and tries again later what may pass. */
export const createVerifier = (options: VerifierOptions) => {
  const { received, verify, clock, logger } = options
  const stopping = new AbortController()
  let running: Promise<void> | undefined
  const waking = createWakeSignal()
  const nowMs = () => clock.now().getTime()

  const settle = async (mention: DueMention): Promise<void> => {
    try {
      received.settle(mention, await verify(mention, stopping.signal))
    } catch (error) {
      if (error instanceof PageRefused)
        return received.settle(mention, { status: 'refused', reason: error.message })
      if (!(error instanceof Unfetched)) throw error
      if (mention.attempts + 1 >= limits.attemptsMax)
        return received.settle(mention, { status: 'refused', reason: error.message })
      received.later(mention, Math.round(nowMs() + backoff(limits.retryMs, mention.attempts)))
    }
  }

  const drain = async (): Promise<void> => {
    for (let due = received.due(nowMs()); due.length > 0; due = received.due(nowMs())) {
      // Those that wait together, a few at a time.
      const waiting = due.values()
      const fetcher = async () => {
        for (const mention of waiting) {
          if (stopping.signal.aborted) return
          await settle(mention)
        }
      }
      const fetchers = await Promise.allSettled(Array.from({ length: limits.fetchersMax }, fetcher))
      for (const { reason } of fetchers.filter((each) => each.status === 'rejected')) throw reason
      if (stopping.signal.aborted) return
    }
  }

  const turn = async (progressed: () => void): Promise<void> => {
    const { wakes } = waking
    await drain()
    progressed()
    const next = received.nextMs()
    const untilMs = next === undefined ? limits.sleepMsMax : next - nowMs()
    const timeoutMs = Math.max(limits.awayMs.initial, Math.min(untilMs, limits.sleepMsMax))
    await waking.next({ signal: stopping.signal, timeoutMs, wakes })
  }

  const run = (): Promise<void> =>
    repeat(turn, {
      ...{ signal: stopping.signal, backoffMs: limits.awayMs },
      onFailure(error, failures) {
        if (failures === 0) logger.warn({ err: error }, 'mentions are not verified for the moment')
      },
    })

  return {
    start(): void {
      received.prune(nowMs())
      running ??= run()
    },
    /** Something was sent. */
    wake: waking.wake,
    async stop(): Promise<void> {
      stopping.abort()
      await running
    },
  }
}
