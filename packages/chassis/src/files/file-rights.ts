import { accessSync, constants, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : ''

/** What SQLite and Node say where a file may not be opened or written. */
const isAboutRights = (error: unknown): boolean =>
  /^(SQLITE_(READONLY|CANTOPEN|PERM|AUTH)|EACCES|EPERM|EROFS)/.test(codeOf(error))

const may = (path: string, rights: number): true | string => {
  try {
    accessSync(path, rights)
    return true
  } catch (error) {
    return codeOf(error)
  }
}

const ownUser = (): string => `user ${process.getuid?.() ?? '?'}`

const owned = (path: string): string => {
  const { uid, mode } = statSync(path)
  return `it belongs to user ${uid} and its mode is ${(mode & 0o7777).toString(8).padStart(4, '0')}`
}

const { R_OK, W_OK, X_OK } = constants

const faultOfFolder = (folder: string): string | undefined => {
  const stat = statSync(folder, { throwIfNoEntry: false })
  if (stat === undefined) return `There is no folder ${folder}.`
  if (!stat.isDirectory()) return `${folder} is not a folder.`
  const said = may(folder, W_OK | X_OK)
  if (said === true) return undefined
  if (said === 'EROFS') return `The folder ${folder} is on a disk that is mounted read-only.`
  return `The folder ${folder} can not be written to by ${ownUser()}: ${owned(folder)}. SQLite keeps files beside the one that it writes.`
}

const faultOfFile = (file: string): string | undefined => {
  const stat = statSync(file, { throwIfNoEntry: false })
  if (stat === undefined) return undefined
  if (!stat.isFile()) return `${file} is not a file.`
  for (const [rights, what] of [
    [R_OK, 'read'],
    [W_OK, 'written'],
  ] as const) {
    const said = may(file, rights)
    if (said === 'EROFS') return `${file} is on a disk that is mounted read-only.`
    if (said !== true) return `${file} can not be ${what} by ${ownUser()}: ${owned(file)}.`
  }
  return undefined
}

/**
 * Why a file can't be opened or written: in a sentence that names the file or folder which lacks a right, whose it is, and who asks.
 * Undefined where the error is about something else, or nothing is found. `beside`: endings of what is kept beside the file.
 */
export const lackingRight = (
  given: string,
  error: unknown,
  beside: readonly string[] = ['-wal', '-shm', '-journal'],
): string | undefined => {
  if (!isAboutRights(error) || given === ':memory:') return undefined
  const file = resolve(given)
  for (const each of ['', ...beside]) {
    const fault = faultOfFile(`${file}${each}`)
    if (fault !== undefined) return fault
  }
  return faultOfFolder(dirname(file))
}

/** The same error, or one that says in words which right is lacking. */
export const inWords = (file: string, error: unknown): unknown => {
  const fault = lackingRight(file, error)
  return fault === undefined ? error : new Error(fault, { cause: error })
}
