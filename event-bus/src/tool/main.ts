import { systemClock } from '@logbook/chassis/clock.ts'
import { ConfigError } from '@logbook/chassis/config.ts'
import { CommanderError } from 'commander'
import { createCommand } from './commands.ts'
import { BadLine, Damaged, Refused } from './failures.ts'

const exitCodes = { done: 0, damaged: 1, refused: 2 } as const

const isOfSystem = (error: unknown): error is Error & { code: string } =>
  error instanceof Error && 'code' in error && typeof error.code === 'string'

/** Says what went wrong in one line, unless the fault is this program's own. */
const explain = (error: unknown): string => {
  if (error instanceof Damaged) return `Damaged at ${error.message}`
  if (error instanceof Refused || error instanceof BadLine || error instanceof ConfigError)
    return error.message
  if (isOfSystem(error)) return `${error.message} (${error.code})`
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}

const end = (error: unknown): void => {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? exitCodes.done : exitCodes.refused
    return
  }
  // Whoever reads has seen enough, as `head` does.
  if (isOfSystem(error) && error.code === 'EPIPE') return
  process.stderr.write(`log: ${explain(error)}\n`)
  process.exitCode =
    error instanceof Damaged || error instanceof BadLine ? exitCodes.damaged : exitCodes.refused
}

const { env, stdout, stderr } = process
process.once('uncaughtException', end)
try {
  await createCommand({ env, stdout, stderr, clock: systemClock }).parseAsync()
} catch (error) {
  end(error)
}
