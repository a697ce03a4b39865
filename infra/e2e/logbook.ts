import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { until } from '@logbook/chassis/testing/until.ts'
import { buildClient } from '../run/client-build.ts'
import { compileCacheFolder } from '../run/compile-cache.ts'
import { isReady, launch, launchTogether, onListening } from '../run/launch.ts'
import { type ProcessName, wholeName } from '../run/logs.ts'
import { onlyOne } from '../run/only-one.ts'
import { freePorts } from '../run/ports.ts'
import { addressOf, fileOf, type Place, type ServiceName, startOrder } from '../run/services.ts'
import { type Callers, callersOf } from './callers.ts'
import { keepOnFailure, keptNow } from './kept.ts'

const linesKept = 400

/** Of services that start in one process from uncompiled modules, on a machine with more to do than it has cores. */
const startMsMax = 80_000

export interface Logbook extends Callers {
  place: Place
  file(name: ServiceName): string
  /** Starts a service that has a process of its own and resolves when it can do its work, or at once with `wait: false`. */
  start(name: ServiceName, options?: { wait?: boolean }): Promise<void>
  ready(name: ServiceName): Promise<void>
  /** Ends a service that has a process of its own and resolves when it is gone. */
  kill(name: ServiceName, signal?: NodeJS.Signals): Promise<{ code: number | null; signal: string | null }>
  /** Ends every process and resolves when all are gone. */
  stopAll(signal?: NodeJS.Signals): Promise<void>
  /** Starts whatever does not run, the log first, and resolves when every service can do its work. */
  startAll(): Promise<void>
  isRunning(name: ServiceName): boolean
  pid(name: ServiceName): number | undefined
  /** What its process printed lately, over all its lives. */
  output(name: ServiceName): string
  close(): Promise<void>
}

interface StartLogbook {
  /** All of them unless told otherwise, in this order. */
  services?: readonly ServiceName[]
  /**
   * Those that have a process of their own, and can be killed; all unless told otherwise. The others run in one process, whose start takes a
   * fraction of the processor time.
   */
  apart?: readonly ServiceName[]
  /** A new folder unless told otherwise; only a new one is removed at the end. */
  dataFolder?: string
  /** Start them at once instead of the log first. */
  atOnce?: boolean
  /** What is set beside what the runner sets. */
  settings?: Readonly<Record<string, string>>
  /** How much of what each service prints is kept, in pieces as they come: the latest. */
  outputKept?: number
}

const healthText = async (url: string): Promise<string> => {
  try {
    return await (await fetch(`${url}/health`, { signal: AbortSignal.timeout(2_000) })).text()
  } catch (error) {
    return `/health gives no answer, ${error}`
  }
}

const newDataFolder = () => mkdtemp(join(process.env.LOGBOOK_TEST_FOLDER ?? tmpdir(), 'logbook-'))

/** A Logbook of real processes on free ports, one for each service or for several. Nothing starts a service again here but the test. */
export const startLogbook = async ({
  services = startOrder,
  apart = services,
  dataFolder,
  atOnce = false,
  settings = {},
  outputKept = linesKept,
}: StartLogbook = {}): Promise<Logbook> => {
  if (services.includes('client')) await buildClient({ onBuild: () => {} })
  const folder = dataFolder ?? (await newDataFolder())
  const place: Place = { host: '127.0.0.1', ports: await freePorts(), dataFolder: folder }
  const together = services.filter((name) => !apart.includes(name))
  const running = new Map<ServiceName, ChildProcess>()
  const listening = new Set<string>()
  const printed = new Map<ProcessName, string[]>()
  const processOf = (name: ServiceName): ProcessName => (together.includes(name) ? wholeName : name)

  const keep = (name: ProcessName, chunk: Buffer) => {
    const lines = printed.get(name) ?? []
    lines.push(chunk.toString())
    printed.set(name, lines.slice(-outputKept))
  }
  const forget = keepOnFailure({
    dataFolder: folder,
    output: () => Object.fromEntries([...printed].map(([name, pieces]) => [name, pieces.join('')])),
  })
  // Tests of what happens when much happens at once would otherwise be about the limits.
  // Feed readers of tests are on this machine.
  const told = { place, settings: { RATE_LIMITS: 'off', WEBSUB_ALLOW: 'loopback', ...settings } }
  const watch = (child: ChildProcess, names: readonly ServiceName[], process: ProcessName) => {
    for (const name of names) {
      running.set(name, child)
      listening.delete(name)
    }
    onListening(child, (name) => listening.add(name))
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => keep(process, chunk))
    child.once('exit', () => {
      for (const name of names) if (running.get(name) === child) running.delete(name)
    })
  }
  const alone = (name: ServiceName): void => {
    if (together.includes(name)) throw new Error(`${name} has no process of its own: name it in \`apart\``)
  }
  const logbook: Logbook = {
    place,
    ...callersOf(place),
    file: (name) => fileOf(name, folder),
    isRunning: (name) => running.has(name),
    pid: (name) => running.get(name)?.pid,
    output: (name) => (printed.get(processOf(name)) ?? []).join(''),
    async start(name, { wait = true } = {}) {
      if (running.has(name)) throw new Error(`${name} is running already`)
      alone(name)
      watch(launch({ name, ...told }), [name], name)
      if (wait) await logbook.ready(name)
    },
    async ready(name) {
      const state = await until(
        async () => {
          if (!running.has(name)) return 'ended'
          return listening.has(name) && (await isReady(addressOf(name, place))) && 'ready'
        },
        `${name} to be ready`,
        { withinMs: startMsMax },
      ).catch(async () => `is not ready: ${await healthText(addressOf(name, place))}`)
      if (state !== 'ready') throw new Error(`${name} ${state}\n${logbook.output(name)}`)
    },
    async kill(name, signal = 'SIGTERM') {
      alone(name)
      const child = running.get(name)
      if (child === undefined) throw new Error(`${name} is not running`)
      const gone = once(child, 'exit')
      child.kill(signal)
      const [code, by] = await gone
      return { code, signal: by }
    },
    async stopAll(signal = 'SIGTERM') {
      const children = new Set(running.values())
      const gone = [...children].map((child) => once(child, 'exit'))
      for (const child of children) child.kill(signal)
      await Promise.all(gone)
    },
    async startAll() {
      const missing = services.filter((name) => !running.has(name))
      const startOf = (name: ServiceName) =>
        together.includes(name) ? logbook.ready(name) : logbook.start(name, { wait: !atOnce })
      const lost = together.filter((name) => missing.includes(name))
      if (lost.length > 0) watch(launchTogether({ names: lost, ...told }), lost, wholeName)
      const [first, ...others] = missing
      if (first !== undefined) await startOf(first)
      await Promise.all(others.map(startOf))
      if (atOnce) await Promise.all(missing.map((name) => logbook.ready(name)))
    },
    async close() {
      forget()
      await logbook.stopAll('SIGKILL')
      if (dataFolder === undefined) await rm(folder, { recursive: true, force: true })
    },
  }
  try {
    await startFirst(() => logbook.startAll())
  } catch (error) {
    if (error instanceof Error) error.message += await keptNow()
    await logbook.close()
    throw error
  }
  return logbook
}

/** There once a Logbook has started from this checkout: what it compiled is kept beside it. */
const compiledStamp = join(compileCacheFolder, '.started')

/** In a new checkout one Logbook starts first, and the others then compile nothing. */
const startFirst = async (start: () => Promise<void>): Promise<void> => {
  const isCompiled = () => existsSync(compiledStamp)
  if (isCompiled()) return start()
  const hasStarted = await onlyOne(join(compileCacheFolder, '../first-start.lock'), async () => {
    if (isCompiled()) return false
    await start()
    await mkdir(compileCacheFolder, { recursive: true })
    await writeFile(compiledStamp, '')
    return true
  })
  if (!hasStarted) await start()
}

let shared: Promise<Logbook> | undefined

/**
 * A whole Logbook that the files of one worker share, started when first asked for: for tests that look only at what they
 * wrote themselves. Services may be killed in it, and those that a failed test left dead are started again for the next file.
 * It is not to be closed: its processes end with the worker.
 */
export const sharedLogbook = async (): Promise<Logbook> => {
  shared ??= startLogbook()
  const logbook = await shared
  await logbook.startAll()
  return logbook
}
