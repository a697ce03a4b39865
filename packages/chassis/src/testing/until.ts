import { setTimeout as wait } from 'node:timers/promises'

/** Between two looks, ever longer: what is waited for needs the processor more. */
const pollMs = { first: 15, growth: 1.4, max: 200 }
/** Of a machine that is busy with other things: it is lost only when something is broken. */
const patienceMs = 60_000

/**
 * Resolves to the first truthy value of `condition`. What it throws counts as not yet, and is the cause when patience ends.
 * `pauseMsMax`: the longest pause between two looks, for what is known to take long.
 */
export const until = async <Value>(
  condition: () => Value | Promise<Value>,
  what = 'what was to come',
  { withinMs = patienceMs, pauseMsMax = pollMs.max }: { withinMs?: number; pauseMsMax?: number } = {},
): Promise<Exclude<Value, false | null | undefined | 0 | ''>> => {
  const end = performance.now() + withinMs
  let last: unknown
  let pauseMs = pollMs.first
  do {
    try {
      const value = await condition()
      if (value) return value as Exclude<Value, false | null | undefined | 0 | ''>
      last = undefined
    } catch (error) {
      last = error
    }
    await wait(pauseMs)
    pauseMs = Math.min(pauseMsMax, pauseMs * pollMs.growth)
  } while (performance.now() < end)
  throw new Error(`Waited ${withinMs} ms in vain for ${what}`, { cause: last })
}
