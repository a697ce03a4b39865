import { readdirSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { WallClock } from '@logbook/chassis/clock.ts'
import { copiesBeforeUpgrades } from '@logbook/chassis/files/before-upgrade.ts'
import { isStorageFault, sweep } from '@logbook/chassis/files/sqlite.ts'
import type { Logger } from '@logbook/chassis/logger.ts'
import { erasureFollowers } from '@logbook/contracts/events/users.ts'
import { createEraseKey } from '../secrets/key-store.ts'
import { openAccountsFile } from '../storage/tables.ts'
import { createForgetPerson } from './forget.ts'

/** The name under which `restore --force` keeps the earlier accounts. */
export const keptName = (file: string, at: Date): string =>
  `${file}.before-${at.toISOString().replaceAll(':', '-')}`

const partsOf = (copy: string): string[] => ['', '-wal', '-shm', '-journal'].map((part) => `${copy}${part}`)

const keptViews = new RegExp(`^(${erasureFollowers.join('|')})\\.sqlite.*\\.before-`)

const keptBeside = (file: string): string[] =>
  readdirSync(dirname(file))
    .filter((name) => name.startsWith(`${basename(file)}.before-`) && /Z$/.test(name))
    .map((name) => join(dirname(file), name))

/** Views that a restore kept: they hold texts and names in plain text, and can be rebuilt from the log. */
const keptViewsBeside = (file: string): string[] =>
  readdirSync(dirname(file))
    .filter((name) => keptViews.test(name))
    .map((name) => join(dirname(file), name))

const forgetIn = (copy: string, ids: readonly string[], erasedAt: string): void => {
  const db = openAccountsFile(copy)
  try {
    const [forget, eraseKey] = [createForgetPerson(db), createEraseKey(db)]
    db.transaction(() => {
      for (const id of ids) {
        forget(id)
        eraseKey(id, erasedAt)
      }
    }).immediate()
    sweep(db)
    // Back to a single file, as the restore left it.
    db.pragma('journal_mode = DELETE')
  } finally {
    db.close()
  }
}

/**
 * Returns a function that erases people from the accounts that restores kept beside the file, and removes kept views and copies from before
 * an upgrade. A copy that can't be read is removed. Throws for a storage fault, such as a full disk or a copy that is open elsewhere.
 */
export const createForgetInCopies = ({
  file,
  clock,
  logger,
}: {
  file: string
  clock: WallClock
  logger: Logger
}) => {
  if (file === ':memory:') return () => {}
  return (ids: readonly string[]): void => {
    // The tables of earlier schemas that mention a person are not known.
    if (ids.length > 0)
      for (const copy of [...keptViewsBeside(file), ...copiesBeforeUpgrades(file)]) rmSync(copy)
    for (const copy of keptBeside(file))
      try {
        forgetIn(copy, ids, clock.now().toISOString())
      } catch (error) {
        if (isStorageFault(error)) throw error
        for (const part of partsOf(copy)) rmSync(part, { force: true })
        logger.warn(
          { err: error, copy: basename(copy) },
          'a kept copy could not be read; it was removed because a person was erased',
        )
      }
  }
}
