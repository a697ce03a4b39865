import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { LogTaken, lockForWriting } from '@logbook/event-bus/log/writer-lock.ts'

/** Another process runs a Logbook on this data folder. */
export class FolderTaken extends Error {
  override name = 'FolderTaken'
}

const noteIn = (dataFolder: string): string => join(dataFolder, 'runner.pid')

/** The process that runs a Logbook on a data folder, as it noted itself. */
const holderOf = (dataFolder: string): string => {
  try {
    const pid = Number(readFileSync(noteIn(dataFolder), 'utf8'))
    return Number.isSafeInteger(pid) && pid > 0 ? `process ${pid}` : 'another process'
  } catch {
    return 'another process'
  }
}

/**
 * Makes this process the one that runs a Logbook on a data folder, which is there, until it ends by whatever means or calls the returned
 * release. The lock is the operating system's: none is left by a process that is gone, and no pid that was given again holds one.
 * Throws `FolderTaken`, at once, where another has it.
 */
export const lockDataFolder = (dataFolder: string): (() => void) => {
  let release: () => void
  try {
    release = lockForWriting(join(dataFolder, 'runner'))
  } catch (error) {
    if (!(error instanceof LogTaken)) throw error
    throw new FolderTaken(
      `${dataFolder} is in use: ${holderOf(dataFolder)} runs a Logbook on it. Stop that one first, or give this one a folder of its own with LOGBOOK_DATA.`,
    )
  }
  writeFileSync(noteIn(dataFolder), `${process.pid}\n`, { mode: 0o600 })
  return release
}

/** The process that runs a Logbook on a data folder, in words; undefined where there is none. */
export const runnerOf = (dataFolder: string): string | undefined => {
  if (!existsSync(join(dataFolder, 'runner.writer'))) return undefined
  try {
    lockForWriting(join(dataFolder, 'runner'))()
    return undefined
  } catch (error) {
    if (error instanceof LogTaken) return holderOf(dataFolder)
    throw error
  }
}
