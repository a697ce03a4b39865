import { chmodSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

const bitsOfOthers = 0o077

/** Every file and folder that this process makes from now on is for the owner alone: drafts, rejected texts and secrets are in them. */
export const makeFilesForOwnerOnly = (): void => void process.umask(bitsOfOthers)

const isNotOurs = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'EPERM' || error.code === 'ENOENT')

/** Takes from group and others what they may do with a file or folder that is there. One that belongs to another user is left as it is. */
export const closeToOthers = (path: string): void => {
  try {
    const { mode } = statSync(path)
    if (mode & bitsOfOthers) chmodSync(path, mode & 0o7700)
  } catch (error) {
    if (!isNotOurs(error)) throw error
  }
}

const isData = /\.sqlite(?:$|[.-])|^erasures\.ndjson$/
const foldersOfSecrets = ['tokens', 'token-digests', 'secrets', 'outbox']

/**
 * Mends a data folder of an earlier version: the folder itself, the databases and what SQLite keeps beside them, and the folders of
 * secrets with their files. Other files are left alone, for the folder may hold what is not Logbook's.
 */
export const closeDataFolder = (folder: string): void => {
  closeToOthers(folder)
  for (const name of readdirSync(folder)) {
    const path = join(folder, name)
    if (isData.test(name)) closeToOthers(path)
    if (!foldersOfSecrets.includes(name) || !statSync(path).isDirectory()) continue
    closeToOthers(path)
    for (const inside of readdirSync(path)) closeToOthers(join(path, inside))
  }
}
