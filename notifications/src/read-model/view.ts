import type { Database } from '@logbook/chassis/files/sqlite.ts'
import { initialPreferences, type MailScope } from '@logbook/contracts/events/notifications.ts'
import { type BlogSettings, initialSettings } from '@logbook/contracts/events/settings.ts'
import type { Role } from '@logbook/contracts/identity.ts'
import { tagSlug } from '@logbook/contracts/tags.ts'
import type { Burst } from '../domain/burst.ts'
import type {
  BackupView,
  CommentView,
  FailedFilesView,
  MediumView,
  PersonChoices,
  PersonView,
  PostView,
  SubscriptionView,
  View,
} from '../domain/view.ts'

/** A scope as a key; a tag by its slug, as its page has it. */
export const scopeKey = (scope: MailScope): string => {
  switch (scope.kind) {
    case 'tag':
      return `tag ${tagSlug(scope.tag)}`
    case 'thread':
      return `thread ${scope.postId}`
    case 'replies':
      return `replies ${scope.commentId}`
    default:
      return scope.kind
  }
}

interface PostRow extends Omit<PostView, 'tags' | 'isPublished' | 'isTold'> {
  tags: string
  published: number
  told: number
}

interface CommentRow extends Omit<CommentView, 'isTold' | 'isHeld'> {
  told: number
  held: number
}

interface ChoiceRow {
  preferences: string | null
  linkToken: string | null
  devices: string
  mailEnded: number
  readUpTo: number
}

interface SubscriptionRow extends Omit<SubscriptionView, 'scope' | 'isConfirmed'> {
  scope: string
  confirmed: number
}

type FailedRow = Omit<FailedFilesView, 'imported'> & { imported: number; alike: number }

const noChoices: PersonChoices = {
  preferences: initialPreferences,
  linkToken: null,
  devices: [],
  isMailEnded: false,
  readUpTo: 0,
}

const noBackup: BackupView = { since: null, takenAt: null, overdueDay: null, overdueAt: null }

const statements = (db: Database) => ({
  post: db.prepare<[string], PostRow>(
    'SELECT id, slug, title, excerpt, content, tags, author_id AS authorId, published, told FROM post WHERE id = ?',
  ),
  comment: db.prepare<[string], CommentRow>(
    `SELECT id, post_id AS postId, parent_id AS parentId, author_id AS authorId, author_name AS authorName, excerpt, status,
       revision, score, told, held, created_at AS createdAt FROM comment WHERE id = ?`,
  ),
  person: db.prepare<[string], PersonView>('SELECT id, role, name FROM person WHERE id = ?'),
  choice: db.prepare<[string], ChoiceRow>(
    `SELECT preferences, link_token AS linkToken, devices, mail_ended AS mailEnded, read_up_to AS readUpTo
     FROM choice WHERE person_id = ?`,
  ),
  subscription: db.prepare<[string], SubscriptionRow>(
    `SELECT id, person_id AS personId, scope_json AS scope, email, link_token AS linkToken, confirmed,
       requested_at AS requestedAt FROM subscription WHERE id = ?`,
  ),
  withRole: db.prepare<[string], string>('SELECT id FROM person WHERE role = ? ORDER BY id').pluck(),
  peopleWanting: db
    .prepare<[string], string>('SELECT person_id FROM wanted WHERE kind = ? ORDER BY person_id')
    .pluck(),
  subscribed: db
    .prepare<[string], string>('SELECT id FROM subscription WHERE scope = ? AND confirmed = 1 ORDER BY id')
    .pluck(),
  medium: db.prepare<[string], Omit<MediumView, 'imported'> & { imported: number }>(
    'SELECT id, owner_id AS ownerId, name, parked_for AS parkedFor, imported FROM medium WHERE id = ?',
  ),
  burst: db.prepare<[string, number], Burst>(
    'SELECT id, since, until FROM burst WHERE owner_id = ? AND imported = ?',
  ),
  // By the reason of most. What was parked before bursts were known is in none, and alone in its notice.
  failed: db.prepare<[{ eventId: string; mediumId: string | null }], FailedRow>(
    `SELECT min(id) AS mediumId, owner_id AS ownerId, name, imported, parked_for AS reason, count(*) AS alike,
       sum(count(*)) OVER () AS count FROM medium
     WHERE parked_for IS NOT NULL AND (burst = @eventId OR burst IS NULL AND id = @mediumId)
     GROUP BY parked_for ORDER BY alike DESC, parked_for LIMIT 1`,
  ),
  backup: db.prepare<[], BackupView>(
    'SELECT since, taken_at AS takenAt, overdue_day AS overdueDay, overdue_at AS overdueAt FROM backup',
  ),
  settings: db.prepare<[], string>('SELECT settings FROM settings').pluck(),
})

/** The view over its database. */
export const viewOf = (db: Database, initial: BlogSettings = initialSettings()): View => {
  const sql = statements(db)
  let parsed: { text: string; settings: BlogSettings } = { text: '', settings: initial }
  return {
    post(id) {
      const row = sql.post.get(id)
      if (row === undefined) return undefined
      const { tags, published, told, ...post } = row
      return { ...post, tags: JSON.parse(tags), isPublished: published === 1, isAnnounced: told === 1 }
    },
    comment(id) {
      const row = sql.comment.get(id)
      if (row === undefined) return undefined
      const { told, held, ...comment } = row
      return { ...comment, isAnnounced: told === 1, isHeld: held === 1 }
    },
    person: (id) => sql.person.get(id),
    choices(personId) {
      const row = sql.choice.get(personId)
      if (row === undefined) return noChoices
      const { preferences, devices, mailEnded, ...said } = row
      return {
        ...said,
        preferences: preferences === null ? initialPreferences : JSON.parse(preferences),
        devices: JSON.parse(devices),
        isMailEnded: mailEnded === 1,
      }
    },
    subscription(id) {
      const row = sql.subscription.get(id)
      return row && { ...row, scope: JSON.parse(row.scope), isConfirmed: row.confirmed === 1 }
    },
    medium(id) {
      const row = sql.medium.get(id)
      return row && { ...row, imported: row.imported === 1 }
    },
    burst: ({ ownerId, imported }) => sql.burst.get(ownerId ?? '', Number(imported)),
    failedFiles({ eventId, mediumId }) {
      const row = sql.failed.get({ eventId, mediumId })
      if (row === undefined) return undefined
      const { alike, imported, ...failed } = row
      return { ...failed, imported: imported === 1 }
    },
    backup: () => sql.backup.get() ?? noBackup,
    withRole: (...roles: Role[]) => roles.flatMap((role) => sql.withRole.all(role)),
    peopleWanting: (kind) => sql.peopleWanting.all(kind),
    subscribed: (scope) => sql.subscribed.all(scopeKey(scope)),
    blog(): BlogSettings {
      const text = sql.settings.get()
      if (text === undefined) return initial
      if (text !== parsed.text) parsed = { text, settings: JSON.parse(text) }
      return parsed.settings
    },
  }
}
