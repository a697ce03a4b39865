import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { WallClock } from '@logbook/chassis/clock.ts'
import { isOpenElsewhere, partOf, putInPlace, removeFile } from '@logbook/chassis/files/put-in-place.ts'
import { Refused } from '@logbook/chassis/start/command-line.ts'
import { keptName } from '../erasure/kept-copies.ts'
import { erasuresFileOf, readErasures } from '../erasure/kept-erasures.ts'
import { openAccountsFile } from '../storage/tables.ts'
import { type AccountsFile, copyStopped, makeOwnFile } from './back-up.ts'
import { markRestored } from './restored.ts'
import { type AccountsSummary, openToRead, unknownIn, verifyAccounts } from './verify.ts'

/** Marks the copy as restored. */
const markPart = (part: string, at: Date): void => {
  const db = openAccountsFile(part)
  try {
    markRestored(db, at)
    // Into the file itself: only that is put in place.
    db.pragma('journal_mode = DELETE')
  } finally {
    db.close()
  }
}

export interface Restored extends AccountsSummary {
  /** Where the earlier accounts are now, or null if there were none. */
  kept: string | null
  /** How many people were erased after the backup, as the erasures file says: the next start erases them again. */
  erasedSince: number
}

/**
 * Replaces the accounts of a stopped Logbook by a backup, once it is verified and all of its keys unwrap with the present master key.
 * All sessions end, and sign-in is refused until the log has been read (`createRestoreState`). Throws `Refused` where accounts exist,
 * unless `force`, which keeps them under another name.
 */
export const restore = async (
  { file, source }: AccountsFile,
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
    const summary = verifyAccounts(part, source)
    if (summary.keysFault !== null)
      throw new Refused(
        `No key of ${given} opens: ${summary.keysFault}. Put back the master key that it was written with first.`,
      )
    markPart(part, clock.now())
    if (isOpenElsewhere(file)) throw new Refused(`${file} is open in another process. Stop Logbook first.`)
    await putInPlace(part, file, kept ?? undefined)
    const erasedSince = unknownIn(file, readErasures(erasuresFileOf(file)).erasures).length
    return { ...summary, kept, erasedSince }
  } finally {
    await removeFile(part)
  }
}
