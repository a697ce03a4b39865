import type { Database } from '@logbook/chassis/files/sqlite.ts'
import { limits as ofMessages } from '../limits.ts'
import type { DueRequest } from './requests.ts'

/** A subscription whose feed has changed. */
export interface DueDelivery {
  id: string
  callback: string
  host: string
  secret: string | null
  path: string
  position: number
  digest: string
  attempts: number
}

export interface ParkedDelivery {
  id: string
  host: string
  topic: string
  code: string | null
  attempts: number
  failedMs: number
}

const columns = 'id, callback, host, secret, path, position, digest, attempts'
const isParked = 'due_ms IS NULL AND attempts > 0'

const statements = (db: Database) => ({
  put: db.prepare(
    `INSERT INTO hub_subscription (id, callback, topic, host, secret, feed, path, expires_ms, position, digest, attempts)
     VALUES (@id, @callback, @topic, @host, @secret, @feed, @path, @expiresMs, @position, @digest, 0)
     ON CONFLICT DO UPDATE SET secret = @secret, expires_ms = @expiresMs, feed = @feed,
       attempts = 0, code = NULL, due_ms = iif(attempts > 0, @nowMs, due_ms)`,
  ),
  remove: db.prepare<[string]>('DELETE FROM hub_subscription WHERE id = ?'),
  // One that was parked has a last attempt at each change.
  change: db.prepare<{ feed: string; position: number; dueMs: number; probe: number }>(
    `UPDATE hub_subscription SET position = max(position, @position), attempts = min(attempts, @probe),
       due_ms = coalesce(due_ms, @dueMs) WHERE feed = @feed`,
  ),
  next: db.prepare<[number, number, string], DueDelivery>(
    `SELECT ${columns} FROM hub_subscription
     WHERE due_ms <= ? AND expires_ms > ? AND host NOT IN (SELECT value FROM json_each(?)) ORDER BY due_ms LIMIT 1`,
  ),
  nextMs: db
    .prepare<[], number | null>('SELECT min(due_ms) FROM hub_subscription WHERE due_ms IS NOT NULL')
    .pluck(),
  bringForward: db.prepare<{ nowMs: number; latestMs: number }>(
    'UPDATE hub_subscription SET due_ms = @nowMs WHERE due_ms > @latestMs',
  ),
  // What has changed since is due still.
  sent: db.prepare<{ id: string; position: number; digest: string }>(
    `UPDATE hub_subscription SET digest = @digest, attempts = 0, code = NULL,
       due_ms = iif(position > @position, due_ms, NULL) WHERE id = @id`,
  ),
  failed: db.prepare(
    'UPDATE hub_subscription SET attempts = @attempts, code = @code, due_ms = @dueMs, failed_ms = @nowMs WHERE id = @id',
  ),
  parked: db.prepare<[number], ParkedDelivery>(
    `SELECT id, host, topic, code, attempts, failed_ms AS failedMs FROM hub_subscription WHERE ${isParked} ORDER BY failed_ms DESC LIMIT ?`,
  ),
  unpark: db.prepare<[number, string | null, string | null]>(
    `UPDATE hub_subscription SET attempts = 0, due_ms = ? WHERE ${isParked} AND (? IS NULL OR id = ?)`,
  ),
  count: db.prepare<[number], HubStatus>(
    `SELECT count(*) AS subscriptions, count(due_ms) AS waiting, count(*) FILTER (WHERE ${isParked}) AS parked
     FROM hub_subscription WHERE expires_ms > ?`,
  ),
  prune: db.prepare<[number]>('DELETE FROM hub_subscription WHERE expires_ms <= ?'),
  onOtherLog: db.prepare('UPDATE hub_subscription SET position = 0'),
})

export interface HubStatus {
  subscriptions: number
  /** Of those, how many are still to be sent a change, and how many were given up until the next. */
  waiting: number
  parked: number
}

interface Verified {
  feed: string
  path: string
  expiresMs: number
  /** Of what the feed says already. */
  position: number
  digest: string
  nowMs: number
}

export type HubSubscriptions = ReturnType<typeof hubSubscriptions>

/** The subscriptions that were verified. Of each, at most one content waits: the latest. */
export const hubSubscriptions = (db: Database) => {
  const sql = statements(db)
  return {
    /** Begins one, or renews it with another lease and secret. */
    put: ({ id, callback, topic, host, secret }: DueRequest, verified: Verified): void =>
      void sql.put.run({ id, callback, topic, host, secret, ...verified }),
    remove: (id: string): void => void sql.remove.run(id),
    /** Feeds have changed, by the event at a position. */
    change: db.transaction(
      (feeds: readonly string[], { position, dueMs }: { position: number; dueMs: number }) => {
        for (const feed of feeds) sql.change.run({ feed, position, dueMs, probe: ofMessages.attemptsMax - 1 })
      },
    ).immediate,
    next(nowMs: number, busy: readonly string[]): DueDelivery | undefined {
      sql.prune.run(nowMs)
      sql.bringForward.run({ nowMs, latestMs: nowMs + ofMessages.waitMsMax })
      return sql.next.get(nowMs, nowMs, JSON.stringify(busy))
    },
    nextMs: (): number | undefined => sql.nextMs.get() ?? undefined,
    sent: (id: string, content: { position: number; digest: string }): void =>
      void sql.sent.run({ id, ...content }),
    /** `dueMs` is null where it is given up. */
    failed: (
      id: string,
      failure: { attempts: number; code: string; dueMs: number | null; nowMs: number },
    ): void => void sql.failed.run({ id, ...failure }),
    parked: (limit: number): ParkedDelivery[] => sql.parked.all(limit),
    /** One, or all without an id. Returns how many. */
    unpark: (nowMs: number, id: string | null = null): number => sql.unpark.run(nowMs, id, id).changes,
    status: (nowMs: number): HubStatus => sql.count.get(nowMs) ?? { subscriptions: 0, waiting: 0, parked: 0 },
    /** Positions of another log say nothing. */
    onOtherLog: (): void => void sql.onOtherLog.run(),
  }
}
