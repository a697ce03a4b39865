import type { Database } from '@logbook/chassis/files/sqlite.ts'
import type { InboxNote } from '@logbook/contracts/http/notifications.ts'
import type { Notice } from '../domain/notice.ts'
import { isStillDue } from '../domain/policy.ts'
import type { FailedFilesView, View } from '../domain/view.ts'
import { limits } from '../limits.ts'

interface Row {
  position: number
  kind: InboxNote['kind']
  eventId: string
  at: string
  postId: string | null
  commentId: string | null
  personId: string | null
  mediumId: string | null
}

const columns =
  'position, kind, event_id AS eventId, at, post_id AS postId, comment_id AS commentId, about_id AS personId, medium_id AS mediumId'

const fileOf = ({ mediumId: id, name, reason, count, imported }: FailedFilesView) => ({
  ...{ id, name, reason, count, imported },
})

export type Inbox = ReturnType<typeof createInbox>

/** The inboxes, latest note first. A note refers to its post and comment: they are looked up at each read, and hidden if the person may not see them. */
export const createInbox = (db: Database, view: View) => {
  const add = db.prepare<[string, number, string, string, string, ...(string | null)[]]>(
    `INSERT INTO inbox (person_id, position, kind, event_id, at, post_id, comment_id, about_id, medium_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT DO NOTHING`,
  )
  const replace = db.prepare<[string, string, string, number]>(
    'DELETE FROM inbox WHERE person_id = ? AND event_id = ? AND kind = ? AND position < ?',
  )
  const trim = db.prepare<[string, string, number]>(
    `DELETE FROM inbox WHERE person_id = ? AND position <= (
       SELECT position FROM inbox WHERE person_id = ? ORDER BY position DESC LIMIT 1 OFFSET ?)`,
  )
  const page = db.prepare<[string, number, number], Row>(
    `SELECT ${columns} FROM inbox WHERE person_id = ? AND position < ? ORDER BY position DESC LIMIT ?`,
  )
  const after = db.prepare<[string, number, number], Row>(
    `SELECT ${columns} FROM inbox WHERE person_id = ? AND position > ? LIMIT ?`,
  )

  const isShown = (personId: string, row: Row): boolean =>
    mayStillSee({ ...row, receiver: { kind: 'person', id: personId } }, view)

  const shown = (personId: string, row: Row): InboxNote | undefined => {
    if (!isShown(personId, row)) return undefined
    const post = row.postId === null ? undefined : view.post(row.postId)
    const comment = row.commentId === null ? undefined : view.comment(row.commentId)
    const failed = row.kind === 'job' ? view.failedFiles(row) : undefined
    return {
      ...{ position: row.position, kind: row.kind, at: row.at },
      post: post ? { id: post.id, slug: post.slug, title: post.title } : null,
      comment: comment
        ? { id: comment.id, author: comment.authorName, excerpt: comment.excerpt, status: comment.status }
        : null,
      person: row.personId === null ? null : (view.person(row.personId)?.name ?? null),
      file: failed ? fileOf(failed) : null,
      lastBackupAt: row.kind === 'backup' ? view.backup().takenAt : null,
    }
  }

  return {
    /** Runs in the caller's transaction. */
    add(notices: readonly Notice[]): void {
      for (const {
        receiver,
        position,
        kind,
        eventId,
        at,
        postId,
        commentId,
        personId,
        mediumId,
      } of notices) {
        if (receiver.kind !== 'person') continue
        // The notice of a burst is one, at its last event.
        if (kind === 'job') replace.run(receiver.id, eventId, kind, position)
        add.run(receiver.id, position, kind, eventId, at, postId, commentId, personId, mediumId)
        if (position % limits.inboxTrimmedEvery === 0)
          trim.run(receiver.id, receiver.id, limits.inboxNotesMax)
      }
    },
    page(personId: string, { before, limit }: { before: number; limit: number }) {
      const rows = page.all(personId, before, limit)
      const { readUpTo } = view.choices(personId)
      const notes = rows.flatMap((row) => {
        const note = shown(personId, row)
        return note ? [{ ...note, isRead: row.position <= readUpTo }] : []
      })
      return { notes, last: rows.length === limit ? rows.at(-1)?.position : undefined }
    },
    /** The notes that are shown and were not read. */
    unread(personId: string): number {
      const rows = after.all(personId, view.choices(personId).readUpTo, limits.inboxNotesMax)
      return rows.filter((row) => isShown(personId, row)).length
    },
  }
}

/** The inbox shows every kind, regardless of preferences, as long as the person may see its subject. */
const mayStillSee = (notice: Notice, view: View): boolean => isStillDue({ ...notice, channel: 'inbox' }, view)
