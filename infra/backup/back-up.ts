import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'
import { copyStopped, makeOwnFile } from '@logbook/accounts/backup/back-up.ts'
import { cutToLog, type LogHeld } from '@logbook/accounts/backup/cut.ts'
import {
  type AccountsSummary,
  erasuresIn as erasuresInAccounts,
  verifyAccounts,
} from '@logbook/accounts/backup/verify.ts'
import {
  erasuresFileOf,
  type KeptErasure,
  keepErasures,
  readErasures,
} from '@logbook/accounts/erasure/kept-erasures.ts'
import { fetchCopy } from '@logbook/accounts/tool/fetch-copy.ts'
import type { WallClock } from '@logbook/chassis/clock.ts'
import { openReadOnly } from '@logbook/chassis/files/sqlite.ts'
import { syncPath } from '@logbook/chassis/files/sync-path.ts'
import { Refused } from '@logbook/chassis/start/command-line.ts'
import { erasureSubject, userSubject } from '@logbook/contracts/events/users.ts'
import { type LastRun, lastRun, noteRun } from '@logbook/event-bus/health/last-runs.ts'
import { identityIn } from '@logbook/event-bus/log/identity.ts'
import { LogTaken, lockForWriting } from '@logbook/event-bus/log/writer-lock.ts'
import { backupLog } from '@logbook/event-bus/tool/backup.ts'
import type { Progress } from '@logbook/event-bus/tool/progress.ts'
import { bytesOf, copyFolder, copySqlite, makeOwn, refuseFullDisk } from './copies.ts'
import { backupsIn, nameAt, partNameOf, removeOldest, removeParts } from './keep.ts'
import { entriesOf, type Manifest, names, readManifest, verifyFiles, writeManifest } from './manifest.ts'
import type { Places } from './places.ts'

interface BackUp {
  places: Places
  /** The folder that the backup gets a folder in. It is made if its parent is there. */
  to: string
  /** How many backups stay there, this one among them; all unless given. */
  keep?: number | undefined
  version: string
  settings: Readonly<Record<string, string>>
  clock: WallClock
  progress: Progress
}

export interface BackedUp {
  folder: string
  manifest: Manifest
  removed: string[]
  /** Why the keys of people could not be tried; null where each of them opens. */
  keysFault: string | null
  /** How many files of media an earlier backup has where there are none now: their disk may not be mounted. Then no older backup was removed. */
  mediaLost: number
}

const isWithin = (folder: string, path: string): boolean => {
  const way = relative(folder, path)
  return way === '' || !(way.startsWith('..') || resolve(way) === way)
}

const readyFolder = (given: string, { dataFolder, log }: Places): string => {
  const root = resolve(given)
  if (!existsSync(log)) throw new Refused(`There is no log at ${log}.`)
  if (isWithin(dataFolder, root))
    throw new Refused(
      `${root} is in the data folder: what is lost with it is no backup. Choose another folder.`,
    )
  if (!existsSync(dirname(root)))
    throw new Refused(`There is no folder ${dirname(root)}. Is the path spelled right, and its disk mounted?`)
  if (existsSync(root) && !statSync(root).isDirectory()) throw new Refused(`${root} is not a folder.`)
  mkdirSync(root, { mode: 0o700, recursive: true })
  return root
}

/** What a copy of the log says of erasures. */
const erasuresIn = (log: string): Pick<LogHeld, 'erased' | 'confirmed'> => {
  const db = openReadOnly(log)
  const erased = new Set<string>()
  const confirmed = new Set<string>()
  try {
    const rows = db.prepare<[], { type: string; subject: string; id: string | null; service: string | null }>(
      `SELECT type, subject, event ->> '$.data.id' AS id, event ->> '$.data.service' AS service
         FROM events WHERE type IN ('UserErased', 'ErasureConfirmed')`,
    )
    for (const { type, subject, id, service } of rows.iterate()) {
      if (id === null) continue
      if (type === 'UserErased' && subject === userSubject(id)) erased.add(id)
      if (type === 'ErasureConfirmed' && subject === erasureSubject(id)) confirmed.add(`${id} ${service}`)
    }
    return { erased, confirmed }
  } finally {
    db.close()
  }
}

const identityOf = (log: string): Pick<Manifest['log'], 'id' | 'epoch'> => {
  const db = openReadOnly(log)
  try {
    const { id = null, epoch = null } = identityIn(db) ?? {}
    return { id, epoch }
  } finally {
    db.close()
  }
}

const copyAccounts = async ({ accounts }: Places, to: string, held: LogHeld): Promise<AccountsSummary> => {
  makeOwnFile(to)
  if (!(await fetchCopy(accounts, to))) {
    if (!existsSync(accounts.file))
      throw new Refused(`No accounts answer at ${accounts.url}, and there are none at ${accounts.file}.`)
    await copyStopped(accounts.file, to)
  }
  cutToLog(to, held)
  return verifyAccounts(to, accounts.source)
}

/** All that the copy of accounts knows, and the file of erasures beside the accounts themselves, where it can be read from here. */
const knownErasures = (accounts: string, file: string): KeptErasure[] => {
  const known = erasuresInAccounts(accounts)
  const ids = new Set(known.map(({ id }) => id))
  return [...known, ...readErasures(file).erasures.filter(({ id }) => !ids.has(id))]
}

/**
 * Copies all into a folder, in this order. Places of subscriptions, then the log: none of them is beyond its end, and what came between is
 * delivered again. Then accounts: the key of whatever stands in that log is there, as it was made before its event. Last the media, which are
 * there before an event names them.
 */
const copyAll = async ({ places, settings, progress, version, clock }: BackUp, part: string) => {
  const at = (name: string) => join(part, name)
  if (existsSync(places.subscriptions)) await copySqlite(places.subscriptions, at(names.subscriptions))
  const end = await backupLog({ log: places.log, to: at(names.log), progress })
  const { keysFault, ...holds } = await copyAccounts(places, at(names.accounts), {
    ...end,
    ...erasuresIn(at(names.log)),
  })
  keepErasures(at(names.erasures), knownErasures(at(names.accounts), erasuresFileOf(places.accounts.file)))
  if (existsSync(places.media)) copyFolder(places.media, at(names.media))
  writeFileSync(at(names.settings), `${JSON.stringify(settings, null, 2)}\n`, { mode: 0o600, flush: true })
  makeOwn(part)
  const manifest: Manifest = {
    kind: 'logbook-backup',
    format: 1,
    madeAt: clock.now().toISOString(),
    version,
    log: { ...identityOf(at(names.log)), head: end.position, checksum: end.checksum },
    accounts: { ...holds, keysTried: keysFault === null },
    files: await entriesOf(part),
  }
  writeManifest(part, manifest)
  return { manifest, keysFault }
}

const onlyBackupIn = (root: string): (() => void) => {
  try {
    return lockForWriting(join(root, '.backup'))
  } catch (error) {
    if (!(error instanceof LogTaken)) throw error
    throw new Refused(`Another backup is being written to ${root}.`)
  }
}

/**
 * Backs a whole Logbook up, also while it runs and is written to, into a folder of its own that takes its name once it is verified: what was
 * written is read back from the disk. The master key is not in it. What came of it is noted beside the log, for `/health`. Throws `Refused`, and `Damaged` where what is backed up is.
 */
export const backUpAll = async (request: BackUp): Promise<BackedUp> => {
  const { log } = request.places
  const { at } = lastRun(log, 'backup')
  const root = readyFolder(request.to, request.places)
  try {
    const done = await backUpInto(root, request)
    note(log, {
      at: done.manifest.madeAt,
      fault: done.mediaLost > 0 ? lostWords(done, request.places) : null,
    })
    return done
  } catch (error) {
    note(log, { at, fault: error instanceof Error ? error.message : String(error) })
    throw error
  }
}

/** A data folder on a full disk is one to be backed up all the more. */
const note = (log: string, run: LastRun): void => {
  try {
    noteRun(log, 'backup', run)
  } catch (error) {
    process.emitWarning(
      `/health does not know of this backup, since ${dirname(log)} could not be written to: ${error}`,
    )
  }
}

/** That there are no files of media, where an earlier backup has some. */
export const lostWords = (
  { mediaLost }: Pick<BackedUp, 'mediaLost'>,
  { media }: Pick<Places, 'media'>,
): string => `${media} has no file, and an earlier backup has ${mediaLost}. Is its disk mounted?`

const mediaIn = ({ files }: Manifest): number =>
  files.filter(({ path }) => path.startsWith(`${names.media}/`)).length

const backUpInto = async (root: string, request: BackUp): Promise<BackedUp> => {
  const { places, clock, keep } = request
  const release = onlyBackupIn(root)
  try {
    await removeParts(root)
    refuseFullDisk(
      root,
      [places.log, places.accounts.file, places.subscriptions, places.media].reduce(
        (sum, path) => sum + bytesOf(path),
        0,
      ),
    )
    const name = nameAt(clock.now())
    const earlier = backupsIn(root).map((each) => readManifest(join(root, each)))
    const [folder, part] = [join(root, name), join(root, partNameOf(name))]
    if (existsSync(folder)) throw new Refused(`${folder} is there already.`)
    try {
      mkdirSync(part, { mode: 0o700 })
      const { manifest, keysFault } = await copyAll(request, part)
      await verifyFiles(part, manifest)
      syncPath(part)
      await rename(part, folder)
      syncPath(root)
      const mediaLost = mediaIn(manifest) > 0 ? 0 : Math.max(0, ...earlier.map(mediaIn))
      const removed = keep === undefined || mediaLost > 0 ? [] : await removeOldest(root, keep)
      return { folder, manifest, removed, keysFault, mediaLost }
    } finally {
      await rm(part, { recursive: true, force: true })
    }
  } finally {
    release()
  }
}

/** The version of this Logbook. */
export const versionOf = (root: string): string =>
  (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }).version
