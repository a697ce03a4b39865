import { until } from '@logbook/chassis/testing/until.ts'
import { z } from 'zod'
import type { Bus } from './bus.ts'
import type { Consumer } from './consumer.ts'
import { limits } from './limits.ts'

const status = z.looseObject({ position: z.number().int() })

interface Settling {
  options: { positionPath: string; settleSeconds: number }
  bus: Bus
  consumer: Consumer
  /** The log is expected to come at least so far. */
  head: number
}

/**
 * Waits until the consumer has read the log to its end, the log is as long as expected, and both stay so for a while. Returns
 * why not where it does not happen in time, or where the consumer ended.
 */
export const settled = async ({ options, bus, consumer, head }: Settling): Promise<string | undefined> => {
  const { positionPath, settleSeconds } = options
  let at = -1
  let since = 0
  let seen = 'it was not reached'
  const still = async (): Promise<boolean> => {
    if (consumer.fell() !== undefined) return true
    const end = await bus.head()
    const answer = await fetch(`${consumer.url}${positionPath}`, { signal: AbortSignal.timeout(2_000) })
    const { position } = status.parse(await answer.json())
    seen = `it had read up to ${position}, the log ended at ${end}, expected was ${head} at least`
    if (position < end || end < head) {
      at = -1
      return false
    }
    if (end !== at) {
      at = end
      since = performance.now()
    }
    return performance.now() - since >= limits.quietMs
  }
  try {
    await until(still, 'the consumer to settle', { withinMs: settleSeconds * 1_000 })
    return undefined
  } catch {
    return `The consumer did not settle within ${settleSeconds} s: ${seen}.`
  }
}
