import { repeat } from '@logbook/chassis/async/repeat.ts'
import { createWakeSignal } from '@logbook/chassis/async/wake-signal.ts'
import type { Clock } from '@logbook/chassis/clock.ts'
import type { Logger } from '@logbook/chassis/logger.ts'
import { limits } from '../limits.ts'

interface HostQueueOptions<Item extends { host: string }> {
  /** The item that is due longest, except of the hosts that are busy. */
  next(nowMs: number, busy: readonly string[]): Item | undefined
  /** When the earliest is due, or undefined. */
  nextMs(): number | undefined
  /** Does the work and records what came of it. Throws for a fault on this side, after which the item is still due. */
  handle(item: Item, stop: AbortSignal): Promise<void>
  atOnceMax: number
  clock: Clock
  logger: Logger
  /** What the log says of a fault. */
  onFault: string
}

/** Does work that waits in a table and asks other hosts: a few at once, and one of each host, so that a slow one delays only its own. */
export const createHostQueue = <Item extends { host: string }>(options: HostQueueOptions<Item>) => {
  const { next, nextMs, handle, atOnceMax, clock, logger, onFault } = options
  const stopping = new AbortController()
  const signal = createWakeSignal()
  const busy = new Map<string, Promise<void>>()
  let running: Promise<void> | undefined
  const faults: { error: unknown }[] = []

  const work = async (item: Item): Promise<void> => {
    try {
      await handle(item, stopping.signal)
    } catch (error) {
      faults.push({ error })
    } finally {
      busy.delete(item.host)
      signal.wake()
    }
  }

  const begin = (nowMs: number): void => {
    while (busy.size < atOnceMax) {
      const item = next(nowMs, [...busy.keys()])
      if (item === undefined) return
      busy.set(item.host, work(item))
    }
  }

  /** Until the next is due. What was due when work was last begun waits for a host that is busy, whose end wakes. */
  const untilDue = (nowMs: number): number => {
    const untilMs = (nextMs() ?? Number.POSITIVE_INFINITY) - nowMs
    return untilMs > 0 ? Math.min(untilMs, limits.sleepMsMax) : limits.sleepMsMax
  }

  const turn = async (): Promise<void> => {
    const nowMs = clock.now().getTime()
    begin(nowMs)
    if (faults.length === 0) await signal.next({ signal: stopping.signal, timeoutMs: untilDue(nowMs) })
    if (stopping.signal.aborted) return
    const [fault] = faults.splice(0)
    if (fault !== undefined) throw fault.error
  }

  const run = (): Promise<void> =>
    repeat(turn, {
      ...{ signal: stopping.signal, backoffMs: limits.awayMs },
      onFailure(error, failures) {
        if (failures === 0) logger.warn({ err: error }, onFault)
      },
    })

  return {
    start(): void {
      running ??= run()
    },
    /** Something is due. */
    wake: signal.wake,
    async stop(): Promise<void> {
      stopping.abort()
      await running
      await Promise.all(busy.values())
    },
  }
}
