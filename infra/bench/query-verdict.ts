import { join } from 'node:path'
import { createBusClient } from '@logbook/chassis/log/bus-client.ts'
import { silentLogger } from '@logbook/chassis/logger.ts'
import { createParser } from 'eventsource-parser'
import { blogOf } from '../e2e/blog.ts'
import { startLogbook } from '../e2e/logbook.ts'
import { aim } from './query-pages.ts'
import { type Bench, median } from './query-processes.ts'

const comments = 300
const warmUp = 50

/** Resolves `judged(id)` when the stream of changes says that a comment has its verdict. */
const watchVerdicts = async (url: string, signal: AbortSignal) => {
  const seen = new Map<string, number>()
  const waiting = new Map<string, (at: number) => void>()
  const answer = await fetch(url, { signal })
  const parser = createParser({
    onEvent({ event, data }) {
      if (event !== 'comment') return
      const { comment } = JSON.parse(data) as { comment: { id: string; status: string } }
      if (comment.status === 'pending') return
      const at = performance.now()
      seen.set(comment.id, at)
      waiting.get(comment.id)?.(at)
    },
  })
  const decoder = new TextDecoder()
  const reading = (async () => {
    for await (const chunk of answer.body ?? []) parser.feed(decoder.decode(chunk, { stream: true }))
  })().catch(() => {})
  return {
    judged: (id: string) =>
      new Promise<number>((resolve) => {
        const at = seen.get(id)
        if (at === undefined) waiting.set(id, resolve)
        else resolve(at)
      }),
    reading,
  }
}

/** Milliseconds of each append of one event, one after the other. */
const durableAppendsMs = async (url: string): Promise<number[]> => {
  const bus = createBusClient({ url, source: '/bench', logger: silentLogger })
  const took: number[] = []
  for (let n = 0; n < warmUp + comments; n++) {
    const begun = performance.now()
    const id = `append-${n}`
    await bus.append([{ id, subject: id, type: 'Measured', source: '/bench', data: { n } }])
    if (n >= warmUp) took.push(performance.now() - begun)
  }
  bus.close()
  return took
}

interface Row {
  took: number[]
  append: number
  note: (ratio: number) => string
}

const printRow = (row: string, { took, append, note }: Row): void => {
  took.sort((one, other) => one - other)
  const at = (share: number) => took[Math.floor(took.length * share)] ?? Number.NaN
  const ratio = at(0.5) / append
  console.log(
    `${row.padEnd(34)} p50 ${at(0.5).toFixed(1)} ms, p99 ${at(0.99).toFixed(1)} ms; p50 over ${append.toFixed(2)} ms of a durable append = ${ratio.toFixed(1)} (${note(ratio)})`,
  )
}

/**
 * From the moment a comment is answered 201, and from the moment it is sent, to the moment a browser that watches is told its
 * verdict, one after the other, through the gateway; over the time of one durable append to a log of its own.
 */
export const benchVerdict = async ({ start, folder }: Bench): Promise<void> => {
  const services = ['event-bus', 'accounts', 'posts', 'comments', 'moderation', 'query', 'gateway'] as const
  const logbook = await startLogbook({ services: [...services] })
  const fromSent: number[] = []
  const fromAccepted: number[] = []
  try {
    const blog = blogOf(logbook)
    const post = await blog.write('A post to comment on')
    await blog.settled()
    const abort = new AbortController()
    const { judged, reading } = await watchVerdicts(`${blog.api}/changes?post=${post.id}`, abort.signal)
    for (let n = 0; n < warmUp + comments; n++) {
      const sent = performance.now()
      const answer = await blog.comment({ postId: post.id, content: `Comment number ${n}` })
      const accepted = performance.now()
      if (answer.status !== 201) throw new Error(`A comment was answered ${answer.status}: ${answer.text}`)
      const at = await judged(answer.json().id)
      if (n < warmUp) continue
      fromSent.push(at - sent)
      fromAccepted.push(at - accepted)
    }
    abort.abort()
    await reading
  } finally {
    await logbook.close()
  }
  const bus = await start('event-bus/src/main.ts', { DATABASE: join(folder, 'verdict-log.sqlite') })
  const append = median(await durableAppendsMs(bus.url))
  const inTurn = `${comments} in turn, seven processes`
  printRow('comment accepted to verdict shown', {
    took: fromAccepted,
    append,
    note: (ratio) => `${inTurn}; ${aim(ratio <= 8, '≤ 8')}`,
  })
  printRow('comment sent to verdict shown', { took: fromSent, append, note: () => inTurn })
}
