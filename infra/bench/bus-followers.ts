import { get } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { busClient, open, type Publisher, redis, redisCommand } from './bus-clients.ts'
import { eventMaker } from './bus-event.ts'

const followers = 4
const perSecond = 1_000

const sentAt = /"sent\\?":(\d+(?:\.\d+)?)/g

/** Opens readers that report each moment of sending they come by. */
type Follow = (seen: (text: string) => void) => Promise<() => void>

const followBus =
  (url: string): Follow =>
  (seen) =>
    new Promise((resolve, reject) => {
      const request = get(`${url}/events?after=0`, { headers: { Accept: 'text/event-stream' } }, (res) => {
        res.setEncoding('utf8').on('data', (chunk: string) => {
          if (chunk.includes('caught-up')) resolve(() => request.destroy())
          seen(chunk)
        })
      })
      request.on('error', reject)
    })

const followRedis =
  (port: number): Follow =>
  async (seen) => {
    const socket = (await open(port)).setEncoding('utf8')
    let received = ''
    const block = (after: string) =>
      socket.write(redisCommand('XREAD', 'BLOCK', '0', 'STREAMS', 'events', after))
    socket.on('data', (chunk: string) => {
      received += chunk
      // An answer is whole when it ends as its last entry's event does; the next read begins after that entry's id.
      if (!received.endsWith('}\r\n')) return
      seen(received)
      block(received.match(/\d{13}-\d+/g)?.at(-1) ?? '0')
      received = ''
    })
    block('$')
    return () => socket.destroy()
  }

/** Publishes at a steady rate and returns how many milliseconds each event took to each follower. */
const latencies = async (publisher: Publisher, follow: Follow, ms: number): Promise<number[]> => {
  const found: number[] = []
  let recording = false
  const seen = (text: string) => {
    const now = performance.now()
    if (recording) for (const [, sent] of text.matchAll(sentAt)) found.push(now - Number(sent))
  }
  const stops = await Promise.all(Array.from({ length: followers }, () => follow(seen)))
  const make = eventMaker()
  const begun = performance.now()
  for (let sent = 0; performance.now() - begun < ms * 1.5; ) {
    recording ||= performance.now() - begun > ms * 0.5
    const due = ((performance.now() - begun) / 1_000) * perSecond
    for (; sent < due; sent += 1) void publisher.publish({ ...make(), data: { sent: performance.now() } })
    await delay(1)
  }
  await delay(100)
  for (const stop of stops) stop()
  publisher.close()
  return found
}

export const measureFollowers = async (
  load:
    | { kind: 'busFollowers'; url: string; ms: number }
    | { kind: 'redisFollowers'; port: number; ms: number },
): Promise<number[]> =>
  load.kind === 'busFollowers'
    ? latencies(busClient(load.url), followBus(load.url), load.ms)
    : latencies(await redis(load.port), followRedis(load.port), load.ms)
