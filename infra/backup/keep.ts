import { existsSync, lstatSync, readdirSync } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { Refused } from '@logbook/chassis/start/command-line.ts'
import { manifestName, readManifest } from './manifest.ts'

const backupName = /^logbook-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{3}Z$/

/** The name of a backup that is made now; names sort by time. */
export const nameAt = (at: Date): string => `logbook-${at.toISOString().replaceAll(':', '-')}`
/** Where a backup is made before it is whole, or goes before it is removed. Nothing but a backup that was cut off bears such a name. */
export const partNameOf = (name: string): string => `.${name}.part`

const isPart = (name: string): boolean =>
  name.startsWith('.') && name.endsWith('.part') && backupName.test(name.slice(1, -'.part'.length))

/** The whole backups of a folder by name, the oldest first. */
export const backupsIn = (folder: string): string[] =>
  readdirSync(folder)
    .filter((name) => backupName.test(name) && lstatSync(join(folder, name)).isDirectory())
    .filter((name) => {
      try {
        readManifest(join(folder, name))
        return true
      } catch {
        return false
      }
    })
    .sort()

/** Removes what backups that were cut off left in a folder. No other backup may be made there meanwhile. */
export const removeParts = async (folder: string): Promise<void> => {
  for (const name of readdirSync(folder).filter(isPart)) await rm(join(folder, name), { recursive: true })
}

/** Removes the oldest backups of a folder until `keep` are left, and returns the names of those that are gone. */
export const removeOldest = async (folder: string, keep: number): Promise<string[]> => {
  const surplus = backupsIn(folder).slice(0, -keep)
  for (const name of surplus) {
    // First the name: one that is half removed must not look like a backup.
    const part = join(folder, partNameOf(name))
    await rename(join(folder, name), part)
    await rm(part, { recursive: true })
  }
  return surplus
}

/** The backup that is meant: the folder itself, or the newest in it. Throws `Refused` where there is none. */
export const chooseBackup = (given: string): string => {
  const folder = resolve(given)
  if (!existsSync(folder) || !lstatSync(folder).isDirectory())
    throw new Refused(`There is no folder ${folder}.`)
  if (existsSync(join(folder, manifestName))) return folder
  const newest = backupsIn(folder).at(-1)
  if (newest === undefined) throw new Refused(`${folder} is no backup of Logbook, and holds none.`)
  return join(folder, newest)
}
