import { defineService } from '@logbook/chassis/start/run-service.ts'
import { readConfig } from './config.ts'
import { openMedia } from './open.ts'

export const service = defineService({ name: 'media', readConfig, create: openMedia })
