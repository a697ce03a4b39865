import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { median } from './bus-event.ts'
import { fillLog } from './bus-fill.ts'
import { runLoad, startBus, startHandler } from './bus-processes.ts'
import { type Row, rounded } from './bus-table.ts'

const rounds = 3
const loadMs = 3_000
const warmUpMs = 1_500
const inFlight = 64
// More than can be delivered in the time there is.
const events = 150_000

/** Deliveries a second of one subscription to one handler. */
const deliveries = async (file: string): Promise<number> => {
  const handler = await startHandler()
  const bus = await startBus(file)
  const subscription = `${bus.url}/subscriptions/bench`
  const settings = { mode: 'push', url: `${handler.url}/events`, concurrency: inFlight }
  const answer = await fetch(subscription, {
    method: 'PUT',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(settings),
  })
  if (answer.status !== 201) throw new Error(`the subscription was answered ${answer.status}`)
  await delay(warmUpMs)
  const before = await handler.count()
  const begun = performance.now()
  await delay(loadMs)
  const rate = ((await handler.count()) - before) / ((performance.now() - begun) / 1_000)
  await fetch(subscription, { method: 'DELETE' })
  await bus.stop()
  await handler.stop()
  return rate
}

/** Requests a second that the handler takes from a load generator, with as many under way. */
const ceiling = async (): Promise<number> => {
  const handler = await startHandler()
  const [rate = Number.NaN] = await runLoad({ kind: 'handler', url: handler.url, ms: loadMs })
  await handler.stop()
  return rate
}

/** Push to one local Express handler, over what that handler takes at all. */
export const measurePush = async (folder: string): Promise<Row[]> => {
  const file = join(folder, 'pushed.sqlite')
  await fillLog(file, events)
  const found = { ours: [] as number[], ceiling: [] as number[] }
  for (let round = 0; round < rounds; round += 1) {
    found.ours.push(await deliveries(file))
    found.ceiling.push(await ceiling())
  }
  const [ours, most] = [median(found.ours), median(found.ceiling)]
  return [
    {
      figure: `push to one Express handler, ${inFlight} under way, over the handler's own ceiling`,
      ours: `${rounded(ours)} events/s`,
      peer: `${rounded(most)} requests/s`,
      ratio: ours / most,
      aim: { atLeast: 0.4 },
    },
  ]
}
