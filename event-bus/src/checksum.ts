import { hash } from 'node:crypto'
import { crc32 } from 'node:zlib'

/** What the first event's checksum continues. */
export const genesis = '0'.repeat(64)

/**
 * The checksum of an event, in hexadecimal digits: SHA-256 over the digits of the checksum before it and the event's text in
 * UTF-8. So each vouches for the whole log up to it, and a byte that flipped anywhere shows at the next check.
 */
export const chained = (previous: string, text: string): string => hash('sha256', previous + text, 'hex')

/**
 * The short checksum that every read compares before it serves: CRC-32 of the text in UTF-8, begun at the event's position, so
 * that it tells a flipped byte and another event's text alike. SHA-256 there would halve the speed of reading; this costs a tenth.
 */
export const shortChecksum = ({ position, text }: { position: number; text: string }): number =>
  crc32(text, position % 2 ** 32)
