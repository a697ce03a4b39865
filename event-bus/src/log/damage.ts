import { Problem } from '@logbook/chassis/problem.ts'
import Database from 'better-sqlite3'
import { shortChecksum } from './checksum.ts'

/** How soon to ask again for what a person has to mend first. */
const retryAfterSeconds = 60

/**
 * What a reader is told in place of an event that is not what was written. It is `unavailable`, not gone: the reader waits at
 * its place until the log has been restored.
 */
export const damaged = (position: number): Problem =>
  new Problem('unavailable', {
    detail: `The log is damaged at position ${position}. What stands there is not served: verify the log, and restore a backup.`,
    retryAfter: retryAfterSeconds,
    extensions: { damaged: { position } },
  })

/** The same for a stream, of which an event is missing or another's stands in its place. */
export const damagedStream = ({ subject, version }: { subject: string; version: number }): Problem =>
  new Problem('unavailable', {
    detail: `The log is damaged at version ${version} of ${subject}, which is not served: verify the log, and restore a backup.`,
    retryAfter: retryAfterSeconds,
    extensions: { damaged: { subject, version } },
  })

/** True if this is the text that was written at this position. */
export const isIntact = ({
  position,
  text,
  crc,
}: {
  position: number
  text: unknown
  crc: unknown
}): boolean => typeof text === 'string' && shortChecksum({ position, text }) === crc

/** True for a file whose own structure no longer holds, so that SQLite can't say what stands in it. */
export const isCorruption = (error: unknown): boolean =>
  error instanceof Database.SqliteError && /^SQLITE_(CORRUPT|NOTADB)/.test(error.code)
