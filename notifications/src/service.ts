import { defineService } from '@logbook/chassis/start/run-service.ts'
import { readConfig } from './config.ts'
import { openNotifications } from './open.ts'

export const service = defineService({ name: 'notifications', readConfig, create: openNotifications })
