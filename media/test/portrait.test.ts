import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { systemClock } from '@logbook/chassis/clock.ts'
import { sealedBus } from '@logbook/chassis/sealing/sealed-bus.ts'
import { callers } from '@logbook/chassis/testing/access.ts'
import { memoryKeys } from '@logbook/chassis/testing/memory-keys.ts'
import { bounds } from '@logbook/contracts/bounds.ts'
import { userErased, userPictured } from '@logbook/contracts/examples/users.ts'
import type { PortraitAnswer } from '@logbook/contracts/http/media.ts'
import { personal } from '@logbook/contracts/personal.ts'
import sharp from 'sharp'
import { describe, expect, it, vi } from 'vitest'
import { bootMedia, createClock, createWorld, type World } from './booted.ts'
import { workOnce } from './working.ts'

const { reader, author, otherAuthor, moderator } = callers

/** Green to the left and right of a red square, as a phone stores it: lying on its side, with the place where it was taken. */
const phonePicture = async (): Promise<Buffer> => {
  const red = await sharp({ create: { width: 100, height: 100, channels: 3, background: '#f00' } })
    .png()
    .toBuffer()
  const upright = sharp({ create: { width: 300, height: 100, channels: 3, background: '#0f0' } })
  return sharp(
    await upright
      .composite([{ input: red, left: 100, top: 0 }])
      .png()
      .toBuffer(),
  )
    .rotate(90)
    .withExif({ IFD0: { Artist: 'Unmistakable', Orientation: '8' }, IFD3: { GPSLatitudeRef: 'N' } })
    .jpeg({ quality: 95 })
    .toBuffer()
}

const created = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: '#00f' } })

const booted = async (world: World = createWorld()) => {
  const media = await bootMedia(world)
  const asReader = await media.as(reader)
  const send = async (bytes: Buffer, by = asReader, headers: Record<string, string> = {}) =>
    by('PUT', '/media/portrait', bytes, { 'Content-Type': 'image/png', ...headers })
  const sent = async (by = asReader): Promise<PortraitAnswer> => {
    const end = String((await world.bus.read({ after: 0, limit: 1_000 })).position)
    return (await by('GET', '/media/portrait', undefined, { 'Min-Position': end, Prefer: 'wait=10' })).json()
  }
  return {
    ...{ world, media, asReader, send, sent },
    /** A picture that was sent and is ready. */
    async ready(bytes?: Buffer, by = asReader) {
      const answer = await send(bytes ?? (await created(700, 600).png().toBuffer()), by)
      expect(answer.status).toBe(202)
      await workOnce(media, world)
      const portrait = await sent(by)
      expect(portrait).toMatchObject({ state: 'finished', picture: expect.any(String) })
      return { ...portrait, picture: portrait.picture ?? '' }
    },
    choose: async (id: string, picture: string | null) => {
      const { type, subject, source, data } = userPictured({ id, picture })
      await world.bus.append([{ id: crypto.randomUUID(), type, subject, source, dataversion: 1, data }])
    },
    removed: async () =>
      (await world.events())
        .filter(({ type }) => type === 'MediaRemoved')
        .map(({ data }) => (data as { id: string }).id),
  }
}

const pathOf = (picture: string): string => picture.replace(/^\/api|#.*$/g, '')

describe('a portrait', () => {
  it('is made of the middle of a reader’s picture: a small square, upright, without metadata', async () => {
    const { media, asReader, ready } = await booted()
    const { id, picture } = await ready(await phonePicture())
    expect(picture).toBe(`/api/media/${id}/w100.jpg#100x100`)
    const owner = await media.as(callers.owner)
    const { variants, name, alt, picture: facts } = await (await owner('GET', `/media/${id}`)).json()
    expect(variants.map((each: { name: string }) => each.name)).toEqual([
      ...['w96.avif', 'w96.webp', 'w96.jpg', 'w100.avif', 'w100.webp', 'w100.jpg', 'original'],
    ])
    expect([name, alt, facts.width, facts.height]).toEqual(['portrait', '', 100, 100])
    for (const variant of ['original', 'w100.jpg', 'w96.webp']) {
      const answer = await asReader('GET', `/media/${id}/${variant}`)
      const made = sharp(Buffer.from(await answer.arrayBuffer()))
      const { exif, xmp, width, height, orientation } = await made.metadata()
      expect([exif, xmp, width, orientation]).toEqual([undefined, undefined, height, undefined])
      const [red, green] = (await made.stats()).channels
      expect([Number(red?.mean) > 230, Number(green?.mean) < 20]).toEqual([true, true])
    }
  })

  it('is no larger than its square, still, and on white where it was transparent', async () => {
    const { asReader, ready } = await booted()
    const frame = (background: string) =>
      created(600, 700).ensureAlpha().flatten({ background }).png().toBuffer()
    const moving = await sharp(await Promise.all(['#f00', '#0f0'].map(frame)), { join: { animated: true } })
      .gif()
      .toBuffer()
    expect((await ready(moving)).picture).toMatch(/\/w512\.jpg#512x512$/)
    const glass = sharp({ create: { width: 50, height: 50, channels: 4, background: '#00000000' } })
    const { picture } = await ready(await glass.png().toBuffer())
    const bytes = await (await asReader('GET', pathOf(picture))).arrayBuffer()
    const { channels } = await sharp(Buffer.from(bytes)).stats()
    expect(channels.map(({ mean }) => Math.round(mean))).toEqual([255, 255, 255])
  })

  it('is seen by its owner and moderators alone until it is shown, and gone once it is withdrawn', async () => {
    const { media, asReader, ready, choose, removed } = await booted()
    const { id, picture } = await ready()
    const all = { nobody: callers.nobody, otherAuthor, reader, moderator } as const
    const statuses = async () =>
      Promise.all(
        Object.values(all).map(
          async (caller) => (await (await media.as(caller))('GET', pathOf(picture))).status,
        ),
      )
    expect(await statuses()).toEqual([404, 404, 200, 200])
    await choose(otherAuthor.id, picture)
    expect(await statuses()).toEqual([404, 404, 200, 200])
    await choose(reader.id, picture)
    await vi.waitFor(async () => expect(await statuses()).toEqual([200, 200, 200, 200]))
    const { headers } = await asReader('GET', pathOf(picture))
    expect(headers.get('Cache-Control'), 'a moderator may remove it').toBe('public, max-age=300')
    await choose(reader.id, null)
    await vi.waitFor(async () => expect(await removed()).toEqual([id]), 5_000)
    await vi.waitFor(async () => expect(await media.keys()).toEqual([]))
    expect(await statuses()).toEqual([404, 404, 404, 404])
    expect((await asReader('GET', '/media/portrait')).status).toBe(404)
  })

  it('takes the place of the one before: the files of both are never kept for longer than a choice takes', async () => {
    const { media, ready, choose, removed } = await booted()
    const first = await ready(await created(20, 20).png().toBuffer())
    const second = await ready(await created(30, 30).png().toBuffer())
    await vi.waitFor(async () => expect(await removed()).toEqual([first.id]), 5_000)
    await choose(reader.id, second.picture)
    const third = await ready(await created(40, 40).png().toBuffer())
    expect((await media.as(callers.nobody).then((as) => as('GET', pathOf(second.picture)))).status).toBe(200)
    await choose(reader.id, third.picture)
    await vi.waitFor(async () => expect(await removed()).toEqual([first.id, second.id]), 5_000)
    await vi.waitFor(async () =>
      expect((await media.keys()).every((key) => key.includes(third.id))).toBe(true),
    )
  })

  it('is removed where it is not chosen within an hour', async () => {
    const clock = createClock()
    const { ready, removed } = await booted(createWorld(clock))
    const { id } = await ready()
    clock.pass(3_500_000)
    expect(await removed()).toEqual([])
    clock.pass(200_000)
    await vi.waitFor(async () => expect(await removed()).toEqual([id]), 5_000)
  })

  it('is in no library, and lets a reader upload nothing else', async () => {
    const { media, asReader, ready } = await booted()
    await ready(undefined, media.author)
    const listed = async (caller: Parameters<typeof media.as>[0]) =>
      (await (await (await media.as(caller))('GET', '/media')).json()).length
    expect([await listed(author), await listed(moderator), await listed(callers.operator)]).toEqual([0, 0, 1])
    for (const [method, path] of [
      ...[
        ['GET', '/media'],
        ['POST', '/media'],
        ['POST', '/media/uploads'],
      ],
    ] as const)
      expect((await asReader(method, path, method === 'POST' ? {} : undefined)).status, path).toBe(403)
    const others = { nobody: 401, guest: 403, operator: 403 } as const
    for (const [name, status] of Object.entries(others)) {
      const as = await media.as(callers[name as keyof typeof others])
      expect((await as('PUT', '/media/portrait', Buffer.from('x'))).status, name).toBe(status)
    }
  })

  it('can not be asked for as the use of another upload', async () => {
    const { media, world } = await booted()
    const field = (name: string, value: string) => `${name} ${Buffer.from(value).toString('base64')}`
    const answer = await media.author('POST', '/media/uploads', Buffer.from('any'), {
      ...{ 'Tus-Resumable': '1.0.0', 'Upload-Length': '3' },
      'Upload-Metadata': [field('filename', 'a.txt'), field('use', 'portrait')].join(','),
      'Content-Type': 'application/offset+octet-stream',
    })
    expect(answer.status).toBe(201)
    const requested = (await world.events()).find(({ type }) => type === 'MediaRequested')
    expect(requested?.data).not.toHaveProperty('use')
  })

  it('is made by workers that know how to', async () => {
    const { media, send } = await booted()
    expect((await send(await created(9, 9).png().toBuffer())).status).toBe(202)
    const old = { version: '0.1.0', kinds: ['link', 'upload', 'crop'] }
    expect(await media.claim('old', 0, old)).toBeUndefined()
    expect(await media.claim()).toMatchObject({
      use: 'portrait',
      keepsMetadata: false,
      settings: { pictureBytesMax: bounds.portraitBytesMax, picturePixelsMax: bounds.portraitPixelsMax },
    })
  })
})

describe('what is sent as a portrait and is none', () => {
  const svg = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
  const refusals: [string, Buffer, RegExp][] = [
    ['nothing', Buffer.alloc(0), /must be a picture/],
    ['text', Buffer.from('hello'), /not a picture of a supported format/],
    [
      'a page',
      Buffer.from('<!doctype html><script>alert(1)</script>'),
      /not a picture of a supported format/,
    ],
    ['SVG', Buffer.from(svg), /may contain scripts/],
    ['PDF', Buffer.from('%PDF-1.7\n'), /not a picture of a supported format/],
    ['an archive', Buffer.from('PK\x03\x04aaaa'), /not a picture of a supported format/],
  ]

  it.each(refusals)('%s is refused before anything is stored', async (_what, bytes, words) => {
    const { world, send } = await booted()
    const answer = await send(bytes)
    const body = await answer.json()
    expect([answer.status, JSON.stringify(body)]).toEqual([422, expect.stringMatching(words)])
    expect(await world.events()).toEqual([])
    expect(
      existsSync(join(world.folder, 'uploads')) ? readdirSync(join(world.folder, 'uploads')) : [],
    ).toEqual([])
  })

  it('a file that is too large, also only once it is unpacked, or of another type is refused', async () => {
    const { send } = await booted()
    const large = Buffer.alloc(bounds.portraitBytesMax + 1)
    expect((await send(large)).status).toBe(413)
    const packed = { 'Content-Encoding': 'gzip' }
    expect((await send(gzipSync(large), undefined, packed)).status).toBe(413)
    for (const type of ['text/html', 'image/svg+xml', 'application/x-www-form-urlencoded'])
      expect((await send(Buffer.from('x'), undefined, { 'Content-Type': type })).status, type).toBe(415)
  })

  it.each([
    ['has too many pixels', () => created(6_000, 4_500).png().toBuffer(), /larger than 25,000,000 pixels/],
    [
      'is cut off',
      async () => (await created(900, 900).jpeg().toBuffer()).subarray(0, 500),
      /damaged or truncated/,
    ],
  ])('a picture that %s fails with the reason, and another one can be sent', async (_what, make, words) => {
    const { media, world, send, sent, ready } = await booted()
    expect((await send(await make())).status).toBe(202)
    await workOnce(media, world)
    expect(await sent()).toMatchObject({
      state: 'failed',
      reason: expect.stringMatching(words),
      picture: null,
    })
    await ready()
  })

  it('a person can send a number of them in an hour, and another person is not held up', async () => {
    const { media, send } = await booted()
    const statuses = new Set<number>()
    for (let n = 0; n < 20; n++) statuses.add((await send(Buffer.from('no picture'))).status)
    expect([...statuses]).toEqual([422])
    const refused = await send(Buffer.from('no picture'))
    expect([refused.status, Number(refused.headers.get('Retry-After')) > 3_000]).toEqual([429, true])
    expect((await send(Buffer.from('no picture'), media.author)).status).toBe(422)
  })
})

it('the portrait of an erased person goes with its files, and the erasure is confirmed', async () => {
  const keys = memoryKeys()
  const over = (log: Parameters<typeof sealedBus>[0]['bus']) =>
    sealedBus({ bus: log, keys: keys.ring(), personal })
  const { world, media, ready, choose } = await booted(createWorld(systemClock, { over }))
  const shown = await ready()
  await choose(reader.id, shown.picture)
  await ready()
  keys.erase(reader.id)
  const { type, subject, source, data } = userErased({ id: reader.id, by: null })
  await world.bus.append([{ id: crypto.randomUUID(), type, subject, source, dataversion: 1, data }])
  await vi.waitFor(async () => {
    const confirmed = (await world.events()).filter((each) => each.type === 'ErasureConfirmed')
    expect(confirmed.map((each) => each.data)).toMatchObject([{ id: reader.id, service: 'media' }])
  })
  expect(await media.keys()).toEqual([])
  expect((await (await media.as(callers.nobody))('GET', pathOf(shown.picture))).status).toBe(404)
})
