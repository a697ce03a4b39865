import { systemClock } from '@logbook/chassis/clock.ts'
import { runCommand } from '@logbook/chassis/start/command-line.ts'
import { createBackup } from './commands.ts'

// What a backup holds is for its owner alone.
process.umask(0o077)
const { env, stdin, stdout, stderr } = process
await runCommand('backup', () =>
  createBackup({ env, stdin, stdout, stderr, clock: systemClock }).parseAsync(),
)
