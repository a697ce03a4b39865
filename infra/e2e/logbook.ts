import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { operator, type Role } from '@logbook/contracts/identity.ts'
import { buildClient } from '../run/client-build.ts'
import { isReady, launch } from '../run/launch.ts'
import { freePorts } from '../run/ports.ts'
import { serviceToken } from '../run/service-tokens.ts'
import { addressOf, fileOf, type Place, type ServiceName, startOrder } from '../run/services.ts'
import { keepOnFailure, keptNow } from './kept.ts'
import { until } from './until.ts'

const linesKept = 400

export interface Logbook {
  place: Place
  url(name: ServiceName): string
  file(name: ServiceName): string
  /** The token of a service, or the operator's. */
  tokenOf(name?: string): string
  /** The header that the log lets in. */
  authorizationOf(name?: string): { Authorization: string }
  /** The header of an API token with this role, which the gateway lets in; accounts must be there when it is first asked for. */
  as(role: Role): Promise<{ Authorization: string }>
  /** The same as services take it themselves: an access token, which lasts a minute. */
  directlyAs(role: Role): Promise<{ Authorization: string }>
  /** An access token for what a browser shows. */
  directlyBy(shown: { authorization: string } | { cookie: string }): Promise<{ Authorization: string }>
  /** Starts a service and resolves when it can do its work, or at once with `wait: false`. */
  start(name: ServiceName, options?: { wait?: boolean }): Promise<void>
  ready(name: ServiceName): Promise<void>
  /** Ends a service and resolves when it is gone. */
  kill(name: ServiceName, signal?: NodeJS.Signals): Promise<{ code: number | null; signal: string | null }>
  isRunning(name: ServiceName): boolean
  pid(name: ServiceName): number | undefined
  /** What it printed lately, over all its lives. */
  output(name: ServiceName): string
  close(): Promise<void>
}

interface StartLogbook {
  /** All of them unless told otherwise, in this order. */
  services?: readonly ServiceName[]
  /** A new folder unless told otherwise; only a new one is removed at the end. */
  dataFolder?: string
  /** Start them at once instead of the log first. */
  atOnce?: boolean
  /** What is set beside what the runner sets. */
  settings?: Readonly<Record<string, string>>
  /** How much of what each service prints is kept, in pieces as they come: the latest. */
  outputKept?: number
}

const apiToken = async (logbook: Logbook, role: Role): Promise<{ Authorization: string }> => {
  const answer = await fetch(`${logbook.url('accounts')}/operator/tokens`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...logbook.authorizationOf() },
    body: JSON.stringify({ name: `A ${role} of tests`, role }),
  })
  if (answer.status !== 201)
    throw new Error(`accounts gives no token: ${answer.status} ${await answer.text()}`)
  const { token } = (await answer.json()) as { token: string }
  return { Authorization: `Bearer ${token}` }
}

const healthText = async (url: string): Promise<string> => {
  try {
    return await (await fetch(`${url}/health`, { signal: AbortSignal.timeout(2_000) })).text()
  } catch (error) {
    return `/health gives no answer, ${error}`
  }
}

const newDataFolder = () => mkdtemp(join(process.env.LOGBOOK_TEST_FOLDER ?? tmpdir(), 'logbook-'))

/** A Logbook of real processes on free ports. Nothing starts a service again here but the test. */
export const startLogbook = async ({
  services = startOrder,
  dataFolder,
  atOnce = false,
  settings = {},
  outputKept = linesKept,
}: StartLogbook = {}): Promise<Logbook> => {
  if (services.includes('client')) await buildClient({ onBuild: () => {} })
  const folder = dataFolder ?? (await newDataFolder())
  const place: Place = { host: '127.0.0.1', ports: await freePorts(), dataFolder: folder }
  const tokens = new Map<Role, Promise<{ Authorization: string }>>()
  const running = new Map<ServiceName, ChildProcess>()
  const printed = new Map<ServiceName, string[]>()

  const keep = (name: ServiceName, chunk: Buffer) => {
    const lines = printed.get(name) ?? []
    lines.push(chunk.toString())
    printed.set(name, lines.slice(-outputKept))
  }
  const forget = keepOnFailure({
    dataFolder: folder,
    output: () => Object.fromEntries([...printed].map(([name, pieces]) => [name, pieces.join('')])),
  })
  const logbook: Logbook = {
    place,
    url: (name) => addressOf(name, place),
    file: (name) => fileOf(name, folder),
    tokenOf: (name = operator) => serviceToken(name, folder),
    authorizationOf: (name) => ({ Authorization: `Bearer ${logbook.tokenOf(name)}` }),
    as: (role) => {
      const known = tokens.get(role) ?? apiToken(logbook, role)
      tokens.set(role, known)
      return known
    },
    directlyAs: async (role) => logbook.directlyBy({ authorization: (await logbook.as(role)).Authorization }),
    async directlyBy(shown) {
      const answer = await fetch(`${logbook.url('accounts')}/exchange`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', ...logbook.authorizationOf('gateway') },
        body: JSON.stringify(shown),
      })
      if (!answer.ok) throw new Error(`accounts exchanges nothing: ${answer.status} ${await answer.text()}`)
      const { token } = (await answer.json()) as { token: string }
      return { Authorization: `Bearer ${token}` }
    },
    isRunning: (name) => running.has(name),
    pid: (name) => running.get(name)?.pid,
    output: (name) => (printed.get(name) ?? []).join(''),
    async start(name, { wait = true } = {}) {
      if (running.has(name)) throw new Error(`${name} is running already`)
      // Tests of what happens when much happens at once would otherwise be about the limits.
      const child = launch({ name, place, settings: { RATE_LIMITS: 'off', ...settings } })
      running.set(name, child)
      child.stdout?.on('data', (chunk) => keep(name, chunk))
      child.stderr?.on('data', (chunk) => keep(name, chunk))
      child.once('exit', () => running.delete(name))
      if (wait) await logbook.ready(name)
    },
    async ready(name) {
      const state = await until(async () => {
        if (!running.has(name)) return 'ended'
        return (await isReady(addressOf(name, place))) && 'ready'
      }, `${name} to be ready`).catch(async () => `is not ready: ${await healthText(addressOf(name, place))}`)
      if (state !== 'ready') throw new Error(`${name} ${state}\n${logbook.output(name)}`)
    },
    async kill(name, signal = 'SIGTERM') {
      const child = running.get(name)
      if (child === undefined) throw new Error(`${name} is not running`)
      const gone = once(child, 'exit')
      child.kill(signal)
      const [code, by] = await gone
      return { code, signal: by }
    },
    async close() {
      forget()
      await Promise.all(
        [...startOrder].reverse().map(async (name) => {
          if (running.has(name)) await logbook.kill(name, 'SIGKILL')
        }),
      )
      if (dataFolder === undefined) await rm(folder, { recursive: true, force: true })
    },
  }
  try {
    if (atOnce) {
      for (const name of services) await logbook.start(name, { wait: false })
      await Promise.all(services.map((name) => logbook.ready(name)))
    } else {
      const [first, ...others] = services
      if (first !== undefined) await logbook.start(first)
      await Promise.all(others.map((name) => logbook.start(name)))
    }
  } catch (error) {
    if (error instanceof Error) error.message += await keptNow()
    await logbook.close()
    throw error
  }
  return logbook
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
  for (const name of startOrder) if (!logbook.isRunning(name)) await logbook.start(name)
  return logbook
}
