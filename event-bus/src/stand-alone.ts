import { runProcess } from '@logbook/chassis/start/run-process.ts'
import { busService } from './open.ts'

/** The bus for events of any kind: whoever has a token may append them. */
await runProcess([busService()])
