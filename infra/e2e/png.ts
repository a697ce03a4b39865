import { crc32, deflateSync } from 'node:zlib'

const chunk = (type: string, data: Uint8Array): Buffer => {
  const whole = Buffer.concat([Buffer.alloc(4), Buffer.from(type), data, Buffer.alloc(4)])
  whole.writeUInt32BE(data.length)
  whole.writeUInt32BE(crc32(whole.subarray(4, -4)), whole.length - 4)
  return whole
}

interface Grey {
  /** From black to white. */
  shade?: number
  /** What a camera or an editor wrote into it. */
  comment?: string
}

/** A PNG of one shade of grey. */
export const greyPicture = (
  width: number,
  height: number,
  { shade = 0, comment = '' }: Grey = {},
): Buffer => {
  const header = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 0])
  header.writeUInt32BE(width)
  header.writeUInt32BE(height, 4)
  const pixels = Buffer.alloc((width + 1) * height, shade)
  // Each row begins with how it is filtered: not at all.
  for (let row = 0; row < height; row++) pixels[row * (width + 1)] = 0
  const said = comment === '' ? [] : [chunk('tEXt', Buffer.from(`Comment\0${comment}`, 'latin1'))]
  const chunks = [
    chunk('IHDR', header),
    ...said,
    chunk('IDAT', deflateSync(pixels)),
    chunk('IEND', Buffer.alloc(0)),
  ]
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), ...chunks])
}
