import { type ChildProcess, fork } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { digestOf, servicesBy } from '@logbook/chassis/access/service-tokens.ts'
import { backoff, pause } from '@logbook/chassis/async/pause.ts'
import type { Logger } from '@logbook/chassis/logger.ts'
import { mediaWorker } from '@logbook/contracts/identity.ts'
import { watchLife } from './watch-life.ts'

interface LocalWorkersOptions {
  /** How many may run at once. */
  max: number
  /** The URL of this service for the workers. */
  url: string
  logger: Logger
  /** What they get beside: the settings of this service, and no secret of another that runs in the same process. */
  env: NodeJS.ProcessEnv
  /** The program that they run. */
  entry?: string
  /** Between two questions whether each is alive. */
  askAliveMs?: number
}

export type LocalWorkers = ReturnType<typeof createLocalWorkers>

const ownEntry = join(import.meta.dirname, '../worker/main.ts')
/** Prefix of the names of local workers. */
const localPrefix = 'local-'
const restartMs = { initial: 500, max: 30_000 } as const
/** A small young generation keeps the memory of a worker flat, at the same speed. */
const execArgv = [...process.execArgv, '--max-semi-space-size=4']
const startProcess = (entry: string, env: NodeJS.ProcessEnv): ChildProcess =>
  fork(entry, [], { env, execArgv, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
const noToken = { SERVICE_TOKEN: '', SERVICE_TOKEN_FILE: '' }
const killAfterMs = 3_000
/** This many failed starts in a row count as a fault. */
const failedStartsMin = 2

/**
 * Worker processes that this service starts when there is work and that exit when idle. They authenticate with a random token that
 * only this process knows.
 */
export const createLocalWorkers = ({
  max,
  url,
  logger,
  env: given,
  entry = ownEntry,
  askAliveMs = 10_000,
}: LocalWorkersOptions) => {
  const token = randomBytes(32).toString('base64url')
  const known = servicesBy({ [mediaWorker]: digestOf(token) })
  const running = new Map<string, ChildProcess>()
  const ending = new AbortController()
  let failures = 0
  let isDelayed = false
  /** Workers in a row that ended before they asked for work. One that is killed at work counts once. */
  let failedStarts = 0
  let lastEnd = ''

  const delayRestart = async (): Promise<void> => {
    isDelayed = true
    await pause(backoff(restartMs, failures++), ending.signal)
    isDelayed = false
  }

  const launch = (): void => {
    const name = `${localPrefix}${randomBytes(4).toString('hex')}`
    const env = { ...given, ...noToken, MEDIA_URL: url, MEDIA_WORKER_NAME: name }
    const child = startProcess(entry, env)
    running.set(name, child)
    // Over the IPC channel: other users of the machine could read the environment.
    child.send({ token }, () => {})
    watchLife(child, askAliveMs, () => logger.warn({ worker: name }, 'a worker hangs and is killed'))
    const ended = (how: string): void => {
      running.delete(name)
      failedStarts++
      lastEnd = how
      if (!ending.signal.aborted) void delayRestart()
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
    /** The service name of the caller if the token is that of local workers, or undefined. */
    serviceOf(shown: string): string | undefined {
      const service = known(shown)
      if (service !== undefined) failedStarts = 0
      return service
    },
    /** Why the last starts failed, or undefined. */
    fault: (): string | undefined =>
      failedStarts < failedStartsMin ? undefined : `No worker could be started: ${lastEnd}.`,
    /** Call it when there is work. */
    wake(): void {
      if (!ending.signal.aborted && !isDelayed && running.size < max) launch()
    },
    running: (): { name: string; pid: number | undefined }[] =>
      [...running].map(([name, { pid }]) => ({ name, pid })),
    /** True for a local worker that does not run. Workers of an earlier process of this service have ended with it. */
    hasEnded: (name: string): boolean => name.startsWith(localPrefix) && !running.has(name),
    async stop(): Promise<void> {
      ending.abort()
      const gone = [...running.values()].map(
        (child) => new Promise<void>((resolve) => child.once('exit', () => resolve())),
      )
      for (const child of running.values()) child.kill('SIGTERM')
      const killTimer = setTimeout(() => {
        for (const child of running.values()) child.kill('SIGKILL')
      }, killAfterMs)
      await Promise.all(gone)
      clearTimeout(killTimer)
    },
  }
}
