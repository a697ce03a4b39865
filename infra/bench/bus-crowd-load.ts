import { get } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { busClient } from './bus-clients.ts'
import { eventMaker, percentile } from './bus-event.ts'

const frame = /id: (\d+)\ndata: .*?"sent":(\d+(?:\.\d+)?).*?\n\n/g
const waitMsMax = 20_000

interface Reader {
  /** Positions, in the order in which they came. */
  positions: number[]
  leave: () => void
}

const follow = (url: string, late: number[]): Promise<Reader> =>
  new Promise((resolve, reject) => {
    const positions: number[] = []
    let rest = ''
    const request = get(`${url}/events?after=0`, { headers: { Accept: 'text/event-stream' } }, (res) => {
      res.setEncoding('utf8').on('data', (chunk: string) => {
        const now = performance.now()
        const text = rest + chunk
        if (text.includes('caught-up')) resolve({ positions, leave: () => request.destroy() })
        let end = 0
        for (const found of text.matchAll(frame)) {
          positions.push(Number(found[1]))
          late.push(now - Number(found[2]))
          end = found.index + found[0].length
        }
        rest = text.slice(end)
      })
      res.on('error', () => {})
    })
    request.on('error', reject)
  })

/**
 * Appends at a steady rate while so many follow, waits until all have everything, and returns how many were sent, how many of them
 * some follower lacks or has in another place, and the median and 99th percentile of how late they came, in milliseconds.
 */
export const measureCrowdLoad = async ({
  url,
  followers,
  perSecond,
  ms,
}: {
  url: string
  followers: number
  perSecond: number
  ms: number
}): Promise<number[]> => {
  const late: number[] = []
  const readers = await Promise.all(Array.from({ length: followers }, () => follow(url, late)))
  const publisher = busClient(url)
  const make = eventMaker()
  const begun = performance.now()
  const sending: Promise<void>[] = []
  while (performance.now() - begun < ms) {
    const due = ((performance.now() - begun) / 1_000) * perSecond
    while (sending.length < due)
      sending.push(publisher.publish({ ...make(), data: { sent: performance.now() } }))
    await delay(2)
  }
  await Promise.all(sending)
  const sent = sending.length
  const whole = () => readers.every(({ positions }) => positions.length >= sent)
  for (const end = performance.now() + waitMsMax; !whole() && performance.now() < end; ) await delay(20)
  for (const { leave } of readers) leave()
  publisher.close()
  const astray = readers.reduce((sum, { positions }) => {
    const right = positions.filter((position, index) => position === index + 1).length
    return sum + Math.max(sent, positions.length) - right
  }, 0)
  return [sent, astray, percentile(late, 0.5), percentile(late, 0.99)]
}
