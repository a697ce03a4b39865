import { appendFileSync, readdirSync } from 'node:fs'
import { request as send } from 'node:http'
import { join } from 'node:path'
import { silentLogger } from '@logbook/chassis/logger.ts'
import { callers } from '@logbook/chassis/testing/access.ts'
import { describe, expect, it, vi } from 'vitest'
import { limits } from '../src/limits.ts'
import { createUploads } from '../src/uploads/uploads.ts'
import { bootMedia, createClock, createWorld } from './booted.ts'

const tus = { 'Tus-Resumable': '1.0.0' }
const bytesOf = (text: string) => Buffer.from(text)
const metadataOf = (fields: Record<string, string>): string =>
  Object.entries(fields)
    .map(([name, value]) => `${name} ${Buffer.from(value).toString('base64')}`)
    .join(',')

type Media = Awaited<ReturnType<typeof bootMedia>>
type By = Media['author']

const begin = (by: By, length: number, fields: Record<string, string> = { filename: 'heron.txt' }) =>
  by('POST', '/media/uploads', undefined, {
    ...tus,
    'Upload-Length': String(length),
    'Upload-Metadata': metadataOf(fields),
  })

const patch = (by: By, location: string, offset: number, bytes: Buffer) =>
  by('PATCH', location, bytes, {
    ...tus,
    'Upload-Offset': String(offset),
    'Content-Type': 'application/offset+octet-stream',
  })

const locationOf = (answer: Response): string => answer.headers.get('Location') ?? ''
const idOf = (location: string): string => location.split('/').at(-1) ?? ''

describe('an upload', () => {
  it('an upload in pieces survives a restart and becomes a medium with its name, alternative text and bytes', async () => {
    const world = createWorld()
    const first = await bootMedia(world)
    const begun = await begin(first.author, 11, { filename: '../her\u202eon.txt', alt: 'A heron' })
    expect(begun.status).toBe(201)
    const location = locationOf(begun)
    expect((await patch(first.author, location, 0, bytesOf('a hero'))).status).toBe(204)
    await first.close()

    const media = await bootMedia(world)
    await vi.waitFor(async () => {
      const head = await media.author('HEAD', location, undefined, tus)
      expect(head.headers.get('Upload-Offset')).toBe('6')
    })
    const done = await patch(media.author, location, 6, bytesOf('n wad'))
    expect(done.status).toBe(204)
    const medium = await media.one(idOf(location))
    expect(medium).toMatchObject({
      state: 'not started',
      source: 'upload',
      name: 'heron.txt',
      alt: 'A heron',
    })
    const job = await media.claim()
    expect(job?.upload).toMatchObject({ bytes: 11 })
    const stored = await world.storage.get(job?.upload?.key ?? '')
    expect(await stored?.stream.toArray()).toEqual([bytesOf('a heron wad')])
    // A sender that lost the last answer asks, and learns that everything has arrived.
    const again = await media.author('HEAD', location, undefined, tus)
    expect([again.status, again.headers.get('Upload-Offset')]).toEqual([200, '11'])
    expect(readdirSync(join(world.folder, 'uploads'))).toEqual([])
  })

  it('an upload resumed at a wrong offset gets the right one', async () => {
    const media = await bootMedia()
    const location = locationOf(await begin(media.author, 10))
    await patch(media.author, location, 0, bytesOf('1234'))
    const lost = await patch(media.author, location, 7, bytesOf('890'))
    expect([lost.status, lost.headers.get('Upload-Offset')]).toEqual([409, '4'])
    expect(await lost.json()).toMatchObject({ code: 'conflict' })
  })

  it('an upload whose sender died holding the lock can be resumed', async () => {
    const media = await bootMedia()
    const location = locationOf(await begin(media.author, 8))
    const authorization = (await media.authorization()) ?? ''
    const dead = send(media.url + location, {
      method: 'PATCH',
      headers: {
        ...{ ...tus, Authorization: authorization, 'Upload-Offset': '0', 'Content-Length': '8' },
        'Content-Type': 'application/offset+octet-stream',
      },
    })
    dead.on('error', () => {})
    dead.write('1234')
    const offset = async () =>
      (await media.author('HEAD', location, undefined, tus)).headers.get('Upload-Offset')
    // The one that hangs gives the lock away to the one that asks.
    await vi.waitFor(async () => expect(await offset()).toBe('4'))
    expect((await patch(media.author, location, 4, bytesOf('5678'))).status).toBe(204)
    dead.destroy()
    expect(await media.one(idOf(location))).toMatchObject({ state: 'not started', bytes: 8 })
  })

  it('an upload belongs to its owner alone', async () => {
    const media = await bootMedia()
    const location = locationOf(await begin(media.author, 4))
    const other = await media.as(callers.otherAuthor)
    expect((await other('HEAD', location, undefined, tus)).status).toBe(404)
    expect((await patch(other, location, 0, bytesOf('1234'))).status).toBe(404)
    expect((await other('DELETE', location, undefined, tus)).status).toBe(404)
    expect((await media.author('DELETE', location, undefined, tus)).status).toBe(204)
    expect((await media.author('HEAD', location, undefined, tus)).status).toBe(404)
    const reader = await media.as(callers.reader)
    expect((await begin(reader, 4)).status).toBe(403)
  })

  it('an upload belongs to its owner alone also right after a restart', async () => {
    const world = createWorld()
    const first = await bootMedia(world)
    const location = locationOf(await begin(first.author, 4))
    await first.close()
    // Asked before the service has looked at what was begun earlier.
    const media = await bootMedia(world)
    const other = await media.as(callers.otherAuthor)
    expect((await other('HEAD', location, undefined, tus)).status).toBe(404)
    expect((await patch(other, location, 0, bytesOf('1234'))).status).toBe(404)
    expect((await other('DELETE', location, undefined, tus)).status).toBe(404)
    expect((await media.author('HEAD', location, undefined, tus)).status).toBe(200)
  })

  it('an upload that is paused survives a clock that is set forward by a year, and goes when it has lain for long', async () => {
    const clock = createClock()
    const world = createWorld(clock)
    const media = await bootMedia(world)
    const location = locationOf(await begin(media.author, 8))
    await patch(media.author, location, 0, bytesOf('1234'))
    await media.close()
    const folder = join(world.folder, 'uploads')
    const none = () => Promise.reject(new Error('it is not complete'))
    const requests = { request: none, assertSpace: () => {}, assertJobQuota: () => {} }
    const uploads = createUploads({
      ...{ folder, requests, clock },
      ...{ storage: world.storage, logger: silentLogger },
    })
    await uploads.settle()
    clock.jump(400 * 86_400_000)
    await uploads.settle()
    expect(readdirSync(folder)).toHaveLength(2)
    clock.pass(limits.uploadStillMsMin - 1)
    // A byte that comes counts.
    appendFileSync(join(folder, idOf(location)), '5')
    await uploads.settle()
    clock.pass(1)
    await uploads.settle()
    expect(readdirSync(folder)).toHaveLength(2)
    clock.pass(limits.uploadStillMsMin)
    await uploads.settle()
    expect(readdirSync(folder)).toEqual([])
  })

  it('an invalid upload is refused with a problem that names the header', async () => {
    const media = await bootMedia()
    const refusals: [Promise<Response>, number, string][] = [
      [media.author('POST', '/media/uploads', undefined, { 'Upload-Length': '3' }), 412, ''],
      [media.author('POST', '/media/uploads', undefined, tus), 422, 'Upload-Length'],
      [begin(media.author, 3, {}), 422, 'upload-metadata'],
      [begin(media.author, 3, { alt: 'A heron' }), 422, 'Upload-Metadata.filename'],
      [begin(media.author, 3, { filename: 'a', filters: 'NO SUCH' }), 422, 'filters.0'],
      [begin(media.author, 3, { filename: 'a', filters: 'blur,no-such' }), 422, 'filters.1'],
      [
        media.author('POST', '/media', { url: 'https://a.example/b', filters: ['no-such'] }),
        422,
        'filters.0',
      ],
      [patch(media.author, '/media/uploads/none', 0, bytesOf('a')), 404, ''],
    ]
    for (const [answering, status, path] of refusals) {
      const answer = await answering
      const problem = await answer.json()
      expect([answer.status, answer.headers.get('Content-Type'), problem.errors?.[0].path ?? '']).toEqual([
        status,
        'application/problem+json; charset=utf-8',
        path,
      ])
    }
  })

  it('an upload is refused if it is too large or exceeds the quota of its owner', async () => {
    const media = await bootMedia(createWorld(), { fileBytesMax: 100, personBytesMax: 150 })
    expect((await begin(media.author, 101)).status).toBe(413)
    expect((await begin(media.author, 100)).status).toBe(201)
    const second = await begin(media.author, 100)
    expect([second.status, await second.json()]).toMatchObject([413, { code: 'too-large' }])
    const location = locationOf(await begin(media.author, 3))
    expect((await patch(media.author, location, 0, bytesOf('1234'))).status).toBe(413)
  })

  it('an upload has the id that an owner who imports chooses, which is refused to others and for a medium that exists', async () => {
    const media = await bootMedia()
    const owner = await media.as(callers.owner)
    const id = 'c0ffee00-1111-5222-8333-444455556666'
    const wanted = { filename: 'heron.txt', id }
    const refused = await begin(media.author, 4, wanted)
    expect([refused.status, await refused.text()]).toEqual([
      422,
      expect.stringContaining('Upload-Metadata.id'),
    ])
    for (const other of ['../heron', id.toUpperCase(), ''])
      expect((await begin(owner, 4, { ...wanted, id: other })).status).toBe(422)
    // The first sender is gone, and the second begins again.
    expect((await patch(owner, locationOf(await begin(owner, 4, wanted)), 0, bytesOf('he'))).status).toBe(204)
    const location = locationOf(await begin(owner, 4, wanted))
    expect(idOf(location)).toBe(id)
    expect((await patch(owner, location, 0, bytesOf('wade'))).status).toBe(204)
    expect(await media.one(id, owner)).toMatchObject({ id, name: 'heron.txt', source: 'upload' })
    expect((await begin(owner, 4, wanted)).status).toBe(409)
    const link = { url: 'https://pictures.example/heron.jpg', id: 'c0ffee00-1111-5222-8333-444455557777' }
    expect((await media.author('POST', '/media', link)).status).toBe(422)
    expect([await media.request(link, owner), await media.request(link, owner)]).toEqual([link.id, link.id])
  })

  it('an upload completed when the service was killed is requested once after the restart', async () => {
    const world = createWorld()
    let isAway = true
    const storage = {
      ...world.storage,
      put: (...given: Parameters<typeof world.storage.put>) =>
        isAway ? Promise.reject(new Error('away')) : world.storage.put(...given),
    }
    const first = await bootMedia(world, { storage })
    const location = locationOf(await begin(first.author, 3))
    const answer = await patch(first.author, location, 0, bytesOf('abc'))
    expect([answer.status, await answer.json()]).toMatchObject([503, { code: 'unavailable' }])
    await first.close()
    isAway = false
    const media = await bootMedia(world, { storage })
    await vi.waitFor(async () => expect(await media.one(idOf(location))).toMatchObject({ bytes: 3 }))
  })
})
