import { backoff, pause } from '@logbook/chassis/async/pause.ts'
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
  let woken = false
  let wakeUp = () => {}
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

  const sleep = (): Promise<void> => {
    const waking = new AbortController()
    wakeUp = () => waking.abort()
    if (woken) waking.abort()
    const next = received.nextMs()
    const untilMs = next === undefined ? limits.sleepMsMax : next - nowMs()
    const ms = Math.max(limits.awayMs.initial, Math.min(untilMs, limits.sleepMsMax))
    return pause(ms, AbortSignal.any([waking.signal, stopping.signal]))
  }

  const run = async (): Promise<void> => {
    for (let failures = 0; !stopping.signal.aborted; ) {
      try {
        woken = false
        await drain()
        failures = 0
        await sleep()
      } catch (error) {
        if (stopping.signal.aborted) return
        if (failures === 0) logger.warn({ err: error }, 'mentions are not verified for the moment')
        await pause(backoff(limits.awayMs, failures++), stopping.signal)
      }
    }
  }

  return {
    start(): void {
      received.prune(nowMs())
      running ??= run()
    },
    /** Something was sent. */
    wake(): void {
      woken = true
      wakeUp()
    },
    async stop(): Promise<void> {
      stopping.abort()
      await running
    },
  }
}
