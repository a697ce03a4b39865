import { hash } from 'node:crypto'
import { promisify } from 'node:util'
import { constants, crc32, deflateRaw } from 'node:zlib'
import type { Reader } from '../callers/exchange.ts'

/** The reader that a page is filled in for. */
export interface PageReader extends Reader {
  /** How many notices are unread, as it is shown. */
  unread: string
}
type Slot = keyof PageReader

/** A part of a page that all readers get alike, and what follows on it. */
interface Part {
  /** A piece of the page's own memory. */
  plain: Buffer
  /** The same, deflated up to the end of a byte, so that other blocks may follow (RFC 1951, 3.2.3). */
  deflated: Buffer
  slot: Slot | undefined
}

/** A page with places for its reader's id and name, and for the number of unread notices. */
export interface Template {
  parts: readonly Part[]
  /** Its entity tag, without the quotes. */
  digest: string
}

const slotNames = ['id', 'name', 'unread'] as const satisfies Slot[]

const ofEachSlot = <Value>(make: (slot: Slot) => Value): Record<Slot, Value> => ({
  id: make('id'),
  name: make('name'),
  unread: make('unread'),
})

/** What the client puts where a reader's id, name and count belong. `token` is not to be guessed by those who write texts. */
export const placeholders = (token: string): PageReader => ofEachSlot((slot) => `reader-${slot}-${token}`)

/** Splits a page at its places. Compresses the parts on other threads. */
export const templateOf = async (
  page: Buffer,
  { token, digest }: { token: string; digest: string },
): Promise<Template> => {
  const parts: Part[] = []
  const add = async (plain: Buffer, slot: Part['slot']) =>
    parts.push({
      ...{ plain, slot },
      deflated: await promisify(deflateRaw)(plain, { finishFlush: constants.Z_FULL_FLUSH }),
    })
  // One character a byte, so that places in the text are places in the page.
  const places = page.toString('latin1').matchAll(new RegExp(`reader-(${slotNames.join('|')})-${token}`, 'g'))
  let from = 0
  for (const { index, 0: whole, 1: slot } of places) {
    await add(page.subarray(from, index), slot as Slot)
    from = index + whole.length
  }
  await add(page.subarray(from), undefined)
  return { parts, digest }
}

const escapes: Readonly<Record<string, string>> = {
  ...{ '&': '&amp;', '<': '&lt;', '>': '&gt;' },
  ...{ '"': '&quot;', "'": '&#x27;' },
}
/** As React writes text and attributes. */
const escaped = (text: string): Buffer => Buffer.from(text.replace(/[&<>"']/g, (each) => escapes[each] ?? ''))

/** Of a gzip file (RFC 1952): deflate, nothing more said, no time, any system. */
const gzipHead = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff])
/** An empty last block. */
const lastBlock = Buffer.from([0x03, 0x00])

/** A block that is stored as it is (RFC 1951, 3.2.4). Names are far shorter than its 65,535 bytes. */
const stored = (bytes: Buffer): Buffer<ArrayBuffer> => {
  const head = Buffer.alloc(5)
  head.writeUInt16LE(bytes.length, 1)
  head.writeUInt16LE(~bytes.length & 0xffff, 3)
  return Buffer.concat([head, bytes])
}

export interface FilledPage {
  body: Buffer
  coding: 'gzip' | undefined
  etag: string
}

/** The page for one reader. */
export const fill = (
  { parts, digest }: Template,
  { reader, coding }: { reader: PageReader; coding: 'gzip' | undefined },
): FilledPage => {
  const values = ofEachSlot((slot) => escaped(reader[slot]))
  const { id, name, unread } = reader
  const mark = hash('sha256', `${id} ${unread} ${name}`, 'base64url').slice(0, 10)
  const etag = `"${digest}-${mark}${coding === undefined ? '' : '-gzip'}"`
  if (coding === undefined) {
    const plain = parts.flatMap((part) => (part.slot ? [part.plain, values[part.slot]] : [part.plain]))
    return { body: Buffer.concat(plain), coding, etag }
  }
  const blocks = ofEachSlot((slot) => stored(values[slot]))
  const chunks: Buffer[] = [gzipHead]
  let [sum, bytes] = [0, 0]
  for (const { plain, deflated, slot } of parts) {
    chunks.push(deflated)
    sum = crc32(plain, sum)
    bytes += plain.length
    if (slot === undefined) continue
    chunks.push(blocks[slot])
    sum = crc32(values[slot], sum)
    bytes += values[slot].length
  }
  const tail = Buffer.alloc(8)
  tail.writeUInt32LE(sum, 0)
  tail.writeUInt32LE(bytes >>> 0, 4)
  return { body: Buffer.concat([...chunks, lastBlock, tail]), coding, etag }
}
