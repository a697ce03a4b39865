import { closeSync, existsSync, mkdirSync, openSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import {
  foldTogether,
  newFileAt,
  partOf,
  putInPlace,
  removeFile,
} from '@logbook/chassis/files/put-in-place.ts'
import { Refused } from '@logbook/chassis/start/command-line.ts'
import type { MasterKeySource } from '../secrets/master-key-file.ts'
import { type AccountsSummary, openToRead, verifyAccounts } from './verify.ts'

export interface AccountsFile {
  /** The accounts file itself. */
  file: string
  source: MasterKeySource
}

/** Creates an empty file that only its owner may read, for a copy to be written to. */
export const makeOwnFile = (file: string): void => {
  mkdirSync(dirname(file), { recursive: true })
  closeSync(openSync(file, 'w', 0o600))
}

const refuseOverwriting = (file: string): void => {
  if (!existsSync(file)) return
  try {
    openToRead(file).close()
  } catch {
    throw new Refused(`${file} is there already and is not a backup of accounts. Choose another name.`)
  }
}

/** Copies an accounts file that is not open. */
export const copyStopped = async (from: string, to: string): Promise<void> => {
  const db = openToRead(from)
  try {
    await db.backup(to)
  } finally {
    db.close()
  }
  foldTogether(to)
}

interface BackUp {
  /** Where to. */
  to: string
  /** Replace an earlier backup there, once this one is verified. */
  force: boolean
  /** Gets a copy from the running service; false where it does not run. */
  fetch: (part: string) => Promise<boolean>
}

/** Backs accounts up into one file, which gets its name once it is verified. Throws `Refused` where it can't be written. */
export const backUp = async (
  { file, source }: AccountsFile,
  { to: given, force, fetch }: BackUp,
): Promise<AccountsSummary> => {
  if (resolve(given) === file)
    throw new Refused('The backup would replace the accounts themselves. Choose another name.')
  const to = newFileAt(given, { force })
  refuseOverwriting(to)
  const part = partOf(to)
  try {
    makeOwnFile(part)
    if (!(await fetch(part))) await copyStopped(file, part)
    const summary = verifyAccounts(part, source)
    await putInPlace(part, to)
    return summary
  } finally {
    await removeFile(part)
  }
}
