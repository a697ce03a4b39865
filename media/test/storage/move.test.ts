import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { promisify } from 'node:util'
import { temporaryFolder } from '@logbook/chassis/testing/temporary-folder.ts'
import { folderStorage } from '@logbook/media/storage/folder.ts'
import { type MoveProgress, moveStorage } from '@logbook/media/storage/move.ts'
import { openStorage } from '@logbook/media/storage/open-storage.ts'
import type { Storage } from '@logbook/media/storage/storage.ts'
import { beforeEach, describe, expect, it } from 'vitest'
import { listed, piecesOf } from './conformance.ts'

let folder: string
let from: Storage
let to: Storage
const places = () => ({ first: join(folder, 'first'), second: join(folder, 'second') })

beforeEach(async () => {
  folder = temporaryFolder()
  from = folderStorage(places().first)
  to = folderStorage(places().second)
  for (const key of ['a', 'b/c', 'empty'])
    await from.put(key, piecesOf(Buffer.from(key === 'empty' ? '' : `bytes of ${key}`)))
})

const moving = (more: Partial<Parameters<typeof moveStorage>[0]> = {}) =>
  moveStorage({ from, to, remove: false, onProgress: () => {}, ...more })
const inOrder = async (storage: Storage) =>
  (await listed(storage, '')).sort((a, b) => a.key.localeCompare(b.key))

describe('a move between storages', () => {
  it('a move copies every object, reports its progress and leaves the source unchanged', async () => {
    const translate: MoveProgress[] = []
    const before = await inOrder(from)
    const moved = await moving({ onProgress: (progress) => translate.push(progress) })
    expect(moved).toEqual({ objects: 3, copied: 3, copiedBytes: 22, removed: 0 })
    expect(translate.at(-1)).toEqual({ total: 3, done: 3, copiedBytes: 22 })
    expect(await inOrder(to)).toEqual(before)
    expect(await inOrder(from)).toEqual(before)
  })

  it('a move sends only objects that the target lacks or has with other bytes', async () => {
    await moving()
    await to.remove('b/c')
    await to.put('a', piecesOf(Buffer.from('bytes_of_a')))
    expect(await moving()).toEqual({ objects: 3, copied: 2, copiedBytes: 22, removed: 0 })
    expect(await moving({ remove: true })).toEqual({ objects: 3, copied: 0, copiedBytes: 0, removed: 3 })
    expect(await inOrder(from)).toEqual([])
    expect(await inOrder(to)).toHaveLength(3)
  })

  it('a move fails and removes nothing if the target returns other bytes than it was sent', async () => {
    const get: Storage['get'] = async (key) => {
      const found = await to.get(key)
      found?.stream.destroy()
      return found && { ...found, stream: Readable.from([Buffer.from('flipped')]) }
    }
    await expect(moving({ to: { ...to, get }, remove: true })).rejects.toThrow(
      'is not in the target as it was sent',
    )
    expect(await inOrder(from)).toHaveLength(3)
  })

  it('the move command reports what it did', async () => {
    const main = join(import.meta.dirname, '../../src/tool/main.ts')
    const { first, second } = places()
    const { stdout } = await promisify(execFile)(process.execPath, [
      main,
      'move',
      '--from',
      first,
      '--to',
      second,
    ])
    expect(stdout).toContain('3 objects are in')
    expect(await inOrder(to)).toHaveLength(3)
  })
})

describe('a storage location', () => {
  it.each([
    '',
    'http://host/bucket',
    's3://',
    's3://UPPER',
    's3://user:pass@bucket',
    's3://bucket?key=1',
    's3://bucket?endpoint=ftp://x',
  ])('the storage location %j is refused when the settings are read', (place) => {
    expect(() => openStorage(place, {})).toThrow(expect.objectContaining({ name: 'ConfigError' }))
  })

  it.each([
    'data/media',
    '/var/lib/media',
    's3://bucket',
    's3://bucket/some/prefix?region=eu-central-1&endpoint=http://localhost:9000',
  ])('the storage location %j is opened without a connection', async (place) => {
    await openStorage(place, {}).close()
  })
})
