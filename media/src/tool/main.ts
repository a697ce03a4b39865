import { runCommand } from '@logbook/chassis/start/command-line.ts'
import { createCommand } from './commands.ts'

const { env, stdout, stderr } = process
await runCommand('media', () => createCommand({ env, stdout, stderr }).parseAsync())
