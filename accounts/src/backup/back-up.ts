import { closeSync, existsSync, mkdirSync, openSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { Refused } from '@logbook/chassis/command-line.ts'
import { foldTogether, partOf, putInPlace, removeFile } from '@logbook/chassis/put-in-place.ts'
import type { MasterKeySource } from '../secrets/master-key-file.ts'
import { type Holds, openToRead, verifyAccounts } from './verify.ts'

export interface Kept {
  /** The accounts file itself. */
  file: string
  source: MasterKeySource
}

/** Makes an empty file that its owner alone may read, for a copy to be written to. */
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

/** Copies accounts that nobody has open. */
export const copyStopped = async (from: string, to: string): Promise<void> => {
  const db = openToRead(from)
  try {
    await db.backup(to)
  } finally {
    db.close()
  }
  foldTogether(to)
}

/**
 * Backs accounts up into one file, which takes its name once it is verified; an earlier backup there is replaced. `fetch` asks
 * those that run for a copy, and returns false where none run.
 */
export const backUp = async (
  { file, source }: Kept,
  given: string,
  fetch: (part: string) => Promise<boolean>,
): Promise<Holds> => {
  const to = resolve(given)
  if (to === file) throw new Refused('The backup would replace the accounts themselves. Choose another name.')
  refuseOverwriting(to)
  const part = partOf(to)
  try {
    makeOwnFile(part)
    if (!(await fetch(part))) await copyStopped(file, part)
    const holds = verifyAccounts(part, source)
    await putInPlace(part, to)
    return holds
  } finally {
    await removeFile(part)
  }
}
