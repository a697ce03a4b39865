import type { Database } from '@logbook/chassis/files/sqlite.ts'
import type { AppendOutcome, AppendRequest } from '@logbook/chassis/log/log-store.ts'
import { type Placement, placeAppends } from '@logbook/chassis/log/placement.ts'
import { Problem } from '@logbook/chassis/problem.ts'
import type { RecordedEvent } from '@logbook/contracts/envelope.ts'
import { damaged, isIntact } from './damage.ts'
import { served } from './old-names.ts'

interface Recorded {
  id: string
  position: number
  text: string
  crc: number
}

/** Places requests that can be compared with the log, and refuses repetitions of damaged events. */
const placeUndamaged = (
  requests: readonly AppendRequest[],
  recorded: ReadonlyMap<string, Recorded>,
  place: (requests: readonly AppendRequest[]) => Placement,
): Placement => {
  const lost = [...recorded.values()].filter((row) => !isIntact(row))
  if (lost.length === 0) return place(requests)
  const lostBy = (request: AppendRequest) => lost.find(({ id }) => request.some((event) => event.id === id))
  const { outcomes, placed } = place(requests.filter((request) => lostBy(request) === undefined))
  let next = 0
  const answers = requests.map((request): AppendOutcome => {
    const row = lostBy(request)
    const refused = {
      kind: 'refused',
      problem: row ? damaged(row.position) : new Problem('internal'),
    } as const
    return row ? refused : (outcomes[next++] ?? refused)
  })
  return { outcomes: answers, placed }
}

/** The streams whose versions an append needs: all but those that it expects not to exist. */
const existingSubjects = (requests: readonly AppendRequest[]): Set<string> => {
  const seen = new Set<string>()
  const existing = new Set<string>()
  for (const request of requests)
    for (const { subject, expectedversion } of request) {
      if (seen.has(subject)) continue
      seen.add(subject)
      if (expectedversion !== 'none') existing.add(subject)
    }
  return existing
}

/** Decides the outcome of appends after a position, in the caller's transaction. */
export interface SqlitePlacement {
  /** Looks up every id and stream. */
  sure(requests: readonly AppendRequest[], head: number): Placement
  /**
   * Assumes that no id is recorded and that streams expected not to exist do not; twice as fast. Valid if every append is
   * recorded and the unique indexes accept the rows; otherwise void.
   */
  optimistic(requests: readonly AppendRequest[], head: number): Placement
}

export const sqlitePlacement = (db: Database): SqlitePlacement => {
  // Sets are passed as one JSON array: a call per set costs a tenth of a call per member.
  const recordedIn = db.prepare<[string], Recorded>(
    'SELECT id, position, event AS text, crc FROM events WHERE id IN (SELECT value FROM json_each(?))',
  )
  const versionsIn = db.prepare<[string], { subject: string; version: number | null }>(
    `SELECT value AS subject, (SELECT max(version) FROM events WHERE subject = value) AS version
     FROM json_each(?)`,
  )
  const versionOf = (subjects: Set<string>): ((subject: string) => number) => {
    if (subjects.size === 0) return () => 0
    const rows = versionsIn.all(JSON.stringify([...subjects]))
    const versions = new Map(rows.map(({ subject, version }) => [subject, version ?? 0]))
    return (subject) => versions.get(subject) ?? 0
  }
  return {
    sure(requests, head) {
      const events = requests.flat()
      const ids = [...new Set(events.map(({ id }) => id))]
      const recorded = new Map(recordedIn.all(JSON.stringify(ids)).map((row) => [row.id, row] as const))
      const versions = versionOf(new Set(events.map(({ subject }) => subject)))
      return placeUndamaged(requests, recorded, (sound) =>
        placeAppends(sound, {
          head,
          versionOf: versions,
          recorded: (id) => {
            const row = recorded.get(id)
            return row === undefined ? undefined : (JSON.parse(served(row.text)) as RecordedEvent)
          },
        }),
      )
    },
    optimistic: (requests, head) =>
      placeAppends(requests, {
        head,
        versionOf: versionOf(existingSubjects(requests)),
        recorded: () => undefined,
      }),
  }
}
