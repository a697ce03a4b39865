import { createBusClient } from '@logbook/chassis/log/bus-client.ts'
import { defineService } from '@logbook/chassis/start/run-service.ts'
import { createGateway } from './app.ts'
import { readConfig } from './config.ts'

/** The service as its settings say. */
export const service = defineService({
  name: 'gateway',
  readConfig,
  create: ({ config, logger }) => {
    const { busUrl: url, serviceToken: token, viewsEveryMs: everyMs } = config
    // Without a token the log takes nothing from it.
    if (token === undefined) return createGateway({ ...config, logger })
    const bus = createBusClient({ url, token, source: '/gateway', logger })
    const gateway = createGateway({ ...config, views: { bus, everyMs }, logger })
    const close = async () => {
      await gateway.close()
      bus.close()
    }
    return { ...gateway, close }
  },
})
