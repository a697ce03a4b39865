import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startBus } from './bus-processes.ts'
import { type Row, rounded } from './bus-table.ts'
import { startRabbit } from './rabbitmq.ts'

const underWay = 64
const secondsEach = 5
const rounds = 3

const load = (...words: (string | number)[]) =>
  fork(new URL('./notify-questions-load.ts', import.meta.url), words.map(String))

/** Answers a second, with one process that asks and one that answers. */
const rateOver = async (what: 'bus' | 'rabbit', address: string): Promise<number> => {
  const answerer = load(`${what}-answer`, address, underWay)
  try {
    await once(answerer, 'message')
    const [{ rate }] = await once(load(`${what}-ask`, address, underWay, secondsEach), 'message')
    return Number(rate)
  } finally {
    const gone = once(answerer, 'exit')
    answerer.kill('SIGTERM')
    await gone
  }
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0

/** Questions and answers a second over the bus and over RabbitMQ’s RPC, in turn; or why that can’t be measured here. */
export const measureQuestions = async (): Promise<Row | { skipped: string }> => {
  const folder = await mkdtemp(join(tmpdir(), 'logbook-bench-'))
  try {
    const rabbit = await startRabbit(join(folder, 'rabbit'))
    if ('absent' in rabbit) return { skipped: `question and answer over RabbitMQ’s RPC: ${rabbit.absent}` }
    const bus = await startBus(join(folder, 'log.sqlite'))
    const rates = { bus: [] as number[], rabbit: [] as number[] }
    for (let round = 0; round < rounds; round += 1) {
      rates.bus.push(await rateOver('bus', bus.url))
      rates.rabbit.push(await rateOver('rabbit', `amqp://127.0.0.1:${rabbit.port}`))
    }
    await bus.stop()
    await rabbit.stop()
    const [ours, peer] = [median(rates.bus), median(rates.rabbit)]
    return {
      figure: `question and answer, ${underWay} under way, over RabbitMQ RPC`,
      ...{ ours: `${rounded(ours)}/s`, peer: `${rounded(peer)}/s`, ratio: ours / peer },
      aim: { atLeast: 1 },
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
