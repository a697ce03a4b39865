import type { Clock } from '@logbook/chassis/clock.ts'
import { createFaultLog } from '@logbook/chassis/health/fault-log.ts'
import type { Logger } from '@logbook/chassis/logger.ts'
import { limits } from '../limits.ts'

interface HousekeepingOptions {
  /** False while the view is behind the log or belongs to another log. */
  isReady: () => boolean
  expireLeases: () => Promise<void>
  giveUpHosts: () => Promise<void>
  lookForWork: () => void
  settleUploads: () => Promise<void>
  tidyPortraits: () => Promise<void>
  probeStorage: () => Promise<void>
  checkStorage: () => Promise<void>
  clock: Clock
  logger: Logger
}

/** Periodic tasks: expires leases, starts due jobs, removes abandoned uploads and portraits, and probes a storage that failed. */
export const createHousekeeping = (options: HousekeepingOptions) => {
  const { isReady, expireLeases, lookForWork, settleUploads, probeStorage, checkStorage } = options
  const { giveUpHosts, tidyPortraits, clock, logger } = options
  let settledAt = Number.NEGATIVE_INFINITY
  let timer: NodeJS.Timeout | undefined

  const turn = async (): Promise<void> => {
    await expireLeases()
    lookForWork()
    if (clock.steady() - settledAt < limits.uploadCheckMs) return
    settledAt = clock.steady()
    await settleUploads()
  }

  // Separate tasks: a storage that does not answer must not delay the expiry of leases.
  const tasks = [turn, giveUpHosts, tidyPortraits, probeStorage, checkStorage].map((task) =>
    createTask(task, logger),
  )
  return {
    start(): void {
      timer = setInterval(() => {
        if (isReady()) for (const { run } of tasks) run()
      }, limits.leaseCheckMs)
    },
    async stop(): Promise<void> {
      clearInterval(timer)
      await Promise.all(tasks.map(({ settled }) => settled()))
    },
  }
}

/** Runs a task, one run at a time, and logs its failures. */
const createTask = (task: () => Promise<void>, logger: Logger) => {
  const faults = createFaultLog(logger, {
    failed: 'what media does now and then failed',
    again: 'what media does now and then is done again',
  })
  let running: Promise<void> | undefined
  const once = async (): Promise<void> => {
    try {
      await task()
      faults.over()
    } catch (error) {
      faults.fault(error)
    } finally {
      running = undefined
    }
  }
  return {
    run(): void {
      running ??= once()
    },
    settled: async (): Promise<void> => running,
  }
}
