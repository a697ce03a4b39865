import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { pause } from '@logbook/chassis/async/pause.ts'
import type { WallClock } from '@logbook/chassis/clock.ts'
import type { Logger } from '@logbook/chassis/logger.ts'
import { lastRun, noteRun } from '../health/last-runs.ts'
import type { ScrubMessage } from './scrub-thread.ts'

export interface Scrub {
  start(): void
  stop(): Promise<void>
}

interface ScrubOptions {
  /** The log's file. */
  file: string
  everyMs: number
  /** The delay after the start. */
  firstAfterMs: number
  clock: WallClock
  logger: Logger
  /** Run the first time at once, since the log may be damaged. */
  soon?: boolean
  /** Called after each run with the damage, or null. */
  found?: (fault: string | null) => void
}

/** Verifies a whole log slowly in a worker thread. Resolves to the damage, or null; undefined where it was stopped. */
const verifyInThread = async (file: string, signal: AbortSignal): Promise<string | null | undefined> => {
  const worker = new Worker(new URL('./scrub-thread.ts', import.meta.url), { workerData: { file } })
  const stop = () => void worker.terminate()
  signal.addEventListener('abort', stop, { once: true })
  let said: ScrubMessage | undefined
  worker.on('message', (message: ScrubMessage) => {
    said = message
  })
  try {
    await once(worker, 'exit')
  } catch (error) {
    said = { fault: error instanceof Error ? error.message : String(error) }
  } finally {
    signal.removeEventListener('abort', stop)
  }
  return signal.aborted ? undefined : (said?.fault ?? null)
}

/**
 * Verifies the whole log periodically, with at most a tenth of one processor, so that a flipped byte is found before a backup or a
 * reader meets it. The result is stored beside the log, and shown in `/health`.
 */
export const createScrub = ({
  file,
  everyMs,
  firstAfterMs,
  clock,
  logger,
  soon = false,
  found = () => {},
}: ScrubOptions): Scrub => {
  const stopping = new AbortController()
  const { signal } = stopping
  let running: Promise<void> = Promise.resolve()

  const dueInMs = (): number => {
    const { at } = lastRun(file, 'scrub')
    const since = at === null ? everyMs : clock.now().getTime() - Date.parse(at)
    // A time in the future, since the clock was set back: the age is not known.
    return Math.max(firstAfterMs, since < 0 ? 0 : everyMs - since)
  }
  const scrubOnce = async () => {
    const fault = await verifyInThread(file, signal)
    if (fault === undefined) return
    found(fault)
    noteRun(file, 'scrub', { at: clock.now().toISOString(), fault })
    if (fault === null) logger.info('the whole log was verified, and is sound')
    else logger.error({ fault }, 'the log is damaged: verify it, and restore a backup, or salvage it')
  }
  const run = async () => {
    await pause(soon ? 0 : dueInMs(), signal)
    while (!signal.aborted) {
      try {
        await scrubOnce()
      } catch (error) {
        logger.warn({ err: error }, 'the verification of the log could not be noted')
      }
      await pause(everyMs, signal)
    }
  }
  return {
    start: () => {
      running = run()
    },
    async stop() {
      stopping.abort()
      await running
    },
  }
}
