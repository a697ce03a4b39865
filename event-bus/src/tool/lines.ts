import { BadLine } from './failures.ts'
import { limits } from './limits.ts'

export interface Line {
  text: string
  number: number
  /** Bytes read when this line ends. */
  bytes: number
}

const newline = 0x0a

/** Splits bytes into lines of UTF-8, with at most one line and one chunk in memory. Throws `BadLine` for a line that is too long or not UTF-8. */
export async function* linesOf(pieces: AsyncIterable<Buffer>): AsyncGenerator<Line> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  let rest: Buffer = Buffer.alloc(0)
  let number = 0
  let bytes = 0
  const lineFrom = (raw: Buffer): Line => {
    number += 1
    if (raw.length > limits.lineBytesMax)
      throw new BadLine(number, `it is longer than ${limits.lineBytesMax} bytes`)
    try {
      return { text: decoder.decode(raw), number, bytes }
    } catch {
      throw new BadLine(number, 'it is not UTF-8')
    }
  }
  for await (const piece of pieces) {
    const held = rest.length === 0 ? piece : Buffer.concat([rest, piece])
    let from = 0
    for (let end = held.indexOf(newline); end !== -1; end = held.indexOf(newline, from)) {
      bytes += end + 1 - from
      yield lineFrom(held.subarray(from, end))
      from = end + 1
    }
    rest = held.subarray(from)
    if (rest.length > limits.lineBytesMax) lineFrom(rest)
  }
  if (rest.length > 0) {
    bytes += rest.length
    yield lineFrom(rest)
  }
}
