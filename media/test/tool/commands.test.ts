import { join } from 'node:path'
import { Readable, Writable } from 'node:stream'
import { serviceToken } from '@logbook/chassis/testing/access.ts'
import { temporaryFolder } from '@logbook/chassis/testing/temporary-folder.ts'
import { operator } from '@logbook/contracts/identity.ts'
import { describe, expect, it } from 'vitest'
import { folderStorage } from '../../src/storage/folder.ts'
import { createCommand } from '../../src/tool/commands.ts'
import { bootMedia, createWorld } from '../booted.ts'

const run = async (args: string[], env: NodeJS.ProcessEnv = {}): Promise<string> => {
  let report = ''
  const stdout = new Writable({
    write(chunk, _coding, done) {
      report += chunk
      done()
    },
  })
  await createCommand({ env, stdout, stderr: process.stderr }).parseAsync(args, { from: 'user' })
  return report
}

describe('npm run media', () => {
  it('npm run media back-up sends only objects that the copy lacks and removes deleted ones', async () => {
    const folder = temporaryFolder()
    const [from, to] = [join(folder, 'media'), join(folder, 'copy')]
    const [storage, copy] = [folderStorage(from), folderStorage(to)]
    for (const key of ['a/one', 'a/two']) await storage.put(key, Readable.from([Buffer.from(key)]))
    const back = async () => JSON.parse(await run(['backup', to, '--json'], { MEDIA_STORAGE: from }))
    expect(await back()).toMatchObject({ objects: 2, copied: 2, removed: 0 })
    await storage.remove('a/one')
    await storage.put('a/three', Readable.from([Buffer.from('three')]))
    expect(await back()).toMatchObject({ objects: 2, copied: 1, removed: 1 })
    expect(await copy.size('a/one')).toBeNull()
    expect(await copy.size('a/three')).toBe(5)
  })

  it('npm run media back-up does not empty a copy where the storage is empty, as a disk that is not mounted is', async () => {
    const folder = temporaryFolder()
    const copy = folderStorage(join(folder, 'copy'))
    await copy.put('a/one', Readable.from([Buffer.from('one')]))
    await expect(run(['backup', join(folder, 'copy'), '--from', join(folder, 'media')])).rejects.toThrow(
      /is its disk mounted/,
    )
    expect(await copy.size('a/one')).toBe(3)
  })

  it('npm run media check compares the storage of a running Logbook and fails if a file is missing', async () => {
    const world = createWorld()
    const media = await bootMedia(world)
    const id = await media.request()
    const job = await media.claim()
    if (!job) throw new Error('no job')
    await media.finish(job)
    await media.one(id)
    await world.storage.put('ff/stranger', Readable.from([Buffer.from('?')]))
    const env = { MEDIA_URL: media.url, OPERATOR_TOKEN: serviceToken(operator) }
    expect(await run(['check'], env)).toContain('no event names: ff/stranger (1 bytes)')
    await world.storage.remove(`${job.keyPrefix}original`)
    await expect(run(['check'], env)).rejects.toThrow('1 files are missing.')
  })
})
