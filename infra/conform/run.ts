import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pause } from '@logbook/chassis/async/pause.ts'
import { until } from '@logbook/chassis/testing/until.ts'
import type { Program } from '../chaos/program.ts'
import { type Random, seeded } from '../chaos/random.ts'
import { type Bus, startBus } from './bus.ts'
import { type Consumer, consumerOf } from './consumer.ts'
import type { FaultCounts } from './faults.ts'
import type { LogHistory } from './history.ts'
import { chances } from './injected-faults.ts'
import { limits } from './limits.ts'
import { freePort } from './port.ts'
import { type FaultyBus, startFaultyBus } from './proxy.ts'
import { differences, type ReadModel, readAnswers, readTables } from './read-model.ts'
import { settled } from './settled.ts'
import { writesOf } from './writes.ts'

export interface ConformOptions {
  command: readonly string[]
  history: LogHistory
  seed: number
  kills: number
  /** Paths whose answers are compared. */
  reads: readonly string[]
  /** Compares every row of the SQLite file that the consumer keeps at `DATABASE`. */
  file: boolean
  /** Answers JSON with the `position` that the consumer has come to. */
  positionPath: string
  settleSeconds: number
  /**
   * How many events the consumer is to append, where that is known. Without it the undisturbed run ends when the log has been
   * quiet for a moment, which a consumer that reacts late can outlast. With 0 there is no undisturbed run.
   */
  writes?: number
  /** What the consumer is told beside where the bus and its file are. */
  env?: Readonly<Record<string, string>>
  /** The credentials it is read with, requested each time, since they can expire. */
  headers?: () => Promise<Readonly<Record<string, string>>>
}

export interface ConformResult {
  faults: FaultCounts
  kills: number
  /** Events that went to the consumer under faults, repetitions included. */
  delivered: number
  /** Events that the consumer itself appended. */
  writes: number
  compared: string[]
  /** Empty where the consumer conforms. */
  findings: string[]
}

interface Running {
  consumer: Consumer
  proxy: FaultyBus
  database: string
}

interface Stage {
  options: ConformOptions
  bus: Bus
  folder: string
  name: string
  random?: Random
}

/** Starts the consumer on an empty folder behind a proxy of its own, and ends both after the work. */
const withConsumer = async <Result>(
  { options, bus, folder, name, random }: Stage,
  work: (running: Running) => Promise<Result>,
): Promise<Result> => {
  const proxy = await startFaultyBus({
    busUrl: bus.url,
    ...(random ? { injected: { random, chances } } : {}),
  })
  const database = join(folder, `${name}.sqlite`)
  const env = { ...options.env, BUS_URL: proxy.url, DATABASE: database, LOG_LEVEL: 'warn' }
  const consumer = consumerOf({ command: options.command, port: await freePort(), env })
  consumer.start()
  try {
    return await work({ consumer, proxy, database })
  } finally {
    await consumer.kill()
    await proxy.close()
  }
}

/** Waits until the consumer has settled, reads what it answers, ends it and reads its file. */
const readModel = async (
  { options, bus }: Stage,
  { consumer, database }: Running,
  expected: { head: number },
): Promise<{ model: ReadModel; late: string | undefined }> => {
  const late = await settled({ options, bus, consumer, ...expected })
  if (consumer.fell() !== undefined) return { model: new Map(), late }
  const headers = (await options.headers?.()) ?? {}
  const asked = readAnswers(consumer.url, { paths: options.reads, headers })
  const answers = await asked.catch((error: unknown) => String(error))
  await consumer.stop()
  if (typeof answers === 'string') return { model: new Map(), late: late ?? answers }
  const tables = options.file ? readTables(database) : []
  return { model: new Map([...answers, ...tables]), late }
}

/** Feeds the history in parts. In each, the consumer is killed some moment after it has been given something. */
const runUnderFaults = async (
  { options, bus, random }: Stage,
  { consumer, proxy }: Running,
): Promise<void> => {
  const { history, kills } = options
  for (let part = 0; part <= kills; part++) {
    const cutAt = (n: number) => Math.floor((history.length * n) / (kills + 1))
    const given = proxy.delivered()
    await bus.append(history.slice(cutAt(part), cutAt(part + 1)))
    if (part === kills) return
    await until(() => consumer.fell() !== undefined || proxy.delivered() > given, 'the consumer to read', {
      withinMs: limits.startMsMax,
    })
    await pause(random?.below(limits.killAfterMsMax) ?? 0)
    await consumer.kill()
    consumer.start()
  }
}

const withBus = async <Result>(folder: string, work: (bus: Bus) => Promise<Result>): Promise<Result> => {
  const { bus, program }: { bus: Bus; program: Program } = await startBus(folder)
  try {
    return await work(bus)
  } finally {
    await program.kill()
  }
}

/** What the consumer appends when nothing goes wrong, as sorted lines. */
const cleanWrites = (options: ConformOptions, folder: string): Promise<string[]> =>
  withBus(join(folder, 'undisturbed'), async (bus) => {
    const stage = { options, bus, folder, name: 'undisturbed' }
    return withConsumer(stage, async ({ consumer }) => {
      await bus.append(options.history)
      const head = options.history.flat().length + (options.writes ?? 0)
      const late = await settled({ options, bus, consumer, head })
      const reason = consumer.fell() ?? late
      if (reason !== undefined) throw new Error(`The consumer does not get along without faults. ${reason}`)
      return writesOf(await bus.log(), options.history)
    })
  })

/**
 * Runs a consumer three times: undisturbed, to learn what it appends; under faults; and, new and undisturbed, over the log
 * that the second run left. Under faults it must append the same, and end with the read model of the third run, which in
 * turn must find nothing left to do. With `writes: 0` there is no first run. Throws where the first run fails.
 */
export const runConformance = async (options: ConformOptions): Promise<ConformResult> => {
  const folder = await mkdtemp(join(tmpdir(), `logbook-conform-${randomBytes(3).toString('hex')}-`))
  try {
    const expected = options.writes === 0 ? [] : await cleanWrites(options, folder)
    return await withBus(join(folder, 'faulty'), async (bus) => {
      const head = options.history.flat().length + expected.length
      const random = seeded({ seed: options.seed, name: 'conform' })
      const stage: Stage = { options, bus, folder, name: 'faulty', random }
      const faulty = await withConsumer(stage, async (running) => {
        await runUnderFaults(stage, running)
        running.proxy.calm()
        const { model, late } = await readModel(stage, running, { head })
        const { consumer, proxy } = running
        return {
          model,
          findings: [consumer.fell(), late],
          kills: consumer.kills,
          faults: proxy.counts,
          delivered: proxy.delivered(),
        }
      })
      const writes = writesOf(await bus.log(), options.history)
      const again: Stage = { options, bus, folder, name: 'clean' }
      const clean = await withConsumer(again, (running) => readModel(again, running, { head: 0 }))
      const after = writesOf(await bus.log(), options.history)
      const findings = [
        ...faulty.findings,
        clean.late && `Read again: ${clean.late}`,
        ...differences({
          faulty: new Map([['appended events', writes]]),
          clean: new Map([['appended events', expected]]),
        }),
        ...differences({ faulty: faulty.model, clean: clean.model }),
        after.length > writes.length
          ? `Read again, the same log made it append ${after.length - writes.length} events more.`
          : undefined,
      ]
      return {
        faults: faulty.faults,
        kills: faulty.kills,
        delivered: faulty.delivered,
        writes: writes.length,
        compared: [...clean.model.keys()],
        findings: findings.filter((finding) => finding !== undefined),
      }
    })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
