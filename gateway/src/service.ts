import { defineService } from '@logbook/chassis/start/run-service.ts'
import { createGateway } from './app.ts'
import { readConfig } from './config.ts'

/** The service as its settings say. */
export const service = defineService({
  name: 'gateway',
  readConfig,
  create: ({ config, logger }) => createGateway({ ...config, logger }),
})
