import { execFile, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createReadStream } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { systemClock } from '@logbook/chassis/clock.ts'
import { folderStorage } from '@logbook/media/storage/folder.ts'
import { limits } from '@logbook/media/storage/limits.ts'
import { StorageUnavailable } from '@logbook/media/storage/unavailable.ts'
import { afterEach, describe, expect, it } from 'vitest'
import { describeStorage, listed, piecesOf } from './conformance.ts'

// Children resolve packages from here.
const media = join(import.meta.dirname, '../..')

const folders: string[] = []
const newFolder = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'logbook-storage-'))
  folders.push(folder)
  return folder
}
const removeAll = async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true })
}

describeStorage('in a folder', async () => ({
  storage: folderStorage(await newFolder()),
  dispose: removeAll,
}))

const files = async (folder: string): Promise<string[]> =>
  (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort()

describe('a folder of objects', () => {
  afterEach(removeAll)

  it('a folder spreads ids and hashes over shards and keeps other names unchanged', async () => {
    const folder = await newFolder()
    const storage = folderStorage(folder)
    await storage.put('originals/0197a1b2c3d4e5f60718293a4b5c6d7e', piecesOf(Buffer.from('1')))
    await storage.put('pictures/0197a1b2-aaaa-7000-8000-00000000beef/w640.webp', piecesOf(Buffer.from('2')))
    expect(await files(folder)).toEqual([
      'originals+/=7e/0197a1b2c3d4e5f60718293a4b5c6d7e',
      'pictures+/=ef/0197a1b2-aaaa-7000-8000-00000000beef+/w640.webp',
    ])
  })

  it('a put that fails before it reads anything ends its source, so that no file stays open', async () => {
    const folder = await newFolder()
    await writeFile(join(folder, 'file'), 'in the way')
    const source = createReadStream(join(folder, 'file'))
    const storage = folderStorage(join(folder, 'file'))
    await expect(storage.put('a', source)).rejects.toThrow(StorageUnavailable)
    expect(source.destroyed).toBe(true)
  })

  it('a storage that is away names the reason and no path of the machine', async () => {
    const folder = await newFolder()
    await writeFile(join(folder, 'file'), '')
    const failure = folderStorage(join(folder, 'file')).put('a', piecesOf(Buffer.from('1')))
    await expect(failure).rejects.toThrow(/^The storage is not available: ENOTDIR: not a directory$/)
  })

  it('a folder storage leaves no empty folders', async () => {
    const folder = await newFolder()
    const storage = folderStorage(folder)
    await storage.put('a/b/c', piecesOf(Buffer.from('1')))
    await storage.remove('a/b/c')
    expect(await readdir(folder)).toEqual(['~incoming'])
  })

  it('an object whose writer was killed is invisible and swept when it is old', async () => {
    const folder = await newFolder()
    const writer = `
      import { folderStorage } from '@logbook/media/storage/folder.ts'
      const source = async function* () {
        yield Buffer.alloc(100_000)
        process.stdout.write('writing')
        await new Promise(() => setInterval(() => {}, 1_000))
      }
      await folderStorage(${JSON.stringify(folder)}).put('a', source())`
    const child = spawn(process.execPath, ['--input-type=module', '-e', writer], {
      cwd: media,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await once(child.stdout, 'data')
    child.kill('SIGKILL')
    await once(child, 'close')

    const late = { ...systemClock, now: () => new Date(Date.now() + limits.leftoverMs + 1_000) }
    const storage = folderStorage(folder)
    expect(await listed(storage, '')).toEqual([])
    expect(await storage.get('a')).toBeNull()
    expect(await files(folder)).toHaveLength(1)
    expect(await storage.sweep()).toBe(0)
    expect(await folderStorage(folder, { clock: late }).sweep()).toBe(1)
    expect(await files(folder)).toEqual([])
  })

  it('what a killed writer had of an object can be salvaged, as far as it is surely on the disk', async () => {
    const folder = await newFolder()
    const storage = folderStorage(folder)
    const bytes = Buffer.alloc(limits.unsyncedBytesMax + 5, 'heron')
    const stalls = Promise.withResolvers<void>()
    const stopped = new AbortController()
    const source = async function* () {
      yield bytes
      stalls.resolve()
      await new Promise(() => {})
    }
    // It is as good as killed: it never ends.
    const writing = storage.put('1-source', source(), { isSalvaged: true, signal: stopped.signal })
    writing.catch(() => {})
    await stalls.promise
    await storage.salvage('0-source')
    expect(await storage.get('0-source')).toBeNull()
    await storage.salvage('1-source')
    const found = await storage.get('1-source')
    expect(Buffer.concat((await found?.stream.toArray()) ?? []).toString()).toBe('heron')
    stopped.abort()
    await writing.catch(() => {})
    expect(await files(folder)).toEqual(['1-source'])
  })

  it('a file on the same disk becomes an object without a copy, and stays for its owner', async () => {
    const [folder, other] = [await newFolder(), await newFolder()]
    const file = join(other, 'sent')
    await writeFile(file, 'heron')
    const stored = await folderStorage(folder).put('1-source', createReadStream(file), { file })
    expect(stored).toEqual({ sha256: createHash('sha256').update('heron').digest('hex'), bytes: 5 })
    expect((await stat(join(folder, '1-source'))).ino).toBe((await stat(file)).ino)
    await rm(file)
    expect(await readFile(join(folder, '1-source'), 'utf8')).toBe('heron')
  })

  it('a file that is larger than allowed becomes no object, and stays', async () => {
    const [folder, other] = [await newFolder(), await newFolder()]
    const file = join(other, 'sent')
    await writeFile(file, 'heron')
    const putting = folderStorage(folder).put('1-source', createReadStream(file), { file, maxBytes: 4 })
    await expect(putting).rejects.toMatchObject({ code: 'too-large' })
    expect(await files(folder)).toEqual([])
    expect(await readFile(file, 'utf8')).toBe('heron')
  })

  it('temporary files are swept by the time of their last write', async () => {
    const folder = await newFolder()
    const storage = folderStorage(folder)
    expect(await storage.sweep()).toBe(0)
    await mkdir(join(folder, '~incoming'))
    for (const name of ['old', 'young']) await writeFile(join(folder, '~incoming', name), '')
    await utimes(join(folder, '~incoming/old'), 0, 0)
    expect(await storage.sweep()).toBe(1)
    expect(await files(folder)).toEqual(['~incoming/young'])
  })

  it('a folder that is a file, or whose disk is gone, is a storage that is away', async () => {
    const folder = await newFolder()
    await writeFile(join(folder, 'file'), '')
    const storage = folderStorage(join(folder, 'file'))
    const put = storage.put('a', piecesOf(Buffer.from('x')))
    await expect(put).rejects.toThrow(StorageUnavailable)
    await expect(put).rejects.toMatchObject({ kind: 'away' })
  })

  it('a file that can’t grow means that the storage is full, and leaves nothing behind', async () => {
    const folder = await newFolder()
    const writer = `
      import { folderStorage } from '@logbook/media/storage/folder.ts'
      const source = async function* () { yield Buffer.alloc(1_000_000) }
      await folderStorage(${JSON.stringify(folder)}).put('a', source()).catch(({ name, kind }) => console.log(name, kind))`
    const script = `trap '' XFSZ; ulimit -S -f 64; exec "$0" --input-type=module -e "$1"`
    const { stdout } = await promisify(execFile)('sh', ['-c', script, process.execPath, writer], {
      cwd: media,
    })
    expect(stdout).toBe('StorageUnavailable full\n')
    expect(await files(folder)).toEqual([])
  })

  it('the files of a folder storage are closed to other users', async () => {
    const folder = await newFolder()
    await folderStorage(folder).put('a', piecesOf(Buffer.from('x')))
    expect((await stat(join(folder, 'a'))).mode & 0o077).toBe(0)
  })
})
