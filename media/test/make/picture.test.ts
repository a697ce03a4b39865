import { crc32 } from 'node:zlib'
import { factsOf } from '@logbook/media/make/open-picture.ts'
import { describePicture, makeVariants } from '@logbook/media/make/picture.ts'
import { defaultPlan, type Made, type VariantPlan } from '@logbook/media/make/plan.ts'
import { MediaRefused } from '@logbook/media/types/refused.ts'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'

const plain = {
  create: { width: 60, height: 40, channels: 3, background: { r: 200, g: 100, b: 20 } },
} as const
const half = { create: { width: 30, height: 40, channels: 3, background: { r: 0, g: 0, b: 255 } } } as const

/** 60 × 40: the left half is blue, the right one orange. */
const halves = () =>
  sharp(plain)
    .composite([{ input: half, left: 0, top: 0 }])
    .removeAlpha()

const make = async (original: Buffer, plan: Partial<VariantPlan> = {}): Promise<Map<string, Made>> => {
  const made = new Map<string, Made>()
  const signal = new AbortController().signal
  for await (const each of makeVariants(original, { ...defaultPlan, ...plan }, signal))
    made.set(each.variant, each)
  return made
}

const madeOf = (made: Map<string, Made>, variant: string): Made => {
  const found = made.get(variant)
  if (found === undefined) throw new Error(`${variant} is not among ${[...made.keys()]}`)
  return found
}

/** The colour at a place, as red, green and blue. */
const colourAt = async (bytes: Buffer, left: number, top: number): Promise<number[]> => {
  const cut = sharp(bytes).toColourspace('srgb').removeAlpha().extract({ left, top, width: 1, height: 1 })
  return [...(await cut.raw().toBuffer())]
}

const isNear = (colour: number[], wanted: number[]) =>
  colour.every((part, index) => Math.abs(part - (wanted[index] ?? 0)) < 30)

const expectColour = async (bytes: Buffer, at: [number, number], wanted: number[]) => {
  const colour = await colourAt(bytes, ...at)
  expect(isNear(colour, wanted), `${colour} is not near ${wanted}`).toBe(true)
}

const frame = (red: number) =>
  sharp({ create: { ...plain.create, background: { r: red, g: 0, b: 0 } } })
    .png()
    .toBuffer()
const moving = async (format: 'gif' | 'webp') => {
  const frames = await Promise.all([0, 120, 240].map(frame))
  return sharp(frames, { join: { animated: true } })
    [format]({ delay: [50, 100, 150], loop: 2 })
    .toBuffer()
}

describe('the variants of a picture', () => {
  it('the variants of a picture are its smaller widths and its own in AVIF, WebP and its format, a card and the original', async () => {
    const large = await sharp({ create: { ...plain.create, width: 1_000, height: 500 } })
      .jpeg()
      .toBuffer()
    const made = await make(large, { widths: [320, 640, 1_280] })
    expect([...made.keys()]).toEqual([
      ...['w320.avif', 'w320.webp', 'w320.jpg', 'w640.avif', 'w640.webp', 'w640.jpg'],
      ...['w1000.avif', 'w1000.webp', 'w1000.jpg', 'card.jpg', 'original'],
    ])
    for (const { type, width, height, bytes } of made.values()) {
      const { format, ...facts } = await sharp(bytes).metadata()
      expect({ width: facts.width, height: facts.height }).toEqual({ width, height })
      expect(`image/${format === 'heif' ? 'avif' : format}`).toBe(type)
    }
    expect(madeOf(made, 'w320.webp')).toMatchObject({ width: 320, height: 160, type: 'image/webp' })
  })

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('variants are upright for orientation %i', async (orientation) => {
    const turned = await halves().jpeg({ quality: 100 }).withMetadata({ orientation }).toBuffer()
    // What a reader of the tag sees is the truth.
    const upright = await sharp(turned).autoOrient().png().toBuffer()
    const { width, height } = await sharp(upright).metadata()
    const made = await make(turned)
    for (const variant of ['original', `w${width}.webp`]) {
      const { bytes, ...size } = madeOf(made, variant)
      expect(size).toMatchObject({ width, height })
      expect((await sharp(bytes).metadata()).orientation ?? 1).toBe(1)
      await expectColour(bytes, [3, 3], await colourAt(upright, 3, 3))
      await expectColour(bytes, [width - 3, height - 3], await colourAt(upright, width - 3, height - 3))
    }
    expect(await describePicture(turned)).toMatchObject({ width, height })
  })

  const exif = { IFD0: { Copyright: 'Ada' }, IFD3: { GPSLatitude: '51/1 30/1 0/1', GPSLatitudeRef: 'N' } }

  it.each(['jpeg', 'png', 'webp', 'tiff', 'avif'] as const)(
    'no variant of a %s has its location or camera',
    async (format) => {
      const made = await make(await halves().withExif(exif).toFormat(format).toBuffer())
      for (const { bytes, variant } of made.values()) {
        const { exif, xmp, iptc } = await sharp(bytes).metadata()
        expect({ variant, exif, xmp, iptc }).toEqual({ variant })
        expect(bytes.includes('Ada')).toBe(false)
      }
    },
  )

  it('EXIF is kept in the original alone if the owner asks, without its orientation', async () => {
    const original = await halves()
      .jpeg()
      .withExif(exif)
      .withMetadata({ orientation: 6 })
      .withExifMerge(exif)
      .toBuffer()
    const made = await make(original, { keepsMetadata: true })
    const kept = await sharp(madeOf(made, 'original').bytes).metadata()
    expect(kept.exif?.includes('Ada')).toBe(true)
    expect(kept.orientation ?? 1).toBe(1)
    for (const { variant, bytes } of made.values())
      if (variant !== 'original') expect((await sharp(bytes).metadata()).exif).toBeUndefined()
  })

  it.each(['gif', 'webp'] as const)(
    'variants of an animated %s are animated, with its delays and loops',
    async (format) => {
      const original = await moving(format)
      expect(await describePicture(original)).toMatchObject({
        width: 60,
        height: 40,
        animated: true,
        frames: 3,
      })
      const made = await make(original, { widths: [30] })
      expect([...made.keys()].some((name) => name.endsWith('.avif'))).toBe(false)
      for (const variant of ['w30.webp', 'w60.webp', `w30.${format}`, 'original']) {
        const { bytes, width, height } = madeOf(made, variant)
        expect(await sharp(bytes).metadata()).toMatchObject({ pages: 3, delay: [50, 100, 150], loop: 2 })
        expect(height / width).toBeCloseTo(2 / 3)
        for (const [page, red] of [0, 120, 240].entries())
          await expectColour(await sharp(bytes, { page }).png().toBuffer(), [5, 5], [red, 0, 0])
      }
      expect((await sharp(madeOf(made, 'card.jpg').bytes).metadata()).pages ?? 1).toBe(1)
    },
  )

  it('variants of a CMYK picture have the same visible colours', async () => {
    const made = await make(await halves().toColourspace('cmyk').jpeg({ quality: 100 }).toBuffer())
    for (const variant of ['w60.webp', 'w60.avif', 'original']) {
      const { bytes } = madeOf(made, variant)
      expect((await sharp(bytes).metadata()).space).toBe('srgb')
      const [red = 0, , blue = 0] = await colourAt(bytes, 50, 20)
      expect(red).toBeGreaterThan(blue)
    }
  })

  it('variants of a 16-bit picture have the same colours in 8 bit', async () => {
    const original = await halves().toColourspace('rgb16').png().toBuffer()
    expect((await sharp(original).metadata()).depth).toBe('ushort')
    const made = await make(original)
    await expectColour(madeOf(made, 'w60.webp').bytes, [50, 20], [200, 100, 20])
    await expectColour(madeOf(made, 'original').bytes, [50, 20], [200, 100, 20])
  })

  it('variants of grey and of transparent pictures keep their colours', async () => {
    const grey = await make(await halves().grayscale().png().toBuffer(), { filters: ['sepia'] })
    expect((await colourAt(madeOf(grey, 'w60.webp').bytes, 50, 20))[0]).toBeGreaterThan(0)
    const background = { r: 255, g: 0, b: 0, alpha: 0.5 }
    const clear = await sharp({ create: { width: 60, height: 40, channels: 4, background } })
      .png()
      .toBuffer()
    const made = await make(clear, { filters: ['swap-red-blue'] })
    for (const variant of ['w60.webp', 'w60.png', 'original']) {
      const { bytes } = madeOf(made, variant)
      expect((await sharp(bytes).metadata()).hasAlpha).toBe(true)
      await expectColour(bytes, [5, 5], [0, 0, 255])
    }
  })

  it('the card is cropped around the focal point', async () => {
    const crops = [{ name: 'square', width: 20, height: 20 }]
    const square = async (focus: VariantPlan['focus']) =>
      madeOf(await make(await halves().png().toBuffer(), { crops, focus }), 'square.jpg').bytes
    await expectColour(await square({ x: 0, y: 0.5 }), [10, 10], [0, 0, 255])
    await expectColour(await square({ x: 1, y: 1 }), [10, 10], [200, 100, 20])
    await expectColour(await square(null), [2, 2], [0, 0, 255])
  })
})

describe('the description of a picture', () => {
  it('the description of a picture has its size, dominant colour and a blurhash', async () => {
    const { colour, ...rest } = await describePicture(await sharp(plain).png().toBuffer())
    expect(rest).toEqual({
      width: 60,
      height: 40,
      animated: false,
      frames: 1,
      blurhash: expect.stringMatching(/^.{20,40}$/),
    })
    expect(
      isNear(
        [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16)),
        [200, 100, 20],
      ),
    ).toBe(true)
  })
})

describe('a filter', () => {
  const filtered = async (...filters: VariantPlan['filters']) => {
    const made = await make(await sharp(plain).png().toBuffer(), { filters })
    return { narrow: madeOf(made, 'w60.webp').bytes, whole: madeOf(made, 'original').bytes }
  }

  it.each([
    [['swap-red-blue'], [20, 100, 200]],
    [['grayscale'], [124, 124, 124]],
    [['invert'], [55, 155, 235]],
    [
      ['swap-red-blue', 'invert'],
      [235, 155, 55],
    ],
    [
      ['swap-red-blue', 'swap-red-blue'],
      [200, 100, 20],
    ],
  ] as const)('the filter %j changes every variant and the original', async (names, colour) => {
    const { narrow, whole } = await filtered(...names)
    await expectColour(narrow, [30, 20], [...colour])
    await expectColour(whole, [30, 20], [...colour])
  })

  it('a filter applies to each frame of an animated picture', async () => {
    const made = await make(await moving('gif'), { filters: ['swap-red-blue'] })
    for (const [page, blue] of [0, 120, 240].entries())
      await expectColour(
        await sharp(madeOf(made, 'original').bytes, { page }).png().toBuffer(),
        [5, 5],
        [0, 0, blue],
      )
  })
})

describe('an invalid picture', () => {
  const reason = async (bytes: Buffer): Promise<string> => {
    const error = await make(bytes).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(MediaRefused)
    return (error as Error).message
  }

  it('a truncated picture is refused, wherever it ends', async () => {
    const whole = await sharp({
      create: { ...plain.create, width: 300, noise: { type: 'gaussian', mean: 128, sigma: 60 } },
    })
      .jpeg()
      .toBuffer()
    for (const part of [0.02, 0.3, 0.6, 0.95])
      expect(await reason(whole.subarray(0, Math.floor(whole.length * part)))).toMatch(
        /damaged or truncated|not a picture/,
      )
  })

  it.each(['png', 'webp', 'gif', 'avif', 'tiff'] as const)(
    'a %s truncated in the middle is refused',
    async (format) => {
      const whole = await sharp({
        create: { ...plain.create, width: 300, noise: { type: 'gaussian', mean: 128, sigma: 60 } },
      })
        .toFormat(format)
        .toBuffer()
      expect(await reason(whole.subarray(0, whole.length / 2))).toMatch(/damaged or truncated|not a picture/)
    },
  )

  it('a small file whose header claims too many pixels is refused before any is decoded', async () => {
    const bomb = await sharp(plain).png().toBuffer()
    bomb.writeUInt32BE(12_000, 16)
    bomb.writeUInt32BE(12_000, 20)
    bomb.writeUInt32BE(crc32(bomb.subarray(12, 29)), 29)
    expect(await reason(bomb)).toBe('The picture is larger than 100,000,000 pixels, all frames together.')
  })

  it('a picture whose frames together exceed the pixel budget is refused', async () => {
    const repeated = async (side: number, times: number) => {
      const create = { width: side, height: side, channels: 3, background: 'red' } as const
      const one = await sharp({ create }).gif().toBuffer()
      const head = 13 + 3 * 2 ** (((one[10] ?? 0) & 7) + 1)
      const frames = Array.from({ length: times }, () => one.subarray(head, -1))
      return Buffer.concat([one.subarray(0, head), ...frames, Buffer.from(';')])
    }
    const all = 'The picture is larger than 100,000,000 pixels, all frames together.'
    expect(await reason(await repeated(3_000, 12))).toBe(all)
    expect(await reason(await repeated(4, 1_001))).toBe('The picture has more than 1,000 frames.')
  })

  it('SVG and text named like a picture are refused', async () => {
    const noPicture = 'This is not a picture of a supported format: JPEG, PNG, WebP, GIF, AVIF or TIFF.'
    expect(await reason(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9"/>'))).toMatch(/^SVG/)
    expect(await reason(Buffer.from('%PDF-1.7'))).toBe(noPicture)
    expect(await reason(Buffer.from('GIF89a/*<script>*/'))).toMatch(/damaged|not a picture/)
    expect(await reason(Buffer.alloc(0))).toMatch(/damaged|not a picture/)
  })

  it('making variants stops between two variants when the job is cancelled', async () => {
    const aborting = new AbortController()
    const original = await sharp(plain).png().toBuffer()
    const made: string[] = []
    const making = async () => {
      for await (const { variant } of makeVariants(original, defaultPlan, aborting.signal)) {
        made.push(variant)
        aborting.abort(new Error('cancelled'))
      }
    }
    await expect(making()).rejects.toThrow('cancelled')
    expect(made).toHaveLength(1)
  })
})

describe('a polyglot', () => {
  it('a polyglot loses the parts that other programs would read', async () => {
    const script = 'PK\x03\x04<script>alert(1)</script>'
    for (const format of ['jpeg', 'png', 'gif', 'webp'] as const) {
      const picture = await halves().toFormat(format).toBuffer()
      for (const { bytes } of (await make(Buffer.concat([picture, Buffer.from(script)]))).values())
        expect(bytes.includes('<script>')).toBe(false)
    }
  })
})

it('the facts of a picture have its format and number of frames', async () => {
  expect(await factsOf(await moving('gif'))).toMatchObject({
    format: 'gif',
    frames: 3,
    animated: true,
    delay: [50, 100, 150],
  })
  expect(await factsOf(await sharp(plain).avif().toBuffer())).toMatchObject({
    format: 'avif',
    frames: 1,
    animated: false,
  })
})
