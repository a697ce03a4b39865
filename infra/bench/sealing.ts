import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { KeyRing } from '@logbook/chassis/sealing/key-ring.ts'
import { createKeysClient } from '@logbook/chassis/sealing/keys-client.ts'
import { sealedBus } from '@logbook/chassis/sealing/sealed-bus.ts'
import { personal } from '@logbook/contracts/personal.ts'
import { writeHistory } from './query-history.ts'
import { type Bench, median, withPrograms } from './query-processes.ts'
import { reached } from './query-replay.ts'

const rounds = 3
const size = { posts: 2_000, commentsPerPost: 20 }

/** Keys as accounts gives them, here for every caller: reading with them is measured. */
const serveKeys = async () => {
  const server = createServer(async (req, res) => {
    res.setHeader('Content-Type', 'application/json')
    // What tokens are verified with, of which this measurement has none.
    if (req.method === 'GET') return void res.end(JSON.stringify({ keys: [] }))
    let body = ''
    for await (const chunk of req) body += chunk
    const { ids } = JSON.parse(body) as { ids: string[] }
    const keys = ids.map((id) => ({
      id,
      state: 'live',
      key: createHash('sha256').update(id).digest('base64'),
    }))
    res.end(JSON.stringify({ keys }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

const benchSealing = async ({ start, folder }: Bench): Promise<void> => {
  const keys = await serveKeys()
  const written = async (name: string, sealed: boolean) => {
    const bus = await start('event-bus/src/main.ts', { DATABASE: join(folder, `${name}.sqlite`) })
    const ring = new KeyRing(createKeysClient({ url: keys.url }))
    const events = await writeHistory({
      busUrl: bus.url,
      ...size,
      ...(sealed ? { through: (client) => sealedBus({ bus: client, keys: ring, personal }) } : {}),
    })
    return { name, url: bus.url, events, rates: [] as number[] }
  }
  const logs = [await written('clear', false), await written('sealed', true)] as const
  for (let round = 0; round < rounds; round++)
    for (const { name, url, events, rates } of logs) {
      const query = await start('query/src/main.ts', {
        BUS_URL: url,
        ACCOUNTS_URL: keys.url,
        DATABASE: join(folder, `${name}-view-${round}.sqlite`),
      })
      const begun = performance.now()
      await reached(query, events)
      rates.push(events / ((performance.now() - begun) / 1_000))
      await query.stop()
    }
  keys.close()
  const [clear, sealed] = logs.map(({ rates }) => median(rates)) as [number, number]
  console.log(
    `${'replay into query, fields sealed'.padEnd(34)} ${Math.round(sealed)} events/s over ${Math.round(clear)}/s in the clear = ${(sealed / clear).toFixed(2)} (${logs[1].events} events)`,
  )
}

await withPrograms(benchSealing)
