import { type ChildProcess, fork } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { digestOf, servicesBy } from '@logbook/chassis/access/service-tokens.ts'
import { backoff, pause } from '@logbook/chassis/async/pause.ts'
import type { Logger } from '@logbook/chassis/logger.ts'
import { mediaWorker } from '@logbook/contracts/identity.ts'

interface LocalWorkersOptions {
  /** How many may run at once. */
  max: number
  /** Where they find this service. */
  url: string
  logger: Logger
  /** What they get beside: the settings of this service, and no secret of another that runs in the same process. */
  env: NodeJS.ProcessEnv
  /** The program that they run. */
  entry?: string
}

export type LocalWorkers = ReturnType<typeof createLocalWorkers>

const ownEntry = join(import.meta.dirname, '../worker/main.ts')
/** How the names of these begin, and of no others. */
const localPrefix = 'local-'
const restartMs = { initial: 500, max: 30_000 } as const
const killAfterMs = 3_000
/** From so many starts in vain on, it is a fault. */
const failedStartsMin = 2

/**
 * Workers that this service starts when there is work, each a process of its own, which ends by itself when it has had none for a while. They
 * show a token that is made here and known to nobody else.
 */
export const createLocalWorkers = ({
  max,
  url,
  logger,
  env: given,
  entry = ownEntry,
}: LocalWorkersOptions) => {
  const token = randomBytes(32).toString('base64url')
  const known = servicesBy({ [mediaWorker]: digestOf(token) })
  const running = new Map<string, ChildProcess>()
  const ending = new AbortController()
  let failures = 0
  let waits = false
  /** One after the other, and none of them asked for work. A worker that is killed while it works counts once. */
  let failedStarts = 0
  let lastEnd = ''

  const restLater = async (): Promise<void> => {
    waits = true
    await pause(backoff(restartMs, failures++), ending.signal)
    waits = false
  }

  const launch = (): void => {
    const name = `${localPrefix}${randomBytes(4).toString('hex')}`
    const env = {
      ...given,
      MEDIA_URL: url,
      MEDIA_WORKER_NAME: name,
      SERVICE_TOKEN: '',
      SERVICE_TOKEN_FILE: '',
    }
    const child = fork(entry, [], { env, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
    running.set(name, child)
    // By the channel: what is in the environment can be read by others on this machine.
    child.send({ token }, () => {})
    const ended = (how: string): void => {
      running.delete(name)
      failedStarts++
      lastEnd = how
      if (!ending.signal.aborted) void restLater()
    }
    child.once('error', (error) => {
      logger.error({ err: error }, 'a worker could not be started')
      // Without a process there is no exit.
      if (child.pid === undefined) ended(error.message)
    })
    child.once('exit', (code, signal) => {
      if (code === 0) {
        running.delete(name)
        failures = 0
        return
      }
      if (!ending.signal.aborted) logger.warn({ code, signal, worker: name }, 'a worker ended')
      ended(code === null ? `signal ${signal}` : `exit code ${code}`)
    })
  }

  return {
    /** Who calls, if it is one of these. */
    serviceOf(shown: string): string | undefined {
      const service = known(shown)
      if (service !== undefined) failedStarts = 0
      return service
    },
    /** Why none could be started, the last times that it was tried, or undefined. */
    fault: (): string | undefined =>
      failedStarts < failedStartsMin ? undefined : `No worker could be started: ${lastEnd}.`,
    /** There is work. */
    wake(): void {
      if (!ending.signal.aborted && !waits && running.size < max) launch()
    },
    running: (): { name: string; pid: number | undefined }[] =>
      [...running].map(([name, { pid }]) => ({ name, pid })),
    /** True for one that was started here, by this process or the one before, and has ended: those of the one before end with it. */
    isGone: (name: string): boolean => name.startsWith(localPrefix) && !running.has(name),
    async stop(): Promise<void> {
      ending.abort()
      const gone = [...running.values()].map(
        (child) => new Promise<void>((resolve) => child.once('exit', () => resolve())),
      )
      for (const child of running.values()) child.kill('SIGTERM')
      const impatience = setTimeout(() => {
        for (const child of running.values()) child.kill('SIGKILL')
      }, killAfterMs)
      await Promise.all(gone)
      clearTimeout(impatience)
    },
  }
}
