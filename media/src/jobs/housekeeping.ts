import type { Clock } from '@logbook/chassis/clock.ts'
import { createFaultLog } from '@logbook/chassis/health/fault-log.ts'
import type { Logger } from '@logbook/chassis/logger.ts'
import { limits } from '../limits.ts'

interface HousekeepingOptions {
  /** False while the view is not to be trusted. */
  isReady: () => boolean
  lapse: () => Promise<void>
  lookForWork: () => void
  settleUploads: () => Promise<void>
  lookAtStorage: () => Promise<void>
  clock: Clock
  logger: Logger
}

/** What media does now and then: it ends leases, finds jobs whose time has come, removes uploads that were left, and tries a storage that failed. */
export const createHousekeeping = (options: HousekeepingOptions) => {
  const { isReady, lapse, lookForWork, settleUploads, lookAtStorage, clock, logger } = options
  let settledAt = Number.NEGATIVE_INFINITY
  let timer: NodeJS.Timeout | undefined

  const turn = async (): Promise<void> => {
    await lapse()
    lookForWork()
    if (clock.steady() - settledAt < limits.uploadCheckMs) return
    settledAt = clock.steady()
    await settleUploads()
  }

  // Each by itself: a storage that does not answer must not keep leases from ending.
  const tasks = [turn, lookAtStorage].map((task) => createTask(task, logger))
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

/** Runs a task, once at a time, and logs its faults. */
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
