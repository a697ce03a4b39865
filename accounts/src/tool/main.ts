import { systemClock } from '@logbook/chassis/clock.ts'
import { runCommand } from '@logbook/chassis/start/command-line.ts'
import { createCommand } from './commands.ts'

const { env, stdout } = process
await runCommand('accounts', () => createCommand({ env, stdout, clock: systemClock }).parseAsync())
