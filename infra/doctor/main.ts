import { runCommand } from '@logbook/chassis/start/command-line.ts'
import { createDoctor } from './command.ts'

const { env, stdout } = process
const end = (ok: boolean): void => {
  process.exitCode = ok ? 0 : 1
}
await runCommand('doctor', () => createDoctor({ env, stdout, end }).parseAsync())
