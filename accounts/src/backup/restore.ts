import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { WallClock } from '@logbook/chassis/clock.ts'
import { isOpenElsewhere, partOf, putInPlace, removeFile } from '@logbook/chassis/files/put-in-place.ts'
import { Refused } from '@logbook/chassis/start/command-line.ts'
import { keptName } from '../erasure/kept-copies.ts'
import { erasuresFileOf, readErasures } from '../erasure/kept-erasures.ts'
import { openAccountsFile } from '../storage/tables.ts'
import { copyStopped, type Kept, makeOwnFile } from './back-up.ts'
import { markRestored } from './restored.ts'
import { type Holds, openToRead, unknownIn, verifyAccounts } from './verify.ts'

/** The copy, as what it is. */
const markPart = (part: string, at: Date): void => {
  const db = openAccountsFile(part)
  try {
    markRestored(db, at)
    // Into the file itself: it alone is put in place.
    db.pragma('journal_mode = DELETE')
  } finally {
    db.close()
  }
}

export interface Restored extends Holds {
  /** Where the accounts that stood there are now, or null if there were none. */
  kept: string | null
  /** People who were erased after the backup was made, as the file of erasures says: the next start erases them again. */
  erasedSince: number
}

/**
 * Puts a backup in the place of the accounts of a Logbook that is stopped, once it is verified and all of its keys open with the
 * master key at hand. Nobody is signed in there any more, and nobody can be until the log was read (`restoredIn`). Throws `Refused` over accounts that are there, unless `force`, which keeps them under another name.
 */
export const restore = async (
  { file, source }: Kept,
  given: string,
  { force, clock }: { force: boolean; clock: WallClock },
): Promise<Restored> => {
  const from = resolve(given)
  if (from === file) throw new Refused('Those are the accounts themselves.')
  openToRead(from).close()
  const there = existsSync(file)
  if (there && !force)
    throw new Refused(
      `There are accounts at ${file}. With --force they are kept beside it under another name.`,
    )
  const kept = there ? keptName(file, clock.now()) : null
  const part = partOf(file)
  try {
    makeOwnFile(part)
    await copyStopped(from, part)
    const holds = verifyAccounts(part, source)
    if (holds.keysFault !== null)
      throw new Refused(
        `Of ${given} no key opens: ${holds.keysFault}. Put the master key there first that it was kept with.`,
      )
    markPart(part, clock.now())
    if (isOpenElsewhere(file)) throw new Refused(`${file} is open in another process. Stop Logbook first.`)
    await putInPlace(part, file, kept ?? undefined)
    const erasedSince = unknownIn(file, readErasures(erasuresFileOf(file)).erasures).length
    return { ...holds, kept, erasedSince }
  } finally {
    await removeFile(part)
  }
}
