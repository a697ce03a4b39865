import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { createBusClient } from '@logbook/chassis/log/bus-client.ts'
import { silentLogger } from '@logbook/chassis/logger.ts'
import type { RecordedEvent } from '@logbook/contracts/envelope.ts'
import { type Program, program } from '../chaos/program.ts'
import type { LogHistory } from './history.ts'
import { freePort } from './port.ts'

/** The real bus, spoken to past the proxy. */
export interface Bus {
  url: string
  append(history: LogHistory): Promise<void>
  log(): Promise<RecordedEvent[]>
  /** The last position of the log. */
  head(): Promise<number>
}

/** A bus of its own with an empty log in this folder, open to everyone on this machine: what anyone may append is not the question here. */
export const startBus = async (folder: string): Promise<{ bus: Bus; program: Program }> => {
  await mkdir(folder, { recursive: true })
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const running = program({
    name: 'event-bus',
    entry: 'event-bus/src/main.ts',
    env: {
      HOST: '127.0.0.1',
      PORT: String(port),
      LOG_LEVEL: 'error',
      DATABASE: join(folder, 'event-bus.sqlite'),
      SUBSCRIPTIONS_DATABASE: join(folder, 'subscriptions.sqlite'),
    },
  })
  await running.start()
  const client = createBusClient({ url, source: '/conform', logger: silentLogger })
  const read = (after: number) => client.read({ after, limit: 1_000 })
  const log = async (): Promise<RecordedEvent[]> => {
    const events: RecordedEvent[] = []
    for (let after = 0; ; ) {
      const page = await read(after)
      events.push(...page.events)
      if (!page.more) return events
      after = page.position
    }
  }
  let known = 0
  const bus: Bus = {
    url,
    async append(history) {
      // The client sends them in this order, many in one request.
      await Promise.all(history.map((events) => client.append(events)))
    },
    log,
    async head() {
      for (let more = true; more; ) {
        const page = await read(known)
        known = page.position
        more = page.more
      }
      return known
    },
  }
  return { bus, program: running }
}
