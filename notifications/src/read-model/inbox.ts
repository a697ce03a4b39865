import type { Database } from '@logbook/chassis/files/sqlite.ts'
import type { InboxNote } from '@logbook/contracts/http/notifications.ts'
import type { Known } from '../domain/known.ts'
import type { Notice } from '../domain/notice.ts'
import { isStillDue } from '../domain/policy.ts'
import { limits } from '../limits.ts'

interface Row {
  position: number
  kind: InboxNote['kind']
  eventId: string
  at: string
  postId: string | null
  commentId: string | null
  personId: string | null
}

const columns =
  'position, kind, event_id AS eventId, at, post_id AS postId, comment_id AS commentId, about_id AS personId'

export type Inbox = ReturnType<typeof inboxOf>

/** What each person was told, latest first. A note is kept by reference: what it is about is looked up when it is read, and hidden when it may not be seen. */
export const inboxOf = (db: Database, known: Known) => {
  const add = db.prepare<
    [string, number, string, string, string, string | null, string | null, string | null]
  >(
    `INSERT INTO inbox (person_id, position, kind, event_id, at, post_id, comment_id, about_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT DO NOTHING`,
  )
  const trim = db.prepare<[string, string, number]>(
    `DELETE FROM inbox WHERE person_id = ? AND position <= (
       SELECT position FROM inbox WHERE person_id = ? ORDER BY position DESC LIMIT 1 OFFSET ?)`,
  )
  const page = db.prepare<[string, number, number], Row>(
    `SELECT ${columns} FROM inbox WHERE person_id = ? AND position < ? ORDER BY position DESC LIMIT ?`,
  )
  const unread = db
    .prepare<[string, number], number>('SELECT count(*) FROM inbox WHERE person_id = ? AND position > ?')
    .pluck()

  const shown = (personId: string, row: Row): InboxNote | undefined => {
    const notice = { ...row, receiver: { kind: 'person' as const, id: personId } }
    if (!mayStillSee(notice, known)) return undefined
    const post = row.postId === null ? undefined : known.post(row.postId)
    const comment = row.commentId === null ? undefined : known.comment(row.commentId)
    return {
      ...{ position: row.position, kind: row.kind, at: row.at },
      post: post ? { id: post.id, slug: post.slug, title: post.title } : null,
      comment: comment
        ? { id: comment.id, author: comment.authorName, excerpt: comment.excerpt, status: comment.status }
        : null,
      person: row.personId === null ? null : (known.person(row.personId)?.name ?? null),
    }
  }

  return {
    /** Part of the caller's transaction. */
    add(notices: readonly Notice[]): void {
      for (const { receiver, position, kind, eventId, at, postId, commentId, personId } of notices) {
        if (receiver.kind !== 'person') continue
        add.run(receiver.id, position, kind, eventId, at, postId, commentId, personId)
        if (position % limits.inboxTrimmedEvery === 0)
          trim.run(receiver.id, receiver.id, limits.inboxNotesMax)
      }
    },
    page(personId: string, { before, limit }: { before: number; limit: number }) {
      const rows = page.all(personId, before, limit)
      const { readUpTo } = known.choices(personId)
      const notes = rows.flatMap((row) => {
        const note = shown(personId, row)
        return note ? [{ ...note, isRead: row.position <= readUpTo }] : []
      })
      return { notes, last: rows.length === limit ? rows.at(-1)?.position : undefined }
    },
    unread: (personId: string): number => unread.get(personId, known.choices(personId).readUpTo) ?? 0,
  }
}

/** The inbox shows every kind, whatever is chosen for mails: only what may be seen counts. */
const mayStillSee = (notice: Notice, known: Known): boolean =>
  isStillDue({ ...notice, channel: 'inbox' }, known)
