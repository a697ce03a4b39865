import { crc32, deflateSync } from 'node:zlib'
import { describePicture, makeVariants } from '@logbook/media/make/picture.ts'
import { defaultPlan } from '@logbook/media/make/plan.ts'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'

const size = { width: 60, height: 40 }
const plain = sharp({ create: { ...size, channels: 3, background: '#0a0' } })
const [png, jpeg, tiff] = [
  await plain.clone().png().toBuffer(),
  await plain.clone().jpeg().toBuffer(),
  await plain.clone().tiff().toBuffer(),
]

const pngWith = (type: string, data: Buffer): Buffer => {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(data.length)
  sum.writeUInt32BE(crc32(named))
  // Behind the signature and the header.
  return Buffer.concat([png.subarray(0, 33), length, named, sum, png.subarray(33)])
}

/** 200 million zeros in 200 kB. */
const bomb = deflateSync(Buffer.alloc(200_000_000), { level: 9 })

/** Exif segments of the largest size, each of which claims 65,535 entries. */
const jpegWithExif = (segments: number): Buffer => {
  const segment = Buffer.alloc(65_537)
  segment.writeUInt16BE(0xffe1, 0)
  segment.writeUInt16BE(65_535, 2)
  segment.write('Exif\0\0II*\0\x08\0\0\0', 4, 'latin1')
  segment.writeUInt16LE(0xffff, 18)
  return Buffer.concat([jpeg.subarray(0, 2), ...Array<Buffer>(segments).fill(segment), jpeg.subarray(2)])
}

/** A picture whose next directory is its first. */
const tiffInCircles = (): Buffer => {
  const bytes = Buffer.from(tiff)
  const isLittle = bytes.toString('latin1', 0, 2) === 'II'
  const first = isLittle ? bytes.readUInt32LE(4) : bytes.readUInt32BE(4)
  const next = first + 2 + 12 * (isLittle ? bytes.readUInt16LE(first) : bytes.readUInt16BE(first))
  if (isLittle) bytes.writeUInt32LE(first, next)
  else bytes.writeUInt32BE(first, next)
  return bytes
}

const text = (start: string): Buffer => Buffer.concat([Buffer.from(start, 'latin1'), bomb])

describe('the metadata of a picture', () => {
  it.each([
    ['compressed text in a PNG', () => pngWith('zTXt', text('c\0\0'))],
    ['compressed XMP in a PNG', () => pngWith('iTXt', text('XML:com.adobe.xmp\0\x01\0\0\0'))],
    ['a compressed profile in a PNG', () => pngWith('iCCP', text('icc\0\0'))],
    ['a hundred Exif segments in a JPEG', () => jpegWithExif(100)],
    ['directories in a circle in a TIFF', tiffInCircles],
  ])('metadata that unpack to more than memory holds neither harm nor stay: %s', async (_, picture) => {
    for (const keepsMetadata of [false, true]) {
      const bytes = picture()
      expect(await describePicture(bytes)).toMatchObject(size)
      let largest = 0
      const plan = { ...defaultPlan, formats: [], keepsMetadata }
      for await (const made of makeVariants(bytes, plan, new AbortController().signal))
        largest = Math.max(largest, made.bytes.length)
      expect(largest).toBeLessThan(100_000)
    }
  })
})
