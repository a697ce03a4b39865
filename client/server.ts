import { runProcess } from '@logbook/chassis/start/run-process.ts'
import { service } from './server/service.ts'

await runProcess([service])
