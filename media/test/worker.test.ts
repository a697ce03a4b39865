import { readFileSync } from 'node:fs'
import sharp from 'sharp'
import { describe, expect, it, vi } from 'vitest'
import { NoPoster } from '../src/make/poster.ts'
import { StorageUnavailable } from '../src/storage/unavailable.ts'
import type { MadePicture, Tools } from '../src/worker/tools.ts'
import { bootMedia, createWorld } from './booted.ts'
import { startWorker, upload } from './working.ts'

type Media = Awaited<ReturnType<typeof bootMedia>>

const isOver = (media: Media, id: string) =>
  vi.waitFor(async () => {
    const medium = await media.one(id)
    expect(['finished', 'failed']).toContain(medium.state)
    return medium
  })

/** Red on the left and blue on the right, with a position in its metadata. */
const picture = (): Promise<Buffer> =>
  sharp({ create: { width: 40, height: 20, channels: 3, background: '#f00' } })
    .composite([
      { input: { create: { width: 20, height: 20, channels: 3, background: '#00f' } }, left: 20, top: 0 },
    ])
    .withExif({ IFD3: { GPSLatitude: '54/1 0/1 0/1' } })
    .jpeg({ quality: 100, chromaSubsampling: '4:4:4' })
    .toBuffer()

/** Bytes as another host would send them, in pieces of so many. */
const hostWith = (bytes: Buffer, pieceBytes: number): Pick<Tools, 'fetch'> => ({
  async fetch(_url, write, { onProgress }) {
    for (let at = 0; at < bytes.length; at += pieceBytes) {
      await write(bytes.subarray(at, at + pieceBytes))
      onProgress({ bytes: Math.min(at + pieceBytes, bytes.length), total: bytes.length })
    }
  },
})

describe('a worker', () => {
  it('a worker makes the variants of an uploaded picture, applies its filters and removes its location', async () => {
    const world = createWorld()
    const media = await bootMedia(world)
    startWorker(media, world)
    const id = await upload(media, await picture(), { filters: 'swap-red-blue' })
    const medium = await isOver(media, id)
    expect(medium).toMatchObject({
      state: 'finished',
      type: 'image/jpeg',
      picture: { width: 40, height: 20 },
    })
    expect(medium.variants.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['image/avif', 'image/webp', 'image/jpeg']),
    )
    const answer = await media.author('GET', `/media/${id}/original`)
    const original = Buffer.from(await answer.arrayBuffer())
    const { exif } = await sharp(original).metadata()
    expect(exif).toBeUndefined()
    const { data } = await sharp(original).raw().toBuffer({ resolveWithObject: true })
    const [red = 0, , blue = 0] = data
    expect(blue).toBeGreaterThan(200)
    expect(red).toBeLessThan(50)
    // The upload as it came has gone.
    await vi.waitFor(async () => expect(await media.keys()).toHaveLength(medium.variants.length))
  })

  it('a worker streams a file from a link to the storage and reports its progress', async () => {
    const world = createWorld()
    const media = await bootMedia(world)
    const bytes = Buffer.alloc(300_000, 'a heron, ')
    startWorker(media, world, hostWith(bytes, 10_000))
    const id = await media.request({ url: 'https://files.example/birds.bin' })
    const medium = await isOver(media, id)
    expect(medium).toMatchObject({ state: 'finished', name: 'birds.bin', bytes: bytes.length, picture: null })
    const answer = await media.author('GET', `/media/${id}/original`)
    expect(Buffer.from(await answer.arrayBuffer()).equals(bytes)).toBe(true)
    expect(answer.headers.get('Content-Disposition')).toContain('attachment')
    expect(
      (await world.events()).filter(({ type }) => type === 'MediaProgressed').length,
    ).toBeLessThanOrEqual(3)
  })

  it('a worker stores a poster with a video, or a note if no poster can be made', async () => {
    const world = createWorld()
    const media = await bootMedia(world)
    // The beginning of an MP4 says what it is.
    const video = (name: string) =>
      Buffer.concat([Buffer.from([0, 0, 0, 24]), Buffer.from(`ftypisom\x00\x00\x02\x00isommp41${name}`)])
    const poster = async (file: string): Promise<MadePicture> => {
      const bytes = readFileSync(file)
      if (bytes.includes('broken')) throw new NoPoster('ffmpeg could not read it')
      return {
        variant: 'poster.jpg',
        type: 'image/jpeg',
        width: 64,
        height: 36,
        bytes: Buffer.from('a poster'),
      }
    }
    let hasFfmpeg = true
    startWorker(media, world, { poster: async () => (hasFfmpeg ? poster : undefined) })
    const shown = await isOver(media, await upload(media, video('heron')))
    expect(shown).toMatchObject({ state: 'finished', type: 'video/mp4', picture: null, notes: [] })
    expect(shown.variants.map(({ name }) => name)).toEqual(['original', 'poster.jpg'])
    const answer = await media.author('GET', `/media/${shown.id}/poster.jpg`)
    expect([answer.headers.get('Content-Type'), await answer.text()]).toEqual(['image/jpeg', 'a poster'])
    const broken = await isOver(media, await upload(media, video('broken')))
    const notes = ['No poster was made for this video: ffmpeg could not read it.']
    expect(broken).toMatchObject({ state: 'finished', notes })
    hasFfmpeg = false
    const without = await isOver(media, await upload(media, video('another')))
    expect(without.notes).toEqual(['No poster was made for this video: ffmpeg is not installed.'])
  })

  it('a worker refuses an unsupported file with a sentence and continues with the next job', async () => {
    const world = createWorld()
    const media = await bootMedia(world)
    startWorker(media, world)
    const svg = await upload(media, Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), {
      filename: 'a.svg',
    })
    const refused = await isOver(media, svg)
    expect(refused).toMatchObject({ state: 'failed', attempts: 1 })
    expect(refused.reason).toContain('SVG')
    const broken = await upload(media, (await picture()).subarray(0, 400))
    expect(await isOver(media, broken)).toMatchObject({ state: 'failed', attempts: 1 })
    const good = await upload(media, Buffer.from('plain words'))
    expect(await isOver(media, good)).toMatchObject({ state: 'finished' })
  })

  it('a worker returns a job without counting an attempt if the storage is full', async () => {
    const world = createWorld()
    const media = await bootMedia(world)
    const full = {
      ...world.storage,
      put: async () => {
        throw new StorageUnavailable('full', new Error('ENOSPC'))
      },
    }
    startWorker(media, world, hostWith(Buffer.from('a heron'), 3), full)
    const id = await media.request()
    await vi.waitFor(async () => expect((await media.one(id)).reason).toContain('full'))
    expect(await media.one(id)).toMatchObject({ state: 'not started', attempts: 0 })
  })

  it('a worker stops at once when its job is cancelled', async () => {
    const world = createWorld()
    const media = await bootMedia(world)
    const stopped = Promise.withResolvers<void>()
    startWorker(media, world, {
      async fetch(_url, write, { signal, onProgress }) {
        signal.addEventListener('abort', () => stopped.resolve(), { once: true })
        for (let bytes = 1; !signal.aborted; bytes++) {
          await write(Buffer.from('.'))
          onProgress({ bytes, total: null })
          await new Promise((resolve) => setTimeout(resolve, 5))
        }
        signal.throwIfAborted()
      },
    })
    const id = await media.request()
    await vi.waitFor(async () => expect((await media.one(id)).progress).not.toBeNull())
    await media.author('POST', `/media/${id}/cancel`)
    await stopped.promise
    await vi.waitFor(async () => expect(await media.keys()).toEqual([]))
    expect(await media.one(id)).toMatchObject({ state: 'failed', reason: 'It was cancelled.' })
  })

  it('progress is streamed live as server-sent events', async () => {
    const world = createWorld()
    const media = await bootMedia(world)
    const go = Promise.withResolvers<void>()
    startWorker(media, world, {
      async fetch(_url, write, { onProgress }) {
        await write(Buffer.from('half'))
        onProgress({ bytes: 4, total: 8 })
        await go.promise
        await write(Buffer.from('half'))
      },
    })
    const id = await media.request()
    const watching = await media.author('GET', `/media/${id}/progress`)
    expect(watching.headers.get('Content-Type')).toBe('text/event-stream')
    let text = ''
    for await (const chunk of watching.body ?? []) {
      text += Buffer.from(chunk).toString()
      if (text.includes('"bytes":4,"total":8')) go.resolve()
      if (text.includes('"state":"finished"')) break
    }
    expect(text).toContain('event: medium')
  })
})
