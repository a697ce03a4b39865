import { crc32 } from 'node:zlib'

/**
 * The short checksum that every read compares: CRC-32 of the text in UTF-8, seeded with the event's position, so that it detects
 * both a flipped byte and another event's text. SHA-256 would halve the speed of reading; this costs a tenth.
 */
export const shortChecksum = ({ position, text }: { position: number; text: string }): number =>
  crc32(text, position % 2 ** 32)
