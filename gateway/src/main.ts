import { runService } from '@logbook/chassis/start/run-service.ts'
import { createGateway } from './app.ts'
import { readConfig } from './config.ts'

await runService({
  name: 'gateway',
  readConfig,
  create: ({ config, logger }) => createGateway({ ...config, logger }),
})
