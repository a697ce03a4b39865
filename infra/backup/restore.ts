import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { makeOwnFile } from '@logbook/accounts/backup/back-up.ts'
import { goOnWith } from '@logbook/accounts/backup/cut.ts'
import { restore as restoreAccounts } from '@logbook/accounts/backup/restore.ts'
import { unknownIn, verifyAccounts } from '@logbook/accounts/backup/verify.ts'
import {
  addErasures,
  erasuresFileOf,
  type KeptErasure,
  readErasures,
} from '@logbook/accounts/erasure/kept-erasures.ts'
import type { WallClock } from '@logbook/chassis/clock.ts'
import { partOf, putInPlace, removeFile } from '@logbook/chassis/files/put-in-place.ts'
import { Damaged, Refused } from '@logbook/chassis/start/command-line.ts'
import { restoringMarkOf } from '@logbook/event-bus/log/lost-log.ts'
import { endOf, openToRead } from '@logbook/event-bus/tool/log-file.ts'
import type { Progress } from '@logbook/event-bus/tool/progress.ts'
import { restoreLog } from '@logbook/event-bus/tool/restore.ts'
import { verifyLog } from '@logbook/event-bus/tool/verify.ts'
import { copyFolder, copySqlite, refuseFullDisk } from './copies.ts'
import { backupsIn, chooseBackup } from './keep.ts'
import { type Manifest, names, readManifest, verifyFiles } from './manifest.ts'
import type { Places } from './places.ts'
import { refuseRunning } from './running.ts'
import { setViewsAside, viewFilesIn } from './views.ts'

export interface Plan {
  folder: string
  manifest: Manifest
  /** What stands where the log goes: where it ends, `damaged`, or null where there is none. */
  present: number | 'damaged' | null
  /** Files and folders that the backup takes the place of. */
  replaced: string[]
  /** Views that are moved aside. */
  views: string[]
  /** All who are known to be erased: by the data folder, by this backup, and by others beside it. */
  erasures: KeptErasure[]
  /** How many of them the accounts in the backup still hold: the next start erases them again. */
  erasedSince: number
}

const presentLog = (log: string): Plan['present'] => {
  if (!existsSync(log)) return null
  try {
    const db = openToRead(log)
    try {
      return endOf(db).position
    } finally {
      db.close()
    }
  } catch {
    return 'damaged'
  }
}

/** An erasure after this backup may be known to the folder that it is restored into, and to later backups beside it. */
const allErasures = (folder: string, accounts: string): KeptErasure[] => {
  const files = [
    erasuresFileOf(accounts),
    join(folder, names.erasures),
    ...backupsIn(dirname(folder)).map((name) => join(dirname(folder), name, names.erasures)),
  ]
  const found = new Map<string, KeptErasure>()
  for (const { id, ...rest } of files.flatMap((file) => readErasures(file).erasures))
    if (!found.has(id)) found.set(id, { id, ...rest })
  return [...found.values()]
}

const has = ({ files }: Manifest, name: string): boolean =>
  files.some(({ path }) => path === name || path.startsWith(`${name}/`))

/** The manifest lists what a backup is made of: no path leads out of it, and the log and accounts are there. */
const refuseStrange = (folder: string, manifest: Manifest): void => {
  const known = new Set<string>([
    names.log,
    names.accounts,
    names.subscriptions,
    names.settings,
    names.erasures,
  ])
  for (const { path } of manifest.files) {
    const isMedia =
      path.startsWith(`${names.media}/`) &&
      !path.split('/').some((part) => part === '' || /^\.\.?$/.test(part))
    if (!known.has(path) && !isMedia)
      throw new Refused(`${folder}: its manifest names ${path}, which is no part of a backup.`)
  }
  for (const name of [names.log, names.accounts])
    if (!has(manifest, name)) throw new Refused(`${folder}: its manifest has no ${name}.`)
}

/**
 * Verifies a backup, all of it, and says what restoring it would do. Nothing is changed. Throws `Damaged`, and `Refused` where Logbook runs, where
 * the disk is full, and where the master key at hand does not open its keys.
 */
export const planRestore = async ({
  places,
  given,
  progress,
}: {
  places: Places
  given: string
  progress: Progress
}): Promise<Plan> => {
  const folder = chooseBackup(given)
  const manifest = readManifest(folder)
  refuseStrange(folder, manifest)
  await verifyFiles(folder, manifest)
  const end = await verifyLog(join(folder, names.log), progress)
  if (end.position !== manifest.log.head || end.checksum !== manifest.log.checksum)
    throw new Damaged(`${folder}: the log in it does not end where its manifest says.`)
  const { keysFault } = verifyAccounts(join(folder, names.accounts), places.accounts.source)
  if (keysFault !== null)
    throw new Refused(
      `No key in ${folder} opens: ${keysFault}. First put the master key ${
        'file' in places.accounts.source ? `into ${places.accounts.source.file}` : 'into MASTER_KEY'
      } that was kept apart from this backup.`,
    )
  refuseRunning(places)
  const { log, subscriptions, accounts, media, views } = places
  const erasures = allErasures(folder, accounts.file)
  const replaced = [log, accounts.file, subscriptions, ...(has(manifest, names.media) ? [media] : [])]
  return {
    folder,
    manifest,
    present: presentLog(log),
    replaced: replaced.filter((path) => existsSync(path)),
    views: viewFilesIn(views),
    erasures,
    erasedSince: unknownIn(join(folder, names.accounts), erasures).length,
  }
}

export interface RestoredAll {
  /** Identity of the log from now on. */
  log: { id: string; epoch: number }
  /** Names under which what was there before is kept. */
  kept: string[]
}

const restoreSubscriptions = async (from: string, to: string, suffix: string): Promise<void> => {
  const part = partOf(to)
  try {
    await removeFile(part)
    if (existsSync(from)) {
      await copySqlite(from, part)
      await putInPlace(part, to, `${to}${suffix}`)
    } else if (existsSync(to)) {
      // The places in it are of the log that goes.
      makeOwnFile(part)
      await putInPlace(part, to, `${to}${suffix}`)
    }
  } finally {
    await removeFile(part)
  }
}

const restoreMedia = (from: string, to: string, suffix: string): void => {
  if (!existsSync(from)) return
  const part = partOf(to)
  // Of a restore that was cut off.
  rmSync(part, { recursive: true, force: true })
  copyFolder(from, part)
  if (existsSync(to)) renameSync(to, `${to}${suffix}`)
  renameSync(part, to)
}

/**
 * Carries a plan out: each file is copied, verified and put in place in one step, and what stood there is kept beside it under another name. The log
 * comes last. While it is under way, or was cut off, the log is not opened by its service. Run again, it is done again.
 */
export const restoreAll = async ({
  places,
  plan: { folder, manifest, erasures },
  clock,
  progress,
}: {
  places: Places
  plan: Plan
  clock: WallClock
  progress: Progress
}): Promise<RestoredAll> => {
  const { log, subscriptions, accounts, media, views } = places
  const at = clock.now()
  const fixed = { now: () => at }
  const suffix = `.before-${at.toISOString().replaceAll(':', '-')}`
  for (const path of [log, accounts.file, subscriptions, media])
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  refuseFullDisk(
    dirname(log),
    manifest.files.reduce((sum, { bytes }) => sum + bytes, 0),
  )
  refuseRunning(places)
  // The log is not opened while this is there: what stands beside it may be of another moment.
  const mark = restoringMarkOf(log)
  writeFileSync(mark, `${folder}\n`, { mode: 0o600, flush: true })
  // Never replaced: an erasure outlives whatever goes back.
  addErasures(erasuresFileOf(accounts.file), erasures)
  const kept = setViewsAside(views, suffix)
  restoreMedia(join(folder, names.media), media, suffix)
  await restoreSubscriptions(join(folder, names.subscriptions), subscriptions, suffix)
  await restoreAccounts(accounts, join(folder, names.accounts), { force: true, clock: fixed })
  const { log: identity } = await restoreLog({
    log,
    from: join(folder, names.log),
    force: true,
    clock: fixed,
    progress,
  })
  goOnWith(accounts.file, identity)
  rmSync(mark)
  const others = [media, subscriptions, accounts.file, log].map((path) => `${path}${suffix}`)
  return { log: identity, kept: [...kept, ...others.filter((path) => existsSync(path))] }
}
