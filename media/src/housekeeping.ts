import type { Clock } from '@logbook/chassis/clock.ts'
import { createFaultLog } from '@logbook/chassis/health/fault-log.ts'
import type { Logger } from '@logbook/chassis/log.ts'
import { limits } from './limits.ts'

interface HousekeepingOptions {
  /** False while the view is not to be trusted. */
  isReady: () => boolean
  lapse: () => Promise<void>
  lookForWork: () => void
  settleUploads: () => Promise<void>
  clock: Clock
  log: Logger
}

/** What media does now and then: it looks for leases that ended, for jobs whose time has come, and for uploads that were left. */
export const createHousekeeping = (options: HousekeepingOptions) => {
  const { isReady, lapse, lookForWork, settleUploads, clock, log } = options
  const faults = createFaultLog(log, {
    failed: 'what media does now and then failed',
    again: 'what media does now and then is done again',
  })
  let running: Promise<void> | undefined
  let settledAt = Number.NEGATIVE_INFINITY
  let timer: NodeJS.Timeout | undefined

  const turn = async (): Promise<void> => {
    try {
      await lapse()
      lookForWork()
      if (clock.steady() - settledAt >= limits.uploadCheckMs) {
        settledAt = clock.steady()
        await settleUploads()
      }
      faults.over()
    } catch (error) {
      faults.fault(error)
    }
  }

  const run = (): void => {
    if (running || !isReady()) return
    running = turn().finally(() => {
      running = undefined
    })
  }

  return {
    start(): void {
      timer = setInterval(run, limits.leaseCheckMs)
    },
    async stop(): Promise<void> {
      clearInterval(timer)
      await running
    },
  }
}
