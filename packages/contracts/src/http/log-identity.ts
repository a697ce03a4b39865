import { z } from 'zod'

/**
 * Which log a position is of. The id is random and stays with the log; the epoch rises by one at each restore. Where either is
 * another, positions of the two mean different events.
 */
export const logIdentity = z.object({ id: z.string(), epoch: z.number().int().min(1) })
export type LogIdentity = z.infer<typeof logIdentity>

/**
 * A checkpoint: how far a log was read, with the checksum of the event at that position, which continues those of all events
 * before it. SHA-256 in hexadecimal digits; zeros at position 0.
 */
export const logMark = logIdentity.extend({ position: z.number().int().min(0), checksum: z.string() })
export type LogMark = z.infer<typeof logMark>
