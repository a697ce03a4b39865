import { readdirSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { WallClock } from '@logbook/chassis/clock.ts'
import { copiesBeforeUpgrades } from '@logbook/chassis/files/before-upgrade.ts'
import { isStorageFault, sweep } from '@logbook/chassis/files/sqlite.ts'
import type { Logger } from '@logbook/chassis/logger.ts'
import { erasureFollowers } from '@logbook/contracts/events/users.ts'
import { erasingKeysIn } from '../secrets/key-store.ts'
import { openAccountsFile } from '../storage/tables.ts'
import { forgettingIn } from './forget.ts'

/** What `restore --force` calls the accounts that it keeps. */
export const keptName = (file: string, at: Date): string =>
  `${file}.before-${at.toISOString().replaceAll(':', '-')}`

const partsOf = (copy: string): string[] => ['', '-wal', '-shm', '-journal'].map((part) => `${copy}${part}`)

const keptViews = new RegExp(`^(${erasureFollowers.join('|')})\\.sqlite.*\\.before-`)

const keptBeside = (file: string): string[] =>
  readdirSync(dirname(file))
    .filter((name) => name.startsWith(`${basename(file)}.before-`) && /Z$/.test(name))
    .map((name) => join(dirname(file), name))

/** Views that a restore of everything set aside: they hold texts and names in the clear, and the log rebuilds them. */
const keptViewsBeside = (file: string): string[] =>
  readdirSync(dirname(file))
    .filter((name) => keptViews.test(name))
    .map((name) => join(dirname(file), name))

const forgetIn = (copy: string, ids: readonly string[], erasedAt: string): void => {
  const db = openAccountsFile(copy)
  try {
    const [forget, eraseKey] = [forgettingIn(db), erasingKeysIn(db)]
    db.transaction(() => {
      for (const id of ids) {
        forget(id)
        eraseKey(id, erasedAt)
      }
    }).immediate()
    sweep(db)
    // One file again, as the restore left it.
    db.pragma('journal_mode = DELETE')
  } finally {
    db.close()
  }
}

/**
 * Erases people from the accounts that restores kept beside these, and removes the views that they kept, and copies from before an upgrade. A copy that can't be read is removed: nobody could tell who
 * is in it. Throws for a fault of the disk, as where it is full or someone has a copy open.
 */
export const forgettingInKept = ({
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
    // In an earlier schema nobody knows all the places where a person stands.
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
          'a kept copy could not be read, and a person was erased: it is removed',
        )
      }
  }
}
