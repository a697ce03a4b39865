import { createReadStream } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { UnreadableBlog } from '../entry.ts'

const prologBytesMax = 400

/** The encoding's name by the byte order mark or the XML prolog; UTF-8 where neither says. Throws for one that is not known. */
const encodingOf = (start: Uint8Array): string => {
  if (start[0] === 0xff && start[1] === 0xfe) return 'utf-16le'
  if (start[0] === 0xfe && start[1] === 0xff) return 'utf-16be'
  if (start[0] === 0xef && start[1] === 0xbb && start[2] === 0xbf) return 'utf-8'
  const prolog = new TextDecoder('latin1').decode(start)
  const name = /^\s*<\?xml[^>]*?encoding\s*=\s*["']([^"']+)["']/i.exec(prolog)?.[1] ?? 'utf-8'
  try {
    return new TextDecoder(name).encoding
  } catch {
    throw new UnreadableBlog(`its XML prolog names the encoding "${name}", which is not known`)
  }
}

export interface TextPart {
  text: string
  bytesDone: number
  bytesTotal: number
}

/**
 * A file's text in parts, decoded as it declares itself; bytes that its encoding does not have become U+FFFD.
 * Memory: one part of 64 KiB.
 */
export async function* readText(file: string): AsyncGenerator<TextPart> {
  const { size } = await stat(file)
  const handle = await open(file)
  const start = Buffer.alloc(prologBytesMax)
  const { bytesRead } = await handle.read(start, 0, prologBytesMax, 0)
  await handle.close()
  const decoder = new TextDecoder(encodingOf(start.subarray(0, bytesRead)))
  let bytesDone = 0
  for await (const bytes of createReadStream(file)) {
    bytesDone += bytes.length
    yield { text: decoder.decode(bytes, { stream: true }), bytesDone, bytesTotal: size }
  }
  yield { text: decoder.decode(), bytesDone, bytesTotal: size }
}
