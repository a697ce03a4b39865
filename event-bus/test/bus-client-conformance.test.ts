import { listen } from '@logbook/chassis/http/server.ts'
import { createBusClient } from '@logbook/chassis/log/bus-client.ts'
import { silentLogger } from '@logbook/chassis/logger.ts'
import { busConformance } from '@logbook/chassis/testing/bus-conformance.ts'
import { temporaryFolder } from '@logbook/chassis/testing/temporary-folder.ts'
import { createEventBus } from '@logbook/event-bus/app.ts'
import { openLog } from '@logbook/event-bus/log/open-log.ts'
import { inMemory } from './running-bus.ts'

busConformance('the bus over HTTP', async () => {
  const folder = temporaryFolder()
  const service = createEventBus({
    ...inMemory(),
    store: openLog(`${folder}/log.sqlite`),
    logger: silentLogger,
  })
  const listening = await listen(service.app, { host: '127.0.0.1', port: 0 })
  const client = createBusClient({ url: listening.url, source: '/test', logger: silentLogger })
  const dispose = async () => {
    client.close()
    service.drain?.()
    await listening.close()
    await service.close()
  }
  return { bus: client, dispose }
})
