import { contentTypeOf, headBytes } from '@logbook/media/types/content-type.ts'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1')
const box = (brands: string): string =>
  `\0\0\0${String.fromCharCode(12 + brands.length)}ftyp${brands.slice(0, 4)}\0\0\0\0${brands.slice(4)}`

describe('the type of a file', () => {
  it.each(['jpeg', 'png', 'webp', 'avif', 'tiff', 'gif'] as const)(
    'the content type of a %s is that of a picture',
    async (format) => {
      const red = sharp({ create: { width: 20, height: 20, channels: 3, background: 'red' } })
      const found = await contentTypeOf(await red.toFormat(format).toBuffer())
      expect(found).toMatchObject({ type: `image/${format}`, kind: 'picture', inline: true })
    },
  )

  it.each([
    ['%PDF-1.7\n', 'application/pdf', 'document'],
    [`ID3\x03\0\0\0\0\0\0${'\0'.repeat(50)}`, 'audio/mpeg', 'audio'],
    [`ID3\x03\0\0\0\x7f\x7f\x7f${'\xff'.repeat(headBytes)}`, 'audio/mpeg', 'audio'],
    ['\xff\xfb\x90\x64', 'audio/mpeg', 'audio'],
    [`OggS\0\x02${'\0'.repeat(20)}\x01\x13OpusHead`, 'audio/ogg', 'audio'],
    ['RIFF\x24\0\0\0WAVEfmt ', 'audio/wav', 'audio'],
    ['fLaC\0\0\0\x22', 'audio/flac', 'audio'],
    [box('isomisomiso2'), 'video/mp4', 'video'],
    [box('M4A M4A isom'), 'audio/mp4', 'audio'],
    [box('qt  qt  qt  '), 'video/quicktime', 'video'],
    [box('mif1mif1avifmiaf'), 'image/avif', 'picture'],
    [
      '\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\xf7\x81\x01\x42\xf2\x81\x04\x42\xf3\x81\x08\x42\x82\x84webm',
      'video/webm',
      'video',
    ],
  ])('the content type of a file that begins with %j is %s', async (beginning, type, kind) => {
    expect(await contentTypeOf(latin1(beginning))).toMatchObject({ type, kind, inline: true })
  })

  it.each([
    ['', 'bin'],
    ['just a text', 'bin'],
    ['<!doctype html><script>alert(1)</script>', 'bin'],
    ['<html><svg onload="alert(1)"></svg></html>', 'bin'],
    ['<?xml version="1.0"?><feed/>', 'xml'],
    ['#!/bin/sh', 'bin'],
    ['MZ', 'exe'],
    ['PK\x03\x04\x14\0\0\0', 'zip'],
    ['\x1f\x8b\x08\0\0\0\0\0', 'gz'],
    ['\0\0\0\0ftyp', 'bin'],
    ['ftyp', 'bin'],
  ])(
    'the content type of a file that begins with %j is unknown, and the file is for download only, as .%s',
    async (beginning, extension) => {
      const saved = { type: 'application/octet-stream', kind: 'other', inline: false, extension }
      expect(await contentTypeOf(latin1(beginning))).toEqual(saved)
    },
  )

  it.each([
    Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'),
    Buffer.from(
      '\ufeff\n <?xml version="1.0"?>\n<!-- a --><!DOCTYPE svg [<!ENTITY a "b">]>\n<svg width="1">',
    ),
    Buffer.from('<s:svg xmlns:s="http://www.w3.org/2000/svg"/>'),
    Buffer.from('\ufeff<svg/>', 'utf16le'),
    Buffer.from('\ufeff<svg/>', 'utf16le').swap16(),
    Buffer.from('<SVG\n>'),
  ])('SVG pictures are refused, with advice what to upload instead', async (bytes) => {
    await expect(contentTypeOf(bytes)).rejects.toThrow(
      'SVG pictures are not supported, since they may contain scripts.',
    )
  })

  it.each(['heicheicmif1', 'mif1mif1heic', 'heixmif1heix', 'msf1msf1hevc'])(
    'HEIC pictures (%s) are refused',
    async (brands) => {
      await expect(contentTypeOf(latin1(box(brands)))).rejects.toThrow('HEIC pictures are not supported')
    },
  )

  it('the content type of a text hostile to regular expressions is found without delay', async () => {
    for (const piece of ['<!--', '<!', '<a', '<?', '<![', ' <', '<svg'.slice(0, 3)])
      await contentTypeOf(Buffer.from(piece.repeat(headBytes / 2)))
  })
})
