import { runService } from '@logbook/chassis/start/run-service.ts'
import { readConfig } from './config.ts'
import { openMedia } from './open.ts'

await runService({ name: 'media', readConfig, create: openMedia })
