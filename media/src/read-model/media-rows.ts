import type { Database } from '@logbook/chassis/files/sqlite.ts'
import type { LogbookEvent } from '@logbook/contracts/events/catalog.ts'
import { hostOf } from '../domain/link-host.ts'
import { paceOf } from './pace.ts'

interface Row {
  owner: string | null
  status: string
  lease: number
  worker: string | null
}

const statements = (db: Database) => ({
  insert: db.prepare(
    `INSERT OR IGNORE INTO medium (id, owner, position, status, name, alt, request, host, version)
     VALUES (@id, @owner, @position, 'waiting', @name, @alt, @request, @host, @version)`,
  ),
  row: db.prepare<[string], Row>('SELECT owner, status, lease, worker FROM medium WHERE id = ?'),
  claim: db.prepare(
    `UPDATE medium SET status = 'claimed', lease = @lease, attempts = @attempt, worker = @worker, retry_at = 0, reason = NULL,
       fault = NULL, progress = NULL WHERE id = @id`,
  ),
  progress: db.prepare('UPDATE medium SET progress = @progress WHERE id = @id'),
  finish: db.prepare(
    `UPDATE medium SET status = 'finished', made = @made, task = 'all', worker = NULL, progress = NULL, reason = NULL, fault = NULL WHERE id = @id`,
  ),
  wait: db.prepare(
    `UPDATE medium SET status = 'waiting', retry_at = @retryAt, reason = @reason, fault = @fault, attempts = max(0, attempts - @uncounted),
       worker = NULL, progress = NULL WHERE id = @id`,
  ),
  retry: db.prepare(
    "UPDATE medium SET status = 'waiting', retry_at = 0, attempts = 0, reason = NULL, fault = NULL WHERE id = @id",
  ),
  crop: db.prepare(
    `UPDATE medium SET status = 'waiting', task = 'crop', retry_at = 0, attempts = 0, reason = NULL, fault = NULL, worker = NULL, progress = NULL
     WHERE id = @id AND made IS NOT NULL`,
  ),
  stop: db.prepare(
    'UPDATE medium SET status = @status, reason = @reason, fault = @fault, retry_at = 0, worker = NULL, progress = NULL WHERE id = @id',
  ),
  describe: db.prepare('UPDATE medium SET name = @name, alt = @alt, focus = @focus WHERE id = @id'),
  version: db.prepare<[number, string]>('UPDATE medium SET version = ? WHERE id = ?'),
  remove: db.prepare<[string]>('DELETE FROM medium WHERE id = ?'),
  count: db.prepare<[{ owner: string; by: number }]>(
    `INSERT INTO turn (owner, waiting) VALUES (@owner, max(0, @by))
       ON CONFLICT (owner) DO UPDATE SET waiting = max(0, waiting + @by)`,
  ),
  serve: db.prepare<[number, string]>('UPDATE turn SET served = ? WHERE owner = ?'),
  hold: db.prepare(
    'INSERT OR IGNORE INTO object (key, medium_id, sha256, bytes) VALUES (@key, @mediumId, @sha256, @bytes)',
  ),
  held: db.prepare<[string], string>('SELECT key FROM object WHERE medium_id = ?').pluck(),
  release: db.prepare<[string]>('DELETE FROM object WHERE medium_id = ?'),
  isHeld: db.prepare<[string], number>('SELECT 1 FROM object WHERE key = ? LIMIT 1').pluck(),
  markGarbage: db.prepare<[string, string]>('INSERT OR IGNORE INTO doomed (kind, name) VALUES (?, ?)'),
  ofOwner: db.prepare<[string], string>('SELECT id FROM medium WHERE owner = ?').pluck(),
  forgetTurn: db.prepare<[string]>('DELETE FROM turn WHERE owner = ?'),
})

/** The rows of media, the queues of their owners and the objects in storage that they need. */
export const createMediaRows = (db: Database) => {
  const sql = statements(db)
  const pace = paceOf(db)

  /** The queue of its owner is one longer or shorter where its status changes. */
  const counted = (id: string, change: () => void): void => {
    const before = sql.row.get(id)
    change()
    const after = sql.row.get(id)
    const by = Number(after?.status === 'waiting') - Number(before?.status === 'waiting')
    if (by !== 0) sql.count.run({ owner: (after ?? before)?.owner ?? '', by })
  }

  /** The worker of the current lease ended its job. */
  const ended = (id: string, at: string, how: 'finished' | 'failed'): void => {
    const worker = sql.row.get(id)?.worker
    if (worker) pace.count(worker, at, how)
  }

  /** It needs these objects from now on, and no others. */
  const need = (id: string, objects: readonly { key: string; sha256: string; bytes: number }[]): void => {
    const before = sql.held.all(id)
    sql.release.run(id)
    for (const { key, sha256, bytes } of objects) sql.hold.run({ key, mediumId: id, sha256, bytes })
    for (const key of before) if (sql.isHeld.get(key) === undefined) sql.markGarbage.run('object', key)
    sql.markGarbage.run('medium', id)
  }

  return {
    sql,
    counted,
    request({ data, position, version }: LogbookEvent<'MediaRequested'>): void {
      // Of an erased person there is nothing to make.
      if (data.erased || sql.row.get(data.id) !== undefined) return
      const { id, ownerId: owner, name, alt, upload } = data
      const host = hostOf(data.url)
      const row = { id, owner, position, name, alt, request: JSON.stringify(data), host, version }
      counted(id, () => sql.insert.run(row))
      if (upload) sql.hold.run({ ...upload, mediumId: id })
    },
    claim({ data: { id, lease, attempt, worker }, position }: LogbookEvent<'MediaClaimed'>): void {
      counted(id, () => sql.claim.run({ id, lease, attempt, worker }))
      sql.serve.run(position, sql.row.get(id)?.owner ?? '')
    },
    /** An attempt is over, and another may follow. */
    wait({ type, data }: LogbookEvent<'MediaFailed' | 'MediaPostponed'>): void {
      const { id, reason, retryAt } = data
      if (type === 'MediaFailed') ended(id, data.failedAt, 'failed')
      const waits = { retryAt: retryAt === null ? 0 : Date.parse(retryAt) }
      const fault = type === 'MediaFailed' ? (data.fault ?? null) : null
      const uncounted = Number(type === 'MediaPostponed')
      counted(id, () => sql.wait.run({ id, reason, fault, ...waits, uncounted }))
      sql.markGarbage.run('medium', id)
    },
    finish({ data }: LogbookEvent<'MediaFinished'>): void {
      const { id, variants, type, picture, notes, finishedAt } = data
      ended(id, finishedAt, 'finished')
      const made = JSON.stringify({ type, picture, notes, finishedAt, variants })
      counted(id, () => sql.finish.run({ id, made }))
      need(id, variants)
    },
    remove(id: string): void {
      if (sql.row.get(id) === undefined) return
      counted(id, () => sql.remove.run(id))
      need(id, [])
    },
  }
}
