import { appendFileSync, existsSync, readFileSync, truncateSync } from 'node:fs'
import { createBusClient } from '@logbook/chassis/log/bus-client.ts'
import { silentLogger } from '@logbook/chassis/logger.ts'
import { z } from 'zod'

/** A follower of the whole log whose notes are also its place: killed at any moment, it goes on after its last whole line. */

const { url, file } = z.object({ url: z.string(), file: z.string() }).parse(JSON.parse(process.argv[2] ?? ''))

const lastPosition = (): number => {
  if (!existsSync(file)) return 0
  const text = readFileSync(file, 'utf8')
  const whole = text.slice(0, text.lastIndexOf('\n') + 1)
  truncateSync(file, Buffer.byteLength(whole))
  return Number(whole.trimEnd().split('\n').at(-1)?.split(' ')[0] ?? 0)
}

// What it sees is no longer read.
process.once('disconnect', () => process.exit(0))

const bus = createBusClient({
  url,
  token: process.env.SERVICE_TOKEN,
  source: '/chaos',
  logger: silentLogger,
  bounds: { backoffMs: { initial: 20, max: 300 }, pageSize: 200 },
})
const after = lastPosition()
process.send?.({ kind: 'started' })
for await (const { events } of bus.follow({ after, signal: new AbortController().signal }))
  if (events.length > 0)
    appendFileSync(file, events.map(({ position, id }) => `${position} ${id}\n`).join(''))
