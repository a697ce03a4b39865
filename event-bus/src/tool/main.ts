import { systemClock } from '@logbook/chassis/clock.ts'
import { runCommand } from '@logbook/chassis/start/command-line.ts'
import { createCommand } from './commands.ts'

const { env, stdout, stderr } = process
await runCommand('log', () => createCommand({ env, stdout, stderr, clock: systemClock }).parseAsync())
