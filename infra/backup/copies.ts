import {
  chmodSync,
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  statfsSync,
  statSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { foldTogether } from '@logbook/chassis/files/put-in-place.ts'
import { openReadOnly } from '@logbook/chassis/files/sqlite.ts'
import { syncPath } from '@logbook/chassis/files/sync-path.ts'
import { Refused } from '@logbook/chassis/start/command-line.ts'
import { sizeInWords } from '@logbook/contracts/words.ts'
import { limits } from './limits.ts'
import { filesBelow, unlessGone } from './manifest.ts'

/** Copies one moment of an SQLite file, which may be written meanwhile, into one file. Throws `Refused` where the copy is damaged. */
export const copySqlite = async (from: string, to: string): Promise<void> => {
  closeSync(openSync(to, 'wx', 0o600))
  const source = openReadOnly(from)
  try {
    // Pinned to one moment: SQLite restarts a copy whenever another process has written.
    source.exec('BEGIN')
    source.prepare('SELECT 1 FROM sqlite_schema LIMIT 1').get()
    await source.backup(to, { progress: () => limits.copyPagesMax })
    source.exec('ROLLBACK')
  } finally {
    source.close()
  }
  foldTogether(to)
  const copy = openReadOnly(to)
  try {
    const said = copy.pragma('integrity_check(1)', { simple: true })
    if (said !== 'ok') throw new Refused(`${from} is damaged: ${String(said)}`)
  } finally {
    copy.close()
  }
  syncPath(to)
}

/** In a storage of media, what an object is written as until it is whole. */
const isUnfinished = (path: string): boolean => path.startsWith('~')

/**
 * Copies a folder of files, which may be written meanwhile: a file that is removed before it is reached is left out, and so is one that is not
 * whole yet. Throws `Refused` for links: what they lead to may be anybody's.
 */
export const copyFolder = (from: string, to: string): void => {
  mkdirSync(to, { recursive: true, mode: 0o700 })
  for (const path of filesBelow(from)) {
    if (isUnfinished(path)) continue
    const copy = join(to, path)
    mkdirSync(dirname(copy), { recursive: true, mode: 0o700 })
    unlessGone(() => {
      copyFileSync(join(from, path), copy, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE)
      syncPath(copy)
    })
  }
}

/** Takes every right from all others but the owner, of a folder and of all below it. */
export const makeOwn = (folder: string): void => {
  chmodSync(folder, 0o700)
  for (const path of readdirSync(folder, { recursive: true, encoding: 'utf8' }))
    chmodSync(join(folder, path), statSync(join(folder, path)).isDirectory() ? 0o700 : 0o600)
}

const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0

/** Of a file and what SQLite keeps beside it, or of all below a folder; 0 where there is nothing. */
export const bytesOf = (path: string): number => {
  if (!existsSync(path)) return 0
  if (statSync(path).isDirectory())
    return filesBelow(path).reduce((sum, file) => sum + sizeOf(join(path, file)), 0)
  return ['', '-wal'].reduce((sum, part) => sum + sizeOf(`${path}${part}`), 0)
}

/** Throws `Refused` where a folder's disk has no room for so many bytes. */
export const refuseFullDisk = (folder: string, bytes: number): void => {
  const { bavail, bsize } = statfsSync(folder)
  const free = bavail * bsize
  if (free >= bytes + limits.spareBytes) return
  throw new Refused(
    `The disk of ${folder} has ${sizeInWords(free)} free, and ${sizeInWords(bytes + limits.spareBytes)} are needed. Nothing was written.`,
  )
}
