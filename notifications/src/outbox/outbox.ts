import type { Database } from '@logbook/chassis/files/sqlite.ts'
import type { Ids } from '@logbook/chassis/ids.ts'
import { type Channel, type Effect, effectKey, receiverOf, receiverText } from '../domain/notice.ts'
import { limits } from '../limits.ts'
import { createSending } from './sending.ts'
import { toldByOutbox } from './told.ts'

/** An effect in the outbox. */
export interface QueuedEffect extends Effect {
  key: string
  attempts: number
  dueMs: number
  /** It was deferred until a time that its receiver chose, and is sent together with the others that were. */
  isHeld: boolean
}

interface Row extends Omit<QueuedEffect, 'receiver' | 'isHeld'> {
  receiver: string
  held: number
}

interface ParkedRow extends Row {
  code: string | null
}

export interface OutboxStatus {
  waiting: number
  parked: number
  /** Since when the longest overdue message waits: the time of its event, or when it was to be sent for the first time. Null without one. */
  oldest: string | null
}

const columns =
  'held, key, event_id AS eventId, position, at, kind, channel, receiver, post_id AS postId, comment_id AS commentId, about_id AS personId, medium_id AS mediumId, attempts, due_ms AS dueMs'
const open = "state IN ('waiting', 'sending')"

const effectFromRow = <Of extends Row>({ receiver, held, ...row }: Of) => ({
  ...row,
  receiver: receiverOf(receiver),
  isHeld: held === 1,
})

const statements = (db: Database) => ({
  add: db.prepare(
    `INSERT INTO effect (key, event_id, position, at, kind, channel, receiver, post_id, comment_id, about_id, medium_id, due_ms)
     VALUES (@key, @eventId, @position, @at, @kind, @channel, @receiver, @postId, @commentId, @personId, @mediumId, @dueMs) ON CONFLICT DO NOTHING`,
  ),
  due: db.prepare<[string, number, number, number], Row>(
    `SELECT ${columns} FROM effect WHERE ${open} AND channel = ? AND due_ms <= ? AND position <= ? ORDER BY due_ms, position LIMIT ?`,
  ),
  next: db
    .prepare<[string], number | null>(`SELECT min(due_ms) FROM effect WHERE ${open} AND channel = ?`)
    .pluck(),
  deferredFor: db.prepare<[string, string, number, number], Row>(
    `SELECT ${columns} FROM effect WHERE ${open} AND receiver = ? AND channel = ? AND due_ms <= ? AND attempts = 0 AND held = 1 ORDER BY position LIMIT ?`,
  ),
  later: db.prepare<[number, string, string]>(
    "UPDATE effect SET state = 'waiting', due_ms = ?, code = ? WHERE key = ?",
  ),
  // What is of a time to come was recorded by a clock that was ahead; what waits for longer than anything may was postponed by one.
  bringForward: db.prepare<{ channel: string; nowMs: number; now: string; latestMs: number }>(
    `UPDATE effect SET due_ms = @nowMs WHERE ${open} AND channel = @channel AND due_ms > @nowMs
       AND (due_ms > @latestMs OR (attempts = 0 AND held = 0 AND at > @now))`,
  ),
  defer: db.prepare<[number, string]>('UPDATE effect SET due_ms = ?, held = 1 WHERE key = ?'),
  park: db.prepare<[string, string]>("UPDATE effect SET state = 'parked', code = ? WHERE key = ?"),
  drop: db.prepare<[string]>("UPDATE effect SET state = 'done' WHERE key = ?"),
  forget: db.prepare<[string]>('DELETE FROM effect WHERE receiver = ?'),
  forgetMentions: db.prepare<[string]>('DELETE FROM received_mention WHERE author_id = ?'),
  forgetAbout: db.prepare<[string]>('DELETE FROM effect WHERE about_id = ?'),
  claimed: db.prepare<[string], number>('SELECT mine FROM claim WHERE event_id = ?').pluck(),
  claim: db.prepare<[string, number]>(
    'INSERT INTO claim (event_id, mine) VALUES (?, ?) ON CONFLICT DO NOTHING',
  ),
  dropEvent: db.prepare<[string]>(`UPDATE effect SET state = 'done' WHERE event_id = ? AND ${open}`),
  dropOpen: db.prepare(`UPDATE effect SET state = 'done' WHERE ${open}`),
  openEvents: db.prepare<[], string>(`SELECT DISTINCT event_id FROM effect WHERE ${open}`).pluck(),
  parked: db.prepare<[number], ParkedRow>(
    `SELECT ${columns}, code FROM effect WHERE state = 'parked' ORDER BY at DESC LIMIT ?`,
  ),
  unpark: db.prepare<[number, string | null, string | null]>(
    "UPDATE effect SET state = 'waiting', attempts = 0, due_ms = ? WHERE state = 'parked' AND (? IS NULL OR key = ?)",
  ),
  prune: db.prepare<[string]>("DELETE FROM effect WHERE state = 'done' AND at < ?"),
  pruneClaims: db.prepare('DELETE FROM claim WHERE event_id NOT IN (SELECT event_id FROM effect)'),
  count: db.prepare<[number], OutboxStatus>(
    `SELECT count(*) FILTER (WHERE ${open}) AS waiting, count(*) FILTER (WHERE state = 'parked') AS parked,
       min(CASE WHEN attempts = 0 THEN max(at, strftime('%Y-%m-%dT%H:%M:%fZ', due_ms / 1000.0, 'unixepoch')) ELSE at END)
         FILTER (WHERE ${open} AND due_ms <= ?) AS oldest FROM effect WHERE state <> 'done'`,
  ),
})

const instanceOf = (db: Database, ids: Ids): string => {
  db.prepare('INSERT INTO instance (one, id) VALUES (1, ?) ON CONFLICT DO NOTHING').run(ids.next())
  return db.prepare<[], string>('SELECT id FROM instance').pluck().get() ?? ''
}

/** Receivers that are told of several changes at once. */
const settling: ReadonlySet<string> = new Set(['links', 'feed'])

export type Outbox = ReturnType<typeof createOutbox>

/** The outbox. The attempt at a message is counted before it is sent, and its success noted afterwards. */
export const createOutbox = (db: Database, ids: Ids) => {
  const sql = statements(db)
  const all = <Args extends unknown[]>(work: (...args: Args) => void) => db.transaction(work).immediate
  const { claimed, ...sending } = createSending(db)
  const told = toldByOutbox(db)
  return {
    db,
    /** Up to where messages were added. */
    told,
    /** The id of this outbox in claims. */
    instance: instanceOf(db, ids),
    /** Adds effects that are not there yet, of events up to a position. */
    add: all((effects: readonly Effect[], upTo?: number) => {
      if (upTo !== undefined) told.advance(upTo)
      for (const { receiver, dueAt, ...effect } of effects)
        sql.add.run({
          ...effect,
          key: effectKey({ ...effect, receiver }),
          receiver: receiverText(receiver),
          dueMs: Date.parse(dueAt ?? effect.at) + (settling.has(receiver.kind) ? limits.settleMs : 0),
        })
    }),
    /** Makes effects due that only wait because a clock was wrong: of the log, or of this machine. */
    bringForward(channel: Channel, nowMs: number): void {
      const now = new Date(nowMs).toISOString()
      sql.bringForward.run({ channel, nowMs, now, latestMs: nowMs + limits.waitMsMax })
    },
    /** Due effects of events up to a position that the view has reached. */
    due: (channel: Channel, nowMs: number, upTo: number): QueuedEffect[] =>
      sql.due.all(channel, nowMs, upTo, limits.batchEffectsMax).map(effectFromRow),
    /** When the next effect of a channel is due, or undefined. */
    nextMs: (channel: Channel): number | undefined => sql.next.get(channel) ?? undefined,
    /** Deferred effects of the same receiver that are due. */
    deferredFor: ({ receiver, channel }: Effect, nowMs: number): QueuedEffect[] =>
      sql.deferredFor.all(receiverText(receiver), channel, nowMs, limits.notesPerMailMax).map(effectFromRow),
    ...sending,
    /** Reschedules effects after a failed attempt. */
    later: all((keys: readonly string[], { dueMs, code }: { dueMs: number; code: string }) => {
      for (const key of keys) sql.later.run(dueMs, code, key)
    }),
    /** Defers an effect until a time that its receiver chose. */
    defer: (key: string, dueMs: number): void => void sql.defer.run(dueMs, key),
    park: all((keys: readonly string[], code: string) => {
      for (const key of keys) sql.park.run(code, key)
    }),
    drop: all((keys: readonly string[]) => {
      for (const key of keys) sql.drop.run(key)
    }),
    /** The ids of events with effects that are still to be sent. */
    openEvents: (): Set<string> => new Set(sql.openEvents.all()),
    /** Drops what is still to be sent: about these events, or all. Returns how many. */
    dropOpen(eventIds?: readonly string[]): number {
      if (eventIds === undefined) return sql.dropOpen.run().changes
      return eventIds.reduce((sum, id) => sum + sql.dropEvent.run(id).changes, 0)
    },
    /** Deletes all effects for or about a person or subscription, and the mentions they sent. Returns true if there were any. */
    forget: (id: string): boolean =>
      [
        ...[`person:${id}`, `subscription:${id}`].map((receiver) => sql.forget.run(receiver)),
        ...[sql.forgetAbout.run(id), sql.forgetMentions.run(id)],
      ].some(({ changes }) => changes > 0),
    /** True if this instance sends for the event, false if another does, undefined if it is not claimed yet. */
    isMine(eventId: string): boolean | undefined {
      if (claimed.has(eventId)) return true
      const mine = sql.claimed.get(eventId)
      return mine === undefined ? undefined : mine === 1
    },
    claim: (eventId: string): void => void claimed.add(eventId),
    settle: all((eventId: string, isMine: boolean) => {
      sql.claim.run(eventId, Number(isMine))
      if (!isMine) sql.dropEvent.run(eventId)
    }),
    parked: (limit: number) => sql.parked.all(limit).map(effectFromRow),
    /** One, or all without a key. Returns how many. */
    unpark: (nowMs: number, key: string | null = null): number => sql.unpark.run(nowMs, key, key).changes,
    prune: all((before: string) => {
      sql.prune.run(before)
      sql.pruneClaims.run()
    }),
    status: (nowMs: number): OutboxStatus => sql.count.get(nowMs) ?? { waiting: 0, parked: 0, oldest: null },
  }
}
