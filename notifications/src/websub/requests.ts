import type { Database } from '@logbook/chassis/files/sqlite.ts'
import { limits } from './limits.ts'

/** A request to subscribe or unsubscribe. */
export interface HubRequested {
  /** Made of callback and topic. */
  id: string
  mode: 'subscribe' | 'unsubscribe'
  callback: string
  topic: string
  /** The site of the callback. */
  host: string
  secret: string | null
  leaseS: number
}

export interface DueRequest extends HubRequested {
  attempts: number
  /** Rises each time the same is asked for: what came of an earlier one does not end it. */
  asked: number
}

const statements = (db: Database) => ({
  put: db.prepare(
    `INSERT INTO hub_request (id, mode, callback, topic, host, secret, lease_s, attempts, asked, due_ms)
     VALUES (@id, @mode, @callback, @topic, @host, @secret, @leaseS, 0, 1, @nowMs)
     ON CONFLICT DO UPDATE SET mode = @mode, secret = @secret, lease_s = @leaseS, attempts = 0, asked = asked + 1, due_ms = @nowMs`,
  ),
  counts: db.prepare<{ id: string; host: string; nowMs: number }, Counts>(
    `SELECT (SELECT count(*) FROM hub_request WHERE id = @id) AS isWaiting,
       (SELECT count(*) FROM hub_subscription WHERE id = @id AND expires_ms > @nowMs) AS isActive,
       (SELECT count(*) FROM hub_request) AS requests,
       (SELECT count(*) FROM hub_request WHERE host = @host) AS requestsOfSite,
       (SELECT count(*) FROM hub_subscription) AS subscriptions,
       (SELECT count(*) FROM hub_subscription WHERE host = @host) AS subscriptionsOfSite`,
  ),
  next: db.prepare<[number, string], DueRequest>(
    `SELECT id, mode, callback, topic, host, secret, lease_s AS leaseS, attempts, asked FROM hub_request
     WHERE due_ms <= ? AND host NOT IN (SELECT value FROM json_each(?)) ORDER BY due_ms LIMIT 1`,
  ),
  nextMs: db.prepare<[], number | null>('SELECT min(due_ms) FROM hub_request').pluck(),
  count: db.prepare<[], number>('SELECT count(*) FROM hub_request').pluck(),
  later: db.prepare<[number, number, string, number]>(
    'UPDATE hub_request SET attempts = ?, due_ms = ? WHERE id = ? AND asked = ?',
  ),
  // A wait longer than any is that of a clock that was ahead.
  bringForward: db.prepare<{ nowMs: number; latestMs: number }>(
    'UPDATE hub_request SET due_ms = @nowMs WHERE due_ms > @latestMs',
  ),
  end: db.prepare<[string, number]>('DELETE FROM hub_request WHERE id = ? AND asked = ?'),
})

interface Counts {
  isWaiting: number
  isActive: number
  requests: number
  requestsOfSite: number
  subscriptions: number
  subscriptionsOfSite: number
}

export type HubRequests = ReturnType<typeof hubRequests>

/** The requests that wait until their callbacks have agreed: what is answered with 202 survives a crash. */
export const hubRequests = (db: Database) => {
  const sql = statements(db)
  /** Why another request is not taken, or undefined. One that is there already may be asked for again. */
  const objectionTo = ({ id, host, mode }: HubRequested, nowMs: number): string | undefined => {
    const counts = sql.counts.get({ id, host, nowMs })
    if (counts === undefined || counts.isWaiting > 0) return undefined
    if (counts.requests >= limits.requestsMax) return 'Too many requests wait to be verified.'
    if (counts.requestsOfSite >= limits.requestsPerSiteMax)
      return `Too many requests for ${host} wait to be verified.`
    if (counts.isActive > 0 || mode === 'unsubscribe') return undefined
    if (counts.subscriptions + counts.requests >= limits.subscriptionsMax)
      return 'The hub has as many subscriptions as it can.'
    return counts.subscriptionsOfSite + counts.requestsOfSite >= limits.subscriptionsPerSiteMax
      ? `${host} has as many subscriptions as a site may.`
      : undefined
  }
  return {
    /** Returns why a request is not taken. */
    add: db.transaction((request: HubRequested, nowMs: number): string | undefined => {
      const objection = objectionTo(request, nowMs)
      if (objection === undefined) sql.put.run({ ...request, nowMs })
      return objection
    }).immediate,
    next: (nowMs: number, busy: readonly string[]): DueRequest | undefined => {
      sql.bringForward.run({ nowMs, latestMs: nowMs + limits.retryMs.max })
      return sql.next.get(nowMs, JSON.stringify(busy))
    },
    nextMs: (): number | undefined => sql.nextMs.get() ?? undefined,
    later: ({ id, asked }: DueRequest, { attempts, dueMs }: { attempts: number; dueMs: number }): void =>
      void sql.later.run(attempts, dueMs, id, asked),
    count: (): number => sql.count.get() ?? 0,
    end: ({ id, asked }: DueRequest): boolean => sql.end.run(id, asked).changes > 0,
  }
}
