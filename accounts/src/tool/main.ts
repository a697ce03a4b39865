import { systemClock } from '@logbook/chassis/clock.ts'
import { ConfigError } from '@logbook/chassis/config.ts'
import { CommanderError } from 'commander'
import { Damaged, Refused } from '../backup/failures.ts'
import { createCommand } from './commands.ts'

const exitCodes = { damaged: 1, refused: 2 } as const

/** Says what went wrong in one line, unless the fault is this program's own. */
const explain = (error: unknown): string => {
  if (error instanceof Damaged || error instanceof Refused || error instanceof ConfigError)
    return error.message
  if (error instanceof Error && 'code' in error) return `${error.message} (${String(error.code)})`
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}

try {
  await createCommand({ env: process.env, clock: systemClock, stdout: process.stdout }).parseAsync()
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : exitCodes.refused
  else {
    process.stderr.write(`accounts: ${explain(error)}\n`)
    process.exitCode = error instanceof Damaged ? exitCodes.damaged : exitCodes.refused
  }
}
