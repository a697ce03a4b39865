import { closeSync, openSync, readdirSync, renameSync, rmSync, statfsSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { Database } from 'better-sqlite3'
import type { Logger } from '../logger.ts'
import { StartRefused } from '../start/start-refused.ts'
import { syncPath } from './sync-path.ts'

/** How many copies of a file from before upgrades stay beside it. */
const copiesMax = 2
/** What is to stay free on the disk beside a copy. */
const spareBytes = 16 * 1024 * 1024

export interface Upgrade {
  file: string
  /** How many migrations the file has had, and how many it will have had. */
  from: number
  to: number
  /** The file as it was before. */
  copy: string
}

const nameBefore = (file: string): string => `${basename(file)}.before-schema-`

/** Copies of a file from before upgrades, the oldest schema first. */
export const copiesBeforeUpgrades = (file: string): string[] => {
  const schemaOf = (name: string) => Number(name.slice(nameBefore(file).length))
  return readdirSync(dirname(file))
    .filter((name) => name.startsWith(nameBefore(file)) && Number.isSafeInteger(schemaOf(name)))
    .sort((a, b) => schemaOf(a) - schemaOf(b))
    .map((name) => join(dirname(file), name))
}

const freeBytesOf = (folder: string): number => {
  const { bavail, bsize } = statfsSync(folder)
  return bavail * bsize
}

const refuseFullDisk = (db: Database, file: string, free: number): void => {
  const bytes =
    Number(db.pragma('page_count', { simple: true })) * Number(db.pragma('page_size', { simple: true }))
  if (free >= bytes + spareBytes) return
  const mebibytes = (count: number) => Math.ceil(count / 1024 / 1024)
  throw new StartRefused(
    `${file} is of an earlier version, and is copied before it is changed. ${mebibytes(bytes + spareBytes)} MiB are needed for that, ${mebibytes(free)} MiB are free. Nothing was changed.`,
  )
}

/**
 * Copies a database as it is to `<file>.before-schema-<to>`, one whole file for its owner alone, and removes the oldest such copies beyond two.
 * Throws `StartRefused` where the disk has no room for it.
 */
export const copyBeforeUpgrade = (
  db: Database,
  { file, from, to }: Omit<Upgrade, 'copy'>,
  freeBytes = freeBytesOf,
): Upgrade => {
  refuseFullDisk(db, file, freeBytes(dirname(file)))
  const copy = join(dirname(file), `${nameBefore(file)}${to}`)
  const part = `${copy}.part`
  rmSync(part, { force: true })
  try {
    // SQLite writes into an empty file, with the rights that it has.
    closeSync(openSync(part, 'wx', 0o600))
    db.prepare('VACUUM INTO ?').run(part)
    syncPath(part)
    renameSync(part, copy)
    syncPath(dirname(file))
  } finally {
    rmSync(part, { force: true })
  }
  for (const old of copiesBeforeUpgrades(file).slice(0, -copiesMax)) rmSync(old)
  return { file, from, to, copy }
}

/** Says in a service's log that a file is brought up to date, and where it is kept as it was. */
export const upgradesTo =
  (logger: Pick<Logger, 'warn'>) =>
  (upgrade: Upgrade): void =>
    logger.warn(
      upgrade,
      'a file of an earlier version is brought up to date; a copy of it as it was is kept beside it',
    )
