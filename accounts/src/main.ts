import { runService } from '@logbook/chassis/start/run-service.ts'
import { readConfig } from './config.ts'
import { openAccounts } from './open.ts'

await runService({ name: 'accounts', readConfig, create: openAccounts })
