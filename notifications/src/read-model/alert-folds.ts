import type { Database } from '@logbook/chassis/files/sqlite.ts'
import { type Burst, burstOf } from '../domain/burst.ts'
import type { Fold } from './fold.ts'

/** Files, as far as their jobs can fail, and their names. */
export const mediaFolds = (db: Database) => {
  const add = db.prepare<[string, string | null, string, number]>(
    'INSERT INTO medium (id, owner_id, name, imported) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
  )
  const name = db.prepare<[string, string]>('UPDATE medium SET name = ? WHERE id = ?')
  const park = db.prepare<[string | null, string]>('UPDATE medium SET parked_for = ? WHERE id = ?')
  const join = db.prepare<[string, string]>('UPDATE medium SET burst = ? WHERE id = ?')
  const burst = db.prepare<[string], Burst & { owner: string; imported: number }>(
    `SELECT medium.imported AS imported, coalesce(medium.owner_id, '') AS owner, burst.id AS id, since, until FROM medium
     LEFT JOIN burst ON burst.owner_id = coalesce(medium.owner_id, '') AND burst.imported = medium.imported WHERE medium.id = ?`,
  )
  const put = db.prepare<[string, number, string, string, string]>(
    `INSERT INTO burst (owner_id, imported, id, since, until) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET id = excluded.id, since = excluded.since, until = excluded.until`,
  )
  const remove = db.prepare<[string]>('DELETE FROM medium WHERE id = ?')
  const unparked: Fold<'MediaRetried' | 'MediaFinished' | 'MediaCancelled'> = ({ data }) =>
    void park.run(null, data.id)
  const requested: Fold<'MediaRequested'> = ({ data: { id, ownerId, name: given, erased, imported } }) => {
    if (!erased) add.run(id, ownerId, given, Number(imported ?? false))
  }
  const described: Fold<'MediaDescribed'> = ({ data }) => void name.run(data.name, data.id)
  const parked: Fold<'MediaParked'> = ({ id: eventId, time, data: { id, reason } }) => {
    park.run(reason, id)
    const row = burst.get(id)
    if (row === undefined) return
    const its = burstOf(row.id === null ? undefined : row, { id: eventId, time })
    join.run(its.id, id)
    put.run(row.owner, row.imported, its.id, its.since, its.until)
  }
  const removed: Fold<'MediaRemoved'> = ({ data }) => void remove.run(data.id)
  return { requested, described, parked, unparked, removed }
}

/** The last backup and the last reminder of it. */
export const backupFolds = (db: Database) => {
  const begin = db.prepare<[string]>('INSERT INTO backup (one, since) VALUES (1, ?) ON CONFLICT DO NOTHING')
  const take = db.prepare<[string]>(
    `INSERT INTO backup (one, taken_at) VALUES (1, ?)
     ON CONFLICT DO UPDATE SET taken_at = max(ifnull(taken_at, ''), excluded.taken_at)`,
  )
  const remind = db.prepare<[string, string | null]>(
    `INSERT INTO backup (one, overdue_day, overdue_at) VALUES (1, ?, ?)
     ON CONFLICT DO UPDATE SET overdue_day = excluded.overdue_day, overdue_at = excluded.overdue_at`,
  )
  const taken: Fold<'BackupTaken'> = ({ data }) => void take.run(data.takenAt)
  const overdue: Fold<'BackupOverdue'> = ({ data: { day, lastAt } }) => void remind.run(day, lastAt)
  return { begin: (at: string) => void begin.run(at), taken, overdue }
}
