import type { Logger } from '@logbook/chassis/logger.ts'

interface WatchOptions {
  /** Looks whether something is due by the clock, and does it. */
  look: () => Promise<void>
  everyMs: number
  logger: Logger
  /** For the log, such as `a digest`. */
  what: string
}

/** Looks periodically, one look at a time. A look that fails is logged, and the next one tries again. */
export const createWatch = ({ look, everyMs, logger, what }: WatchOptions) => {
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> = Promise.resolve()
  const soon = (): void => {
    running = running.then(look).catch((error: unknown) => {
      logger.warn({ err: error }, `${what} could not be issued; it will be tried again`)
    })
  }
  return {
    start(): void {
      timer = setInterval(soon, everyMs).unref()
    },
    /** Looks now. Resolves when done. */
    look: (): Promise<void> => {
      soon()
      return running
    },
    async stop(): Promise<void> {
      clearInterval(timer)
      await running
    },
  }
}
