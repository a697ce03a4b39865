import { callers } from '@logbook/chassis/testing/access.ts'
import { initialMediaSettings, type MediaSettings } from '@logbook/contracts/events/media-settings.ts'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { bootMedia, createWorld } from './booted.ts'
import { upload, workOnce } from './working.ts'

type Media = Awaited<ReturnType<typeof bootMedia>>

const put = async (media: Media, wanted: object, headers: Record<string, string> = {}) => {
  const owner = await media.as(callers.owner)
  return owner('PUT', '/media/settings', wanted, headers)
}

describe('the settings of media', () => {
  it('a change of the settings counts for the next job and the next request, without a restart', async () => {
    const world = createWorld()
    const media = await bootMedia(world)
    await media.request()
    const { pictureBytesMax, picturePixelsMax, widths, formats, quality } = initialMediaSettings
    const initial = { pictureBytesMax, picturePixelsMax, widths, formats, quality }
    expect(await media.claim()).toMatchObject({
      settings: initial,
      keepsMetadata: false,
      fileBytesMax: 2 ** 31,
    })
    const wanted = {
      ...{ widths: [500, 1_000], formats: ['webp'], quality: { jpeg: 70, webp: 60, avif: 50 } },
      ...{ fileBytesMax: 1_000, picturePixelsMax: 2_000_000, keepsMetadata: true },
    }
    const answer = await put(media, wanted)
    expect(answer.status).toBe(200)
    expect(await answer.json()).toEqual({ ...initialMediaSettings, ...wanted })
    await media.request()
    const { fileBytesMax, keepsMetadata, ...pictures } = wanted
    expect(await media.claim()).toMatchObject({
      ...{ fileBytesMax, keepsMetadata, settings: { ...pictures, pictureBytesMax } },
    })
    const tus = { 'Tus-Resumable': '1.0.0', 'Upload-Metadata': 'filename YS5wbmc=' }
    const large = await media.author('POST', '/media/uploads', undefined, { ...tus, 'Upload-Length': '1001' })
    expect(large.status).toBe(413)
    await put(media, { personBytesMax: 10 })
    const more = await media.author('POST', '/media/uploads', undefined, { ...tus, 'Upload-Length': '11' })
    expect([more.status, (await more.json()).detail]).toEqual([413, expect.stringContaining('10 bytes')])
    // What the log has, another service over it finds.
    await media.close()
    const again = await bootMedia(world)
    const read = await again.author('GET', '/media/settings')
    expect(((await read.json()) as MediaSettings).widths).toEqual([500, 1_000])
  })

  it('a worker makes the widths and formats that the settings name, and refuses a larger picture', async () => {
    const world = createWorld()
    const media = await bootMedia(world)
    const picture = await sharp({ create: { width: 1_100, height: 1_000, channels: 3, background: '#0a0' } })
      .png()
      .toBuffer()
    await put(media, { widths: [100, 200], formats: ['webp'], picturePixelsMax: 1_100_000 })
    const id = await upload(media, picture)
    await workOnce(media, world)
    const { variants } = await media.one(id)
    expect(variants.map(({ name }) => name).sort()).toEqual([
      'card.jpg',
      'original',
      'w100.png',
      'w100.webp',
      'w1100.png',
      'w1100.webp',
      'w200.png',
      'w200.webp',
    ])
    await put(media, { picturePixelsMax: 1_000_000 })
    const refused = await upload(media, picture)
    await workOnce(media, world)
    expect(await media.one(refused)).toMatchObject({ state: 'failed', attempts: 1 })
    expect((await media.one(refused)).reason).toContain('1,000,000 pixels')
  })

  it.each([
    ['fileBytesMax', { fileBytesMax: 2 ** 31 + 1 }, 'operator'],
    ['personBytesMax', { personBytesMax: 0 }, '1'],
    ['pictureBytesMax', { pictureBytesMax: 2 ** 40 }, '268435456'],
    ['picturePixelsMax', { picturePixelsMax: 10 }, '1000000'],
    ['widths', { widths: [] }, '1'],
    ['widths', { widths: [960, 320] }, 'must rise'],
    ['widths.0', { widths: [1] }, '16'],
    ['formats.0', { formats: ['heic'] }, 'avif'],
    ['formats', { formats: ['webp', 'webp'] }, 'once'],
    ['quality.avif', { quality: { jpeg: 80, webp: 80, avif: 101 } }, '100'],
    ['keepsMetadata', { keepsMetadata: 'yes' }, 'true or false'],
  ])('a wrong setting of %s is refused and named: %j', async (path, wanted, words) => {
    const media = await bootMedia()
    const answer = await put(media, wanted)
    expect(answer.status).toBe(422)
    const { errors } = (await answer.json()) as { errors: { path: string; message: string }[] }
    expect(errors).toEqual([{ path, message: expect.stringContaining(words) }])
  })

  it('only owners change the settings, and none overwrites the change of another', async () => {
    const media = await bootMedia()
    expect((await media.author('PUT', '/media/settings', { widths: [320] })).status).toBe(403)
    expect((await media.worker('PUT', '/media/settings', { widths: [320] })).status).toBe(403)
    const first = await put(media, { widths: [320] }, { 'If-Match': '"0"' })
    expect([first.status, first.headers.get('ETag')]).toEqual([200, '"1"'])
    expect((await put(media, { widths: [640] }, { 'If-Match': '"0"' })).status).toBe(412)
  })

  it('what an operator allows is never exceeded by older settings', async () => {
    const world = createWorld()
    const media = await bootMedia(world)
    await put(media, { fileBytesMax: 5_000 })
    await media.close()
    const lowered = await bootMedia(world, { fileBytesMax: 1_000 })
    await lowered.request()
    expect(await lowered.claim()).toMatchObject({ fileBytesMax: 1_000 })
  })

  it('a claim names the storage and the hosts that may be fetched from, and no keys', async () => {
    const place = { storage: 's3://pictures/blog?region=eu-central-1', fetchAllow: ['public'] }
    const media = await bootMedia(createWorld(), { place })
    await media.request()
    expect(await media.claim()).toMatchObject(place)
  })
})
