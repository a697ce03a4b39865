import { runService } from '@logbook/chassis/start/run-service.ts'
import { createClient } from './server/client.ts'
import { readConfig } from './server/config.ts'

await runService({
  name: 'client',
  readConfig,
  create: ({ config, logger }) => createClient({ config, logger, dev: process.argv.includes('--dev') }),
})
