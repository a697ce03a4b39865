import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { systemClock } from '@logbook/chassis/clock.ts'
import { sealedBus } from '@logbook/chassis/sealing/sealed-bus.ts'
import { callers } from '@logbook/chassis/testing/access.ts'
import { memoryKeys } from '@logbook/chassis/testing/memory-keys.ts'
import { userErased } from '@logbook/contracts/examples/users.ts'
import { personal } from '@logbook/contracts/personal.ts'
import { describe, expect, it, vi } from 'vitest'
import { bootMedia, createWorld } from './booted.ts'

const person = callers.author.id
const name = 'someone-unmistakable.txt'

const setUp = async () => {
  const keys = memoryKeys()
  const over = (log: Parameters<typeof sealedBus>[0]['bus']) =>
    sealedBus({ bus: log, keys: keys.ring(), personal })
  const world = createWorld(systemClock, { over })
  const media = await bootMedia(world)
  return {
    world,
    media,
    erase: async () => {
      keys.erase(person)
      const { type, subject, source, data } = userErased({ id: person, by: null })
      await world.bus.append([{ id: crypto.randomUUID(), type, subject, source, dataversion: 1, data }])
    },
    confirmed: () =>
      vi.waitFor(async () => {
        const report = (await world.events()).filter(({ type }) => type === 'ErasureConfirmed')
        expect(report.map(({ data }) => data)).toMatchObject([{ id: person, service: 'media' }])
      }),
  }
}

const filesWith = (folder: string, text: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((each) => each.isFile())
    .map((each) => join(each.parentPath, each.name))
    .filter((file) => readFileSync(file).includes(text))

describe('a person who is erased', () => {
  it('an erasure is confirmed once the person’s files, uploads and names are deleted', async () => {
    const { world, media, erase, confirmed } = await setUp()
    const id = await media.request({ name, alt: 'Unmistakably someone' })
    const job = await media.claim()
    if (!job) throw new Error('no job')
    await media.finish(job, Buffer.from('an unmistakable picture'))
    const isDelayed = await media.request({ url: 'https://unmistakable.example/waits.txt' })
    await media.author('POST', '/media/uploads', undefined, {
      ...{ 'Tus-Resumable': '1.0.0', 'Upload-Length': '9' },
      'Upload-Metadata': `filename ${Buffer.from('unmistakable').toString('base64')}`,
    })
    // What others have of the same bytes stays.
    const other = await media.as(callers.otherAuthor)
    const same = await media.request({}, other)
    const jobs = [await media.claim(), await media.claim()]
    const managedMedium = jobs.find((each) => each?.id === same)
    if (!managedMedium) throw new Error('no job')
    await media.finish(managedMedium, Buffer.from('an unmistakable picture'))
    expect(JSON.stringify(await world.log.read({ after: 0, limit: 100 }))).not.toMatch(/unmistakable/i)

    await erase()
    await confirmed()
    expect(readdirSync(join(world.folder, 'uploads'))).toEqual([])
    expect(filesWith(join(world.folder), name)).toEqual([])
    const owner = await media.as(callers.owner)
    expect((await owner('GET', `/media/${id}`)).status).toBe(404)
    expect((await owner('GET', `/media/${isDelayed}`)).status).toBe(404)
    expect(await (await other('GET', `/media/${same}/original`)).text()).toBe('an unmistakable picture')
    await other('DELETE', `/media/${same}`)
    await vi.waitFor(async () => expect(await media.keys()).toEqual([]))
    // A worker that was at work for them is told so.
    const lost = jobs.find((each) => each?.id === isDelayed)
    if (!lost) throw new Error('no job')
    expect((await media.finish(lost)).status).toBe(410)
    await vi.waitFor(async () => expect(await media.keys()).toEqual([]))
  })

  it('an erased person stays erased in a rebuilt view, and the erasure is confirmed once', async () => {
    const { world, media, erase, confirmed } = await setUp()
    await media.request({ name })
    await erase()
    await confirmed()
    await media.close()
    const again = await bootMedia(world)
    const owner = await again.as(callers.owner)
    await vi.waitFor(async () => expect((await fetch(`${again.url}/health/ready`)).status).toBe(200))
    expect(await (await owner('GET', '/media')).json()).toEqual([])
    await confirmed()
  })
})
