import { createHash, randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { type FileHandle, link, mkdir, open, readdir, rename, rm, rmdir, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type Clock, systemClock } from '@logbook/chassis/clock.ts'
import { pathOf, pathsWith } from './folder-paths.ts'
import { limits } from './limits.ts'
import { measured } from './measured.ts'
import type { ByteRange, Storage } from './storage.ts'
import { StorageUnavailable } from './unavailable.ts'

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''

const noRoom = ['ENOSPC', 'EDQUOT', 'EFBIG']

/** Runs an operation of the file system; what fails there is the storage's fault, not the object's. */
const onDisk = async <T>(operation: () => Promise<T>): Promise<T> => {
  try {
    return await operation()
  } catch (error) {
    const code = codeOf(error)
    if (code === '') throw error
    throw new StorageUnavailable(noRoom.includes(code) ? 'full' : 'away', error)
  }
}

const unlessMissing = <T>(operation: () => Promise<T>): Promise<T | null> =>
  onDisk(async () => {
    try {
      return await operation()
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return null
      throw error
    }
  })

const syncFolder = async (folder: string): Promise<void> => {
  const handle = await open(folder, 'r')
  await handle.sync().finally(() => handle.close())
}

/** Makes a folder with those above it, each of them on the disk when this resolves. */
const makeFolder = async (folder: string): Promise<void> => {
  const first = await mkdir(folder, { recursive: true })
  if (first === undefined) return
  for (let made = folder; made.length >= first.length; made = dirname(made)) await syncFolder(dirname(made))
}

/** Joins small pieces until they are worth a call of the file system. What it gives is good until the next is asked for. */
const gathered = async function* (pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const held = Buffer.allocUnsafe(limits.writeBytes)
  let bytes = 0
  for await (const piece of pieces) {
    if (bytes > 0 && bytes + piece.length > held.length) {
      yield held.subarray(0, bytes)
      bytes = 0
    }
    if (piece.length >= held.length) yield piece
    else {
      held.set(piece, bytes)
      bytes += piece.length
    }
  }
  if (bytes > 0) yield held.subarray(0, bytes)
}

/** One half of what may be unsynced is synced while the other is written. */
const write = async (handle: FileHandle, pieces: AsyncIterable<Uint8Array>): Promise<void> => {
  let unsynced = 0
  let syncing: Promise<void> = Promise.resolve()
  try {
    for await (const piece of gathered(pieces)) {
      await onDisk(() => handle.writeFile(piece))
      unsynced += piece.length
      if (unsynced + limits.writeBytes < limits.unsyncedBytesMax / 2) continue
      unsynced = 0
      await syncing
      syncing = onDisk(() => handle.datasync())
      // It is awaited with the next.
      syncing.catch(() => undefined)
    }
  } finally {
    await syncing
  }
  await onDisk(() => handle.sync())
}

/** Makes `part` another name of a file. False where the file system can't. */
const linked = async (file: string, part: string): Promise<boolean> => {
  try {
    await link(file, part)
    return true
  } catch (error) {
    if (['EXDEV', 'EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EACCES'].includes(codeOf(error)))
      return false
    throw error
  }
}

/** Reads a file that is in its place already, so that it is measured, and syncs it. */
const syncWhole = async (handle: FileHandle, pieces: AsyncIterable<Uint8Array>): Promise<void> => {
  await onDisk(() => handle.chmod(0o600))
  for await (const _ of pieces);
  await onDisk(() => handle.sync())
}

const placesTriesMax = 5

/** Moves a file to its place. Another call may remove the folder, being empty, between its making and the move. */
const publish = async (part: string, path: string): Promise<void> => {
  for (let tries = 1; ; tries++) {
    try {
      await makeFolder(dirname(path))
      await rename(part, path)
      return await syncFolder(dirname(path))
    } catch (error) {
      if (codeOf(error) !== 'ENOENT' || tries === placesTriesMax) throw error
    }
  }
}

/** Removes the folders that an object leaves empty behind itself, up to the root. */
const tidyAbove = async (root: string, path: string): Promise<void> => {
  try {
    for (let folder = dirname(path); folder !== root; folder = dirname(folder)) await rmdir(folder)
  } catch {
    // Something else is in it, or another call was first.
  }
}

export interface FolderStorage extends Storage {
  salvage(key: string): Promise<void>
  /** Removes temporary files of writers that were killed; answers how many. Call it at the start and then daily. */
  sweep(): Promise<number>
}

/**
 * Objects as files of one folder. An object is written under a temporary name, synced, and moved to its place in one step, so a
 * crash at any moment leaves the old object or the new one. Several processes may use one folder.
 */
export const folderStorage = (
  root: string,
  { clock = systemClock }: { clock?: Clock } = {},
): FolderStorage => {
  const incoming = join(root, '~incoming')
  /** Where a killed writer has left what it had of an object. */
  const partOf = (key: string) => join(incoming, createHash('sha256').update(key).digest('hex'))

  const put: Storage['put'] = async (key, source, options = {}) => {
    const path = pathOf(root, key)
    const part = options.isSalvaged ? partOf(key) : join(incoming, randomUUID())
    const { pieces, stored, end } = measured(source, options)
    try {
      await onDisk(() => makeFolder(incoming))
      const { file } = options
      const isThere = file !== undefined && (await onDisk(() => linked(file, part)))
      const handle = await onDisk(() => open(part, isThere ? 'r' : options.isSalvaged ? 'w' : 'wx', 0o600))
      await (isThere ? syncWhole : write)(handle, pieces).finally(() => handle.close())
      await onDisk(() => publish(part, path))
      return stored()
    } catch (error) {
      await end()
      await rm(part, { force: true }).catch(() => undefined)
      throw error
    }
  }

  const salvage = async (key: string): Promise<void> => {
    const part = partOf(key)
    const found = await unlessMissing(() => stat(part))
    // The last bytes may not have reached the disk before a power cut.
    const bytes = (found?.size ?? 0) - limits.unsyncedBytesMax
    if (bytes <= 0) return
    // Copied: its writer may live, and write on.
    await put(key, createReadStream(part, { end: bytes - 1 }))
    await rm(part, { force: true })
  }

  const get = async (key: string, range?: ByteRange) => {
    const path = pathOf(root, key)
    const handle = await unlessMissing(() => open(path, 'r'))
    if (handle === null) return null
    const { size: bytes } = await onDisk(() => handle.stat()).catch(async (error: unknown) => {
      await handle.close()
      throw error
    })
    if (range !== undefined && (range.start > range.end || range.end >= bytes || range.start < 0)) {
      await handle.close()
      throw new RangeError(`${range.start}-${range.end} is no range of ${bytes} bytes.`)
    }
    return { bytes, stream: handle.createReadStream(range ?? {}) }
  }

  const size = async (key: string) => (await unlessMissing(() => stat(pathOf(root, key))))?.size ?? null

  const remove = async (key: string) => {
    const path = pathOf(root, key)
    const gone = await unlessMissing(async () => {
      await rm(path)
      await syncFolder(dirname(path))
    })
    if (gone !== null) await tidyAbove(root, path)
  }

  const list = async function* (prefix: string) {
    for await (const { key, path } of pathsWith(root, prefix)) {
      const found = await unlessMissing(() => stat(path))
      if (found !== null) yield { key, bytes: found.size }
    }
  }

  const sweep = async () => {
    const names = (await unlessMissing(() => readdir(incoming))) ?? []
    let removed = 0
    for (const name of names) {
      const path = join(incoming, name)
      const found = await unlessMissing(() => stat(path))
      if (found === null || clock.now().getTime() - found.mtimeMs < limits.leftoverMs) continue
      await rm(path, { force: true })
      removed++
    }
    return removed
  }
  return { put, get, size, remove, list, sweep, salvage }
}
