import { createBusClient } from '@logbook/chassis/log/bus-client.ts'
import { runService } from '@logbook/chassis/run-service.ts'
import { createQuery } from './app.ts'
import { readConfig } from './config.ts'
import { openFiles } from './open-view.ts'

await runService({
  name: 'query',
  readConfig,
  create: ({ config: { busUrl, serviceToken, database, ...config }, log }) => {
    const bus = createBusClient({ url: busUrl, token: serviceToken, source: '/query', log })
    return createQuery({ bus, ...openFiles(database), log, ...config })
  },
})
