import { hash } from 'node:crypto'

/** What the first event's checksum continues. */
export const genesis = '0'.repeat(64)

/**
 * The checksum of an event, in hexadecimal digits: SHA-256 over the digits of the checksum before it and the event's text in
 * UTF-8. So each vouches for the whole log up to it, and a byte that flipped anywhere shows at the next check.
 */
export const chained = (previous: string, text: string): string => hash('sha256', previous + text, 'hex')
