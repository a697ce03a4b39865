import { get } from 'node:http'
import { expect, it, onTestFinished, vi } from 'vitest'
import { fill, startBus } from './running-bus.ts'

const followers = 200

/** Follows from the beginning, and keeps positions in the order in which they came. */
const follow = (url: string): { positions: number[]; leave: () => void } => {
  const positions: number[] = []
  let rest = ''
  const request = get(`${url}/events?after=0`, { headers: { Accept: 'text/event-stream' } }, (res) => {
    res.setEncoding('utf8').on('data', (chunk: string) => {
      const frames = (rest + chunk).split('\n\n')
      rest = frames.pop() ?? ''
      for (const frame of frames) {
        const [id = '', data = ''] = frame.split('\n')
        if (data.startsWith('data: {"specversion"')) positions.push(Number(id.slice(4)))
      }
    })
    res.on('error', () => {})
  })
  request.on('error', () => {})
  return { positions, leave: () => request.destroy() }
}

it('200 concurrent followers all get all events in order, before, during and after appends', async () => {
  const bus = await startBus()
  const events = 300
  const crowd: ReturnType<typeof follow>[] = []
  onTestFinished(() => {
    for (const { leave } of crowd) leave()
  })
  for (let part = 0; part < 10; part += 1) {
    for (let joined = 0; joined < followers / 10; joined += 1) crowd.push(follow(bus.url))
    await fill(bus, events / 10)
  }
  await vi.waitFor(() => expect(crowd.filter(({ positions }) => positions.length < events)).toHaveLength(0))
  const all = Array.from({ length: events }, (_, index) => index + 1)
  for (const { positions } of crowd) expect(positions).toEqual(all)
  const health = await (await fetch(`${bus.url}/health`)).json()
  expect(health.followers).toBe(followers)
})
