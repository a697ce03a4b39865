import { Agent, get } from 'node:http'
import { median } from './query-processes.ts'

const requests = 3_000
const warmUp = 500

const { url } = JSON.parse(process.argv[2] ?? '{}') as { url: string }
const agent = new Agent({ keepAlive: true, maxSockets: 1 })

const ask = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const begun = performance.now()
    get(url, { agent }, (answer) => {
      answer.resume()
      answer.once('end', () => resolve(performance.now() - begun))
    }).once('error', reject)
  })

const times: number[] = []
for (let count = 0; count < requests; count++) {
  const ms = await ask()
  if (count >= warmUp) times.push(ms)
}
agent.destroy()
process.send?.(median(times), () => process.exit(0))
