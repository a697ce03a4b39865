import { systemClock } from '@logbook/chassis/clock.ts'
import { runCommand } from '@logbook/chassis/start/command-line.ts'
import { createRestore } from './commands.ts'

process.umask(0o077)
const { env, stdin, stdout, stderr } = process
await runCommand('restore', () =>
  createRestore({ env, stdin, stdout, stderr, clock: systemClock }).parseAsync(),
)
