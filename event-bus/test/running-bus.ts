import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { listen } from '@logbook/chassis/http/server.ts'
import { type BusClientOptions, createBusClient } from '@logbook/chassis/log/bus-client.ts'
import type { LogStore } from '@logbook/chassis/log/log-store.ts'
import { silentLogger } from '@logbook/chassis/logger.ts'
import { temporaryFolder } from '@logbook/chassis/testing/temporary-folder.ts'
import { endWithTest } from '@logbook/chassis/testing/test-service.ts'
import { createEventBus } from '@logbook/event-bus/app.ts'
import { openLog } from '@logbook/event-bus/log/open-log.ts'
import { openSubscriptions } from '@logbook/event-bus/subscriptions/tables.ts'
import { onTestFinished } from 'vitest'

/** A folder of files with these tokens, each named by its caller; it goes with the test. */
export const tokensFolder = async (tokens: Readonly<Record<string, string>>): Promise<string> => {
  const folder = temporaryFolder()
  for (const [name, token] of Object.entries(tokens)) await writeFile(join(folder, name), token)
  return folder
}

/** Subscriptions in memory, for a bus that is tested for something else. */
export const inMemory = () => ({ subscriptions: { db: openSubscriptions(':memory:'), pushAllow: [] } })

export interface RunningBus {
  url: string
  store: LogStore
  close: () => Promise<void>
}

/** The whole service on a port of its own, over a file of its own unless told otherwise; it ends with the test. */
export const startBus = async ({
  file,
  store: given,
  port = 0,
}: {
  file?: string
  store?: LogStore
  port?: number
} = {}): Promise<RunningBus> => {
  const folder = temporaryFolder()
  const store = given ?? openLog(file ?? `${folder}/log.sqlite`)
  const bus = createEventBus({ ...inMemory(), store, logger: silentLogger })
  const listening = await listen(bus.app, { host: '127.0.0.1', port })
  const close = endWithTest(bus, listening)
  return { url: listening.url, store, close }
}

export const clientOf = ({ url }: { url: string }, bounds: NonNullable<BusClientOptions['bounds']> = {}) => {
  const client = createBusClient({ url, source: '/test', logger: silentLogger, bounds })
  onTestFinished(() => client.close())
  return client
}

export const post = (
  { url }: { url: string },
  body: BodyInit,
  { type = 'application/json', ...headers }: Record<string, string> = {},
): Promise<Response> =>
  fetch(`${url}/events`, { method: 'POST', body, headers: { 'Content-Type': type, ...headers } })

/** Appends that many events, ten streams in turn, types A and B in turn. */
export const fill = async (bus: { url: string }, count: number): Promise<void> => {
  const lines = Array.from({ length: count }, (_, index) =>
    JSON.stringify({ type: index % 2 === 0 ? 'A' : 'B', subject: `s-${index % 10}`, data: { index } }),
  )
  const answer = await post(bus, lines.join('\n'), { type: 'application/x-ndjson' })
  if (!answer.ok) throw new Error(await answer.text())
  await answer.text()
}
