import type { Database } from '@logbook/chassis/files/sqlite.ts'
import type { Mail, WaitingMail } from './mail.ts'

interface Row {
  id: string
  at: string
  person_id: string | null
  recipient: string
  subject: string
  text: string
  tries: number
  invitation_id: string | null
}

export type Due = WaitingMail & { tries: number }

const opened = ({ id, at, person_id, invitation_id, recipient: to, subject, text, tries }: Row): Due => ({
  ...{ id, at, to, subject, text, tries },
  ...(person_id === null ? {} : { personId: person_id }),
  ...(invitation_id === null ? {} : { invitationId: invitation_id }),
})

const columns = 'id, at, person_id, recipient, subject, text, tries, due_ms, parked, invitation_id'
const values = '@id, @at, @person_id, @recipient, @subject, @text, @tries, @due_ms, @parked, @invitation_id'

const statements = (db: Database) => ({
  insert: db.prepare<[Row & { due_ms: number; parked: number }]>(
    `INSERT INTO mail (${columns}) VALUES (${values})`,
  ),
  all: db.prepare<[], Row & { due_ms: number; parked: number }>(`SELECT ${columns} FROM mail`),
  // Without a condition SQLite clears whole pages, and with secure_delete overwrites them.
  clear: db.prepare('DELETE FROM mail'),
  due: db.prepare<[number, number], Row>(
    `SELECT ${columns} FROM mail WHERE parked = 0 AND due_ms <= ? ORDER BY due_ms LIMIT ?`,
  ),
  next: db
    .prepare<[number], number | null>('SELECT min(due_ms) FROM mail WHERE parked = 0 AND due_ms > ?')
    .pluck(),
  remove: db.prepare<[string]>('DELETE FROM mail WHERE id = ?'),
  postpone: db.prepare<[number, number, number, string]>(
    'UPDATE mail SET tries = ?, due_ms = ?, parked = ? WHERE id = ?',
  ),
  unpark: db.prepare<[number, string | null, string | null]>(
    'UPDATE mail SET parked = 0, tries = 0, due_ms = ? WHERE parked = 1 AND (? IS NULL OR id = ?)',
  ),
  parked: db.prepare<[number], { id: string; subject: string; at: string }>(
    'SELECT id, subject, at FROM mail WHERE parked = 1 ORDER BY at LIMIT ?',
  ),
  clampDue: db.prepare<[number, number]>('UPDATE mail SET due_ms = ? WHERE due_ms > ?'),
  forgetInvitations: db.prepare(
    'DELETE FROM mail WHERE invitation_id IS NOT NULL AND invitation_id NOT IN (SELECT id FROM invitation)',
  ),
  isOpen: db.prepare<[string], number>('SELECT 1 FROM invitation WHERE id = ?').pluck(),
  forgetOld: db.prepare<[string]>('DELETE FROM mail WHERE at < ?'),
  count: db.prepare<[], { waiting: number; parked: number; oldest: string | null }>(
    `SELECT count(*) FILTER (WHERE parked = 0) AS waiting, count(*) FILTER (WHERE parked = 1) AS parked,
       min(at) FILTER (WHERE parked = 0) AS oldest FROM mail`,
  ),
})

/** The queue of mails in the accounts file. Mails are added in the transaction of their cause, and wiped once sent. Times in ms. */
export const waitingMails = (db: Database) => {
  const sql = statements(db)
  const rewrite = db.transaction(() => {
    const rest = sql.all.all()
    sql.clear.run()
    for (const row of rest) sql.insert.run(row)
  })
  return {
    /** Part of the caller's transaction, where there is one. */
    add(mail: Mail, { id, at, due }: { id: string; at: string; due: number }): void {
      const {
        to: recipient,
        personId: person_id = null,
        invitationId: invitation_id = null,
        subject,
        text,
      } = mail
      const row = { id, at, person_id, invitation_id, recipient, subject, text }
      sql.insert.run({ ...row, tries: 0, due_ms: due, parked: 0 })
    },
    due: (now: number, limit: number): Due[] => sql.due.all(now, limit).map(opened),
    /** The earliest due time after `now`. */
    next: (now: number): number | undefined => sql.next.get(now) ?? undefined,
    /** False where it was deleted meanwhile. */
    remove: (id: string): boolean => sql.remove.run(id).changes > 0,
    postpone: (id: string, { tries, due }: { tries: number; due: number }): void =>
      void sql.postpone.run(tries, due, 0, id),
    park: (id: string, tries: number): void => void sql.postpone.run(tries, 0, 1, id),
    /** One, or all without an id. Returns how many. */
    unpark: (now: number, id: string | null = null): number => sql.unpark.run(now, id, id).changes,
    parked: (limit: number) => sql.parked.all(limit),
    /** Lowers later due times, which were stored while the clock was ahead. */
    clampDue: (atLatest: number): void => void sql.clampDue.run(atLatest, atLatest),
    forgetOld: (before: string): boolean => sql.forgetOld.run(before).changes > 0,
    /** Deletes mails whose invitation is no longer open. True where there was one. */
    forgetInvitations: (): boolean => sql.forgetInvitations.run().changes > 0,
    isOpen: (invitationId: string): boolean => sql.isOpen.get(invitationId) !== undefined,
    count: () => sql.count.get() ?? { waiting: 0, parked: 0, oldest: null },
    /** Removes the bytes of deleted mails from the file by rewriting the table. Not within a transaction. */
    wipe(): void {
      rewrite.immediate()
      db.pragma('wal_checkpoint(TRUNCATE)')
    },
  }
}
export type WaitingMails = ReturnType<typeof waitingMails>
