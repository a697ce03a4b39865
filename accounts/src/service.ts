import { defineService } from '@logbook/chassis/start/run-service.ts'
import { readConfig } from './config.ts'
import { openAccounts } from './open.ts'

export const service = defineService({ name: 'accounts', readConfig, create: openAccounts })
