import type { Database } from '@logbook/chassis/files/sqlite.ts'
import type { EventData } from '@logbook/contracts/events/catalog.ts'
import type { MediumAnswer } from '@logbook/contracts/http/media.ts'
import type { MediaKind, MediaState } from '@logbook/contracts/media-kinds.ts'
import { limits } from '../limits.ts'
import { type MediumRow, statesOf } from './rows.ts'
import { usesOf } from './uses.ts'

type Made = Pick<EventData<'MediaFinished'>, 'type' | 'picture' | 'notes' | 'finishedAt' | 'variants'>

export interface Medium {
  id: string
  owner: string | null
  position: number
  status: MediumRow['status']
  lease: number
  attempts: number
  worker: string | null
  retryAtMs: number
  reason: string | null
  fault: MediumRow['fault']
  name: string
  alt: string
  focus: MediumAnswer['focus']
  request: EventData<'MediaRequested'>
  progress: Pick<EventData<'MediaProgressed'>, 'step' | 'bytes' | 'total'> | null
  made: Made | null
  task: MediumRow['task']
  version: number
}

interface PageQuestion {
  before: number
  limit: number
  state?: MediaState | undefined
  kind?: MediaKind | undefined
  owner?: string | undefined
  /** Part of the name or the alternative text. */
  words?: string | undefined
  isUnused?: boolean | undefined
  isImported?: boolean | undefined
  /** With what people sent as their portrait, which is in no library. */
  withPortraits?: boolean | undefined
}

const parsed = <Value>(text: string | null): Value | null => (text === null ? null : JSON.parse(text))

const mediumOf = (row: MediumRow): Medium => {
  const { retry_at: retryAtMs, focus, request, progress, made, host: _, ...rest } = row
  return {
    ...rest,
    retryAtMs,
    focus: parsed(focus),
    request: JSON.parse(request),
    progress: parsed(progress),
    made: parsed(made),
  }
}

/** The kind of a row's file, in SQL. */
const kindOf = `CASE
  WHEN made ->> '$.picture' IS NOT NULL THEN 'picture'
  WHEN made ->> '$.type' LIKE 'video/%' THEN 'video'
  WHEN made ->> '$.type' LIKE 'audio/%' THEN 'audio'
  ELSE 'other' END`

export type View = ReturnType<typeof viewOf>

/** Parked by a fault of this service. Where no event says whose fault it was, it is taken for one after the last attempt. */
const isOurs = "status = 'parked' AND (fault = 'service' OR fault IS NULL AND attempts >= ?)"

/** Jobs by their status, and those that were given up. */
const jobsOf = (db: Database) => {
  const exhaustedJobs = db.prepare<[number, number], MediumRow>(
    `SELECT * FROM medium WHERE ${isOurs} ORDER BY position LIMIT ?`,
  )
  const exhausted = db.prepare<[number], number>(`SELECT count(*) FROM medium WHERE ${isOurs}`).pluck()
  const outside = db
    .prepare<[], number>(
      "SELECT count(*) FROM medium WHERE status = 'parked' AND fault IN ('host', 'outside')",
    )
    .pluck()
  const counts = db.prepare<[], { status: MediumRow['status']; count: number }>(
    'SELECT status, count(*) AS count FROM medium GROUP BY status',
  )
  return {
    /** How many jobs were parked by a fault of this service. */
    exhaustedCount: (): number => exhausted.get(limits.attemptsMax) ?? 0,
    /** How many were parked for a reason outside. */
    outsideCount: (): number => outside.get() ?? 0,
    /** Those parked by a fault of this service, the oldest first. */
    exhausted: (limit: number): Medium[] => exhaustedJobs.all(limits.attemptsMax, limit).map(mediumOf),
    counts: (): Record<string, number> =>
      Object.fromEntries(counts.all().map(({ status, count }) => [status, count])),
  }
}

/** The queries of media over its database, as of the last event applied. */
export const viewOf = (db: Database) => {
  const one = db.prepare<[string], MediumRow>('SELECT * FROM medium WHERE id = ?')
  const pages = db.prepare<
    [
      {
        before: number
        limit: number
        states: string
        kind: MediaKind | null
        owner: string | null
        words: string | null
        unused: number
        portraits: number
        imported: number
      },
    ],
    MediumRow
  >(
    `SELECT * FROM medium WHERE position < @before
       AND (@portraits = 1 OR request ->> '$.use' IS NOT 'portrait')
       AND (@states = '' OR instr(@states, ' ' || iif(made IS NULL, status, 'finished') || ' ') > 0)
       AND (@kind IS NULL OR @kind = ${kindOf} AND made IS NOT NULL)
       AND (@owner IS NULL OR owner = @owner)
       AND (@words IS NULL OR instr(lower(name || ' ' || alt), @words) > 0)
       AND (@imported = 0 OR request ->> '$.imported' = 1)
       AND (@unused = 0 OR NOT EXISTS (SELECT 1 FROM use WHERE medium_id = medium.id)
         AND NOT EXISTS (SELECT 1 FROM portrait WHERE medium_id = medium.id AND person_id = medium.owner))
     ORDER BY position DESC LIMIT @limit`,
  )
  const sentPortrait = db.prepare<[string], MediumRow>(
    `SELECT * FROM medium WHERE request ->> '$.use' = 'portrait' AND owner = ? ORDER BY position DESC LIMIT 1`,
  )
  const bytesOf = db
    .prepare<[string], number>(
      'SELECT coalesce(sum(bytes), 0) FROM object WHERE medium_id IN (SELECT id FROM medium WHERE owner = ?)',
    )
    .pluck()
  const openOf = db
    .prepare<[string], number>(
      "SELECT count(*) FROM medium WHERE owner = ? AND status IN ('waiting', 'claimed')",
    )
    .pluck()
  const named = db
    .prepare<[string | null, string, string], number>(
      'SELECT 1 FROM medium WHERE owner IS ? AND name = ? AND id <> ?',
    )
    .pluck()
  return {
    one(id: string): Medium | undefined {
      const row = one.get(id)
      return row && mediumOf(row)
    },
    /** Newest first. */
    page({ before, limit, state, kind, owner, words, ...flags }: PageQuestion): Medium[] {
      const { isUnused = false, isImported = false, withPortraits = false } = flags
      const states = state === undefined ? '' : ` ${statesOf(state).join(' ')} `
      const asked = { before, limit, states, owner: owner ?? null, words: words?.toLowerCase() ?? null }
      const rest = {
        ...{ kind: kind ?? null, unused: Number(isUnused), portraits: Number(withPortraits) },
        imported: Number(isImported),
      }
      return pages.all({ ...asked, ...rest }).map(mediumOf)
    },
    /** What a person sent last as their portrait, shown or not. */
    sentPortrait(owner: string): Medium | undefined {
      const row = sentPortrait.get(owner)
      return row && mediumOf(row)
    },
    ...usesOf(db),
    /** Bytes in storage that a person's media need. */
    bytesOf: (owner: string): number => bytesOf.get(owner) ?? 0,
    /** A person's jobs that wait or are under way. */
    openOf: (owner: string): number => openOf.get(owner) ?? 0,
    /** True where another medium of this owner has that name. */
    isNamed: (owner: string | null, name: string, exceptId = ''): boolean =>
      named.get(owner, name, exceptId) !== undefined,
    ...jobsOf(db),
  }
}
