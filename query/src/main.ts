import '@logbook/chassis/start/one-undici.ts'
import { runProcess } from '@logbook/chassis/start/run-process.ts'
import { service } from './service.ts'

await runProcess([service])
