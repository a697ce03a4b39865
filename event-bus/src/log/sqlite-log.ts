import { isCorruption } from '@logbook/chassis/files/damage.ts'
import { inWords } from '@logbook/chassis/files/file-rights.ts'
import { type Database, isStorageFault } from '@logbook/chassis/files/sqlite.ts'
import type { AppendOutcome, AppendRequest, LogStore } from '@logbook/chassis/log/log-store.ts'
import { refusedByDisk } from '@logbook/chassis/log/problems.ts'
import { recordedText } from '@logbook/chassis/log/recorded-text.ts'
import { isProblem, Problem } from '@logbook/chassis/problem.ts'
import Sqlite from 'better-sqlite3'
import { limits } from '../limits.ts'
import { watchFile } from './file-watch.ts'
import { ensureIdentity } from './identity.ts'
import { closeOverwritten, differenceOf } from './same-file.ts'
import { sqlitePlacement } from './sqlite-placement.ts'
import { sqliteReads } from './sqlite-reads.ts'
import { createEndReader, createRowWriter, type End } from './sqlite-rows.ts'
import { createTail, type TailBounds } from './tail.ts'

/** True where something assumed new is in the log already. */
const isTaken = (error: unknown): boolean =>
  error instanceof Sqlite.SqliteError && error.code === 'SQLITE_CONSTRAINT_UNIQUE'

const notWritten = (cause: unknown): Problem =>
  new Problem('unavailable', {
    detail: 'The log could not be written. Nothing was recorded.',
    retryAfter: 1,
    extensions: refusedByDisk,
    cause,
  })

/**
 * The log in a file opened by `openLogFile`, which it closes. The caller guarantees that no other process writes the file.
 * Each `append` call is one transaction and one fsync.
 */
export const sqliteLog = (
  db: Database,
  tailBounds: TailBounds = { eventsMax: limits.tailEventsMax, bytesMax: limits.tailBytesMax },
): LogStore => {
  const placement = sqlitePlacement(db)
  const readEnd = createEndReader(db)
  const write = createRowWriter(db)
  // Undefined after a failed commit: the end is then read again from the file.
  let end: End | undefined = readEnd()
  let head = end.position
  const tail = createTail(head, tailBounds)

  // IMMEDIATE: a deferred transaction that reads before it writes fails with SQLITE_BUSY after a write in between.
  const commit = db.transaction((requests: readonly AppendRequest[], before: End, isOptimistic: boolean) => {
    const optimistic = isOptimistic ? placement.optimistic(requests, before.position) : undefined
    const { outcomes, placed } = optimistic?.outcomes.every(({ kind }) => kind === 'recorded')
      ? optimistic
      : placement.sure(requests, before.position)
    if (placed.length === 0) return { outcomes, end: before, rows: [] }
    const rows = placed.map(({ event, position, version }) => ({
      position,
      id: event.id,
      subject: event.subject,
      version,
      type: event.type,
      text: recordedText(event, { position, version }),
    }))
    return { outcomes, end: write(rows, before), rows }
  }).immediate

  const commitOnce = (requests: readonly AppendRequest[], before: End) => {
    try {
      return commit(requests, before, true)
    } catch (error) {
      if (!isTaken(error)) throw error
      return commit(requests, before, false)
    }
  }

  const identity = ensureIdentity(db)
  const files = watchFile(db.name, () => differenceOf(db.name, { identity, end }))
  const assertThere = (fault: string | undefined): void => {
    if (fault !== undefined) throw new Problem('unavailable', { detail: fault, retryAfter: 5 })
  }

  const append = (requests: readonly AppendRequest[]): AppendOutcome[] => {
    try {
      assertThere(files.fault())
      end ??= readEnd()
      const committed = commitOnce(requests, end)
      // A write to a removed file is not recorded.
      assertThere(files.faultAfterWriting())
      end = committed.end
      head = end.position
      tail.add(
        committed.rows.map(({ position, type, text }) => ({
          position,
          type,
          text,
          bytes: Buffer.byteLength(text),
        })),
      )
      return committed.outcomes
    } catch (error) {
      end = undefined
      files.faultAfterWriting()
      if (isProblem(error)) throw error
      if (!isStorageFault(error) && !isCorruption(error)) throw error
      throw notWritten(inWords(db.name, error))
    }
  }

  return {
    append: async (requests) => append(requests),
    ...sqliteReads(db, { head: () => head, headChecksum: () => end?.checksum, tail }),
    head: () => head,
    identity,
    fault: () => files.fault() ?? null,
    close: async () => (files.isOverwritten() ? closeOverwritten(db) : void db.close()),
  }
}
