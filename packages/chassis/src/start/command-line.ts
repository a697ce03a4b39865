import { CommanderError } from 'commander'
import { makeFilesForOwnerOnly } from '../files/owner-only.ts'
import { ConfigError } from './config.ts'

/** The request can't be carried out as it was made; the message tells the caller why. */
export class Refused extends Error {
  override name = 'Refused'
}

/** What was to be read is not what was written. */
export class Damaged extends Error {
  override name = 'Damaged'
}

const exitCodes = { done: 0, damaged: 1, refused: 2 } as const

const isOfSystem = (error: unknown): error is Error & { code: string } =>
  error instanceof Error && 'code' in error && typeof error.code === 'string'

/** SQLite needs some room beside a file even to read it. */
const adviceOn = ({ code }: { code: string }): string =>
  /^(ENOSPC|SQLITE_FULL|SQLITE_IOERR_SHM)/.test(code)
    ? '. A disk is full: make a few MiB of room, on the disk of the data folder too'
    : ''

/** Says what went wrong in one line, unless the fault is this program's own. */
const explain = (error: unknown): string => {
  if (error instanceof Damaged || error instanceof Refused || error instanceof ConfigError)
    return error.message
  if (isOfSystem(error)) return `${error.message} (${error.code})${adviceOn(error)}`
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}

/**
 * Runs a command of commander's that exits by throwing, to its end: the process ends with 0, with 1 where something is `Damaged`, and
 * with 2 where nothing could be done; why stands on stderr, behind the command's name.
 */
export const runCommand = async (name: string, run: () => Promise<unknown>): Promise<void> => {
  const end = (error: unknown): void => {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? exitCodes.done : exitCodes.refused
      return
    }
    // The reader of the output has seen enough, as `head` does.
    if (isOfSystem(error) && error.code === 'EPIPE') return
    process.stderr.write(`${name}: ${explain(error)}\n`)
    process.exitCode = error instanceof Damaged ? exitCodes.damaged : exitCodes.refused
  }
  makeFilesForOwnerOnly()
  process.once('uncaughtException', end)
  try {
    await run()
  } catch (error) {
    end(error)
  }
}
