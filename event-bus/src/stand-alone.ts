import '@logbook/chassis/start/one-undici.ts'
import { runProcess } from '@logbook/chassis/start/run-process.ts'
import { busService } from './open.ts'

/** The bus for any events: every caller with a token may append. */
await runProcess([busService()])
