import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pause } from '@logbook/chassis/async/pause.ts'
import { until } from '@logbook/chassis/testing/until.ts'
import { subscriptionProof } from '@logbook/contracts/http/subscription-proof.ts'
import { subscriptionStatus } from '@logbook/contracts/http/subscription-status.ts'
import { operator } from '@logbook/contracts/identity.ts'
import { freePorts } from '../run/ports.ts'
import type { Append, History, Recorded } from './history.ts'
import { limits } from './limits.ts'
import { readDeliveries, readFollowed } from './notes.ts'
import { bus as busName, claimerNames, followerNames, type Kill, planKills } from './plan.ts'
import { type Program, program } from './program.ts'
import { seeded } from './random.ts'
import { type BusPlace, sendMerged, sendPlainly } from './send.ts'
import { write } from './writers.ts'

export interface ChaosOptions {
  seconds: number
  writers: number
  followers: number
  claimers: number
  seed: number
  /** Leaves the log and everyone's notes where they are. */
  keep?: boolean
}

export interface ChaosResult {
  history: History
  /** How often each program was killed. */
  kills: Record<string, number>
  /** What went wrong outside the history: a program that fell by itself, a subscription that did not settle, a proof that fails. */
  failures: string[]
  folder: string
}

const subscription = 'chaos'

const ask = async ({ url, token }: BusPlace, path: string, init: RequestInit = {}): Promise<Response> => {
  const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json', ...init.headers }
  const answer = await fetch(`${url}${path}`, { ...init, headers })
  if (answer.ok) return answer
  throw new Error(`${init.method ?? 'GET'} ${path} answered ${answer.status}: ${await answer.text()}`)
}

const subscribe = (bus: BusPlace): Promise<Response> =>
  ask(bus, `/subscriptions/${subscription}`, {
    method: 'PUT',
    body: JSON.stringify({
      mode: 'pull',
      from: 'start',
      leaseMs: limits.leaseMs,
      attempts: limits.attemptsMax,
      backoff: { initialMs: 5, maxMs: 50 },
    }),
  })

const readLog = async (bus: BusPlace): Promise<Recorded[]> => {
  const answer = await ask(bus, '/events', { headers: { Accept: 'application/x-ndjson' } })
  const lines = (await answer.text()).split('\n').filter(Boolean)
  return lines.map((line) => {
    const { position, id, subject, version } = JSON.parse(line) as Recorded
    return { position, id, subject, version }
  })
}

const startAgain = async (victim: Program, downMs: number): Promise<void> => {
  await victim.kill()
  await pause(downMs)
  await victim.start()
}

/** Kills as planned, for so long. Services that are down are spared; all are up again when this resolves. */
const killFor = async (ms: number, kills: Iterable<Kill>, programs: readonly Program[]): Promise<void> => {
  const end = performance.now() + ms
  const away = new Set<string>()
  const restarts: Promise<void>[] = []
  for (const { calmMs, victim: name, downMs } of kills) {
    await pause(Math.max(0, Math.min(calmMs, end - performance.now())))
    if (performance.now() >= end) break
    const victim = programs.find((each) => each.name === name)
    if (victim === undefined || away.has(name)) continue
    away.add(name)
    const restart = startAgain(victim, downMs).finally(() => away.delete(name))
    restarts.push(restart)
    // Awaited at the end; until then a failure must not count as unhandled.
    restart.catch(() => {})
    // A follower or claimer may die while another is away; without the bus nothing would happen that could go wrong.
    if (name === busName) await restart
  }
  await Promise.all(restarts)
}

const tokensIn = (folder: string) => join(folder, 'tokens')

const castOf = (bus: BusPlace, folder: string, { followers, claimers, seed }: ChaosOptions) => {
  const fileOf = (name: string) => join(folder, `${name}.notes`)
  const env = { SERVICE_TOKEN: bus.token }
  return {
    fileOf,
    log: program({
      name: busName,
      entry: 'event-bus/src/main.ts',
      env: {
        SERVICE_TOKENS_DIR: tokensIn(folder),
        HOST: '127.0.0.1',
        PORT: new URL(bus.url).port,
        DATABASE: join(folder, 'event-bus.sqlite'),
        SUBSCRIPTIONS_DATABASE: join(folder, 'subscriptions.sqlite'),
        LOG_LEVEL: 'error',
      },
    }),
    followers: followerNames(followers).map((name) =>
      program({ name, env, entry: 'infra/chaos/follower.ts', task: { url: bus.url, file: fileOf(name) } }),
    ),
    claimers: claimerNames(claimers).map((name) => {
      const url = `${bus.url}/subscriptions/${subscription}`
      return program({
        name,
        env,
        entry: 'infra/chaos/claimer.ts',
        task: { url, file: fileOf(name), name, seed },
      })
    }),
  }
}

type Cast = ReturnType<typeof castOf>

const startWriters = (bus: BusPlace, { writers, seed }: ChaosOptions, record: (append: Append) => void) => {
  const stop = new AbortController()
  const merged = sendMerged(bus)
  const all = Array.from({ length: writers }, (_, n) => {
    const name = `writer-${n}`
    const random = seeded({ seed, name })
    const plain = sendPlainly(bus, { random, patienceMs: limits.appendMsMax })
    return write({ name, random, send: n % 2 === 0 ? merged.send : plain, stop: stop.signal, record })
  })
  const running = Promise.all(all)
  // Awaited at the end; until then a failure must not count as unhandled.
  running.catch(() => {})
  return {
    async stop() {
      stop.abort()
      await running
      merged.close()
    },
  }
}

/** Waits until every follower and the subscription have come to the end. Returns why not, if they do not. */
const settle = async (
  bus: BusPlace,
  { followers, claimers, fileOf }: Cast,
  head: number,
): Promise<string[]> => {
  for (const claimer of claimers) claimer.tell({ kind: 'careful' })
  const withinMs = limits.settleMsMax
  const failures: string[] = []
  const note = (error: unknown) =>
    void failures.push(error instanceof Error ? `${error.message}: ${error.cause ?? ''}` : String(error))
  const reached = ({ name }: Program) =>
    readFollowed({ file: fileOf(name), name }).saw.at(-1)?.position === head
  await until(() => followers.every(reached), `every follower to read up to ${head}`, { withinMs }).catch(
    note,
  )
  const drained = async () => {
    const status = subscriptionStatus.parse(await (await ask(bus, `/subscriptions/${subscription}`)).json())
    if (status.acknowledged === head) return true
    throw new Error(
      `${status.acknowledged} of ${head} acknowledged, ${status.parked} parked, ${status.fault}`,
    )
  }
  await until(drained, `the subscription to settle ${head} events`, { withinMs }).catch(note)
  const proof = subscriptionProof.parse(await (await ask(bus, `/subscriptions/${subscription}/proof`)).json())
  if (!proof.ok) failures.push(`The bus's own proof fails: ${JSON.stringify(proof.fault)}`)
  return failures
}

/**
 * Runs a real bus under writers, followers and claimers, kills it and them with SIGKILL as the seed has it, then lets everyone
 * come to the end of the log. The folder is removed unless `keep`.
 */
export const runChaos = async (options: ChaosOptions): Promise<ChaosResult> => {
  const folder = await mkdtemp(join(tmpdir(), 'logbook-chaos-'))
  const port = (await freePorts())['event-bus']
  const bus: BusPlace = { url: `http://127.0.0.1:${port}`, token: randomBytes(24).toString('hex') }
  await mkdir(tokensIn(folder))
  await writeFile(join(tokensIn(folder), operator), bus.token)
  const cast = castOf(bus, folder, options)
  const programs = [cast.log, ...cast.followers, ...cast.claimers]
  const appends: Append[] = []
  try {
    await cast.log.start()
    await subscribe(bus)
    await Promise.all([...cast.followers, ...cast.claimers].map((each) => each.start()))
    const writers = startWriters(bus, options, (append) => appends.push(append))
    try {
      await killFor(options.seconds * 1_000, planKills(options), programs)
    } finally {
      await writers.stop()
    }
    const kills = Object.fromEntries(programs.map(({ name, kills: count }) => [name, count]))
    // An append that its writer gave up may still be under way: with one more kill none comes into the log after it was read.
    await startAgain(cast.log, 0)
    const log = await readLog(bus)
    const failures = await settle(bus, cast, log.at(-1)?.position ?? 0)
    failures.push(...programs.flatMap((each) => each.fell() ?? []))
    await Promise.all(programs.map((each) => each.kill()))
    const followers = cast.followers.map(({ name }) => readFollowed({ file: cast.fileOf(name), name }))
    const deliveries = cast.claimers.flatMap(({ name }) =>
      readDeliveries({ file: cast.fileOf(name), claimer: name }),
    )
    return { history: { log, appends, followers, deliveries }, kills, failures, folder }
  } finally {
    await Promise.all(programs.map((each) => each.kill()))
    if (!options.keep) await rm(folder, { recursive: true, force: true })
  }
}
