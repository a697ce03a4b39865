import { defineService } from '@logbook/chassis/start/run-service.ts'
import { createClient } from './client.ts'
import { readConfig } from './config.ts'

export const service = defineService({
  name: 'client',
  readConfig,
  create: ({ config, logger }) => createClient({ config, logger, dev: process.argv.includes('--dev') }),
})
