import { Problem } from '@logbook/chassis/problem.ts'
import { shortChecksum } from './checksum.ts'

/** The Retry-After of a fault that a person has to repair. */
const retryAfterSeconds = 60

/**
 * The problem in place of a damaged event. It is `unavailable`, not gone: the reader waits at its position until the log is
 * restored.
 */
export const damaged = (position: number): Problem =>
  new Problem('unavailable', {
    detail: `The log is damaged at position ${position}. That event is not served: verify the log, and restore a backup.`,
    retryAfter: retryAfterSeconds,
    extensions: { damaged: { position } },
  })

/** The same for a stream with a missing or wrong event. */
export const damagedStream = ({ subject, version }: { subject: string; version: number }): Problem =>
  new Problem('unavailable', {
    detail: `The log is damaged at version ${version} of ${subject}, which is not served: verify the log, and restore a backup.`,
    retryAfter: retryAfterSeconds,
    extensions: { damaged: { subject, version } },
  })

/** True if this text was written at this position. */
export const isIntact = ({
  position,
  text,
  crc,
}: {
  position: number
  text: unknown
  crc: unknown
}): boolean => typeof text === 'string' && shortChecksum({ position, text }) === crc
