import { crc32 } from 'node:zlib'

/**
 * The short checksum that every read compares before it serves: CRC-32 of the text in UTF-8, begun at the event's position, so
 * that it tells a flipped byte and another event's text alike. SHA-256 there would halve the speed of reading; this costs a tenth.
 */
export const shortChecksum = ({ position, text }: { position: number; text: string }): number =>
  crc32(text, position % 2 ** 32)
