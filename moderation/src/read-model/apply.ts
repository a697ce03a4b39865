import { type Cause, causeOfEvent } from '@logbook/chassis/command/cause.ts'
import type { Database } from '@logbook/chassis/files/sqlite.ts'
import type { Reactions } from '@logbook/chassis/follow/reactions.ts'
import type { EventData, EventType, LogbookEvent } from '@logbook/contracts/events/catalog.ts'
import { flagsThatDiffer } from '@logbook/contracts/events/comment-flags.ts'
import { judge } from '../domain/policy.ts'
import { evolveRules } from '../domain/rules.ts'
import { type View, viewOf } from './view.ts'

/** A verdict that is not appended yet, computed when the comment's event was applied. */
export interface DueVerdict extends Cause {
  verdict: EventData<'CommentModerated'>
  /** The version of `moderation-<id>` at that moment. */
  verdictsSeen: number
}

export const followedTypes = [
  'CommentCreated',
  'CommentEdited',
  'CommentUpdated',
  'CommentTakenDown',
  'CommentModerated',
  'RulesChanged',
  'PostCreated',
  'PostUpdated',
] as const satisfies readonly EventType[]

interface Row {
  postId: string
  revision: number
  verdicts: number
  owed: string | null
}

const statements = (db: Database) => ({
  row: db.prepare<[string], Row>(
    'SELECT post_id AS postId, revision, verdicts, owed FROM comment WHERE id = ? AND content IS NOT NULL',
  ),
  create: db.prepare<[string, string, string | null, string | null, string | null, string, string, number]>(
    `INSERT INTO comment (id, post_id, parent_id, person_id, author, content, created_at, revision, since)
     VALUES (?, ?, ?, ?, ?, ?, ?, 1, ?) ON CONFLICT DO NOTHING`,
  ),
  edit: db.prepare<[string, number, number, string]>(
    'UPDATE comment SET content = ?, revision = ?, since = ?, judged_at = NULL WHERE id = ?',
  ),
  schedule: db.prepare<[string | null, string]>('UPDATE comment SET owed = ? WHERE id = ?'),
  flag: db.prepare<[string, string]>('UPDATE comment SET flags = ? WHERE id = ? AND content IS NOT NULL'),
  remove: db.prepare<[string]>('UPDATE comment SET content = NULL, author = NULL, owed = NULL WHERE id = ?'),
  judged: db.prepare<[number, number, number, string, string, string]>(
    `UPDATE comment SET verdicts = ?, judged_at = ?, judged_revision = ?, status = ?, reason = ?, owed = NULL WHERE id = ?`,
  ),
  forgetReasons: db.prepare<[string]>("UPDATE verdict SET reason = '' WHERE comment_id = ?"),
  forgetReason: db.prepare<[string]>('UPDATE comment SET reason = NULL WHERE id = ?'),
  countVerdict: db.prepare<[number, string]>('UPDATE comment SET verdicts = ? WHERE id = ?'),
  log: db.prepare<[number, string, string, string, string, string, string | null, number, string]>(
    `INSERT INTO verdict (position, comment_id, post_id, status, reason, by, person_id, revision, time)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
  ),
  rulesPosition: db.prepare<[], number>('SELECT position FROM rules').pluck(),
  namePost: db.prepare<[string, string, string]>(
    `INSERT INTO post (id, slug, title) VALUES (?, ?, ?)
     ON CONFLICT DO UPDATE SET slug = excluded.slug, title = excluded.title WHERE slug <> excluded.slug OR title <> excluded.title`,
  ),
  removePost: db.prepare<[string]>('DELETE FROM post WHERE id = ?'),
  setRules: db.prepare<[string, number, number]>(
    `INSERT INTO rules (only, rules, version, position) VALUES (1, ?, ?, ?)
     ON CONFLICT DO UPDATE SET rules = excluded.rules, version = excluded.version, position = excluded.position`,
  ),
})

interface ApplyOptions {
  db: Database
  reactions: Reactions<DueVerdict>
}

interface Handling extends Pick<ApplyOptions, 'reactions'> {
  sql: ReturnType<typeof statements>
  view: View
  /** Cancels the due verdict of this event, if there is one. */
  settle: (owed: string | null) => void
}

/** Handlers of the comment itself: created, edited, deleted, and its flags. */
const textHandlers = ({ sql, view, settle, reactions }: Handling) => {
  const schedule = (event: LogbookEvent, { verdict, verdictsSeen }: DueVerdict) => {
    reactions.due({
      id: event.id,
      position: event.position,
      subject: verdict.id,
      payload: {
        verdict,
        verdictsSeen,
        ...causeOfEvent(event),
      },
    })
    sql.schedule.run(event.id, verdict.id)
  }

  const created = (event: LogbookEvent<'CommentCreated'>) => {
    const { id, postId, parentId, authorId, author, content, createdAt, priorVerdict, erased } = event.data
    const { priorReason = 'Imported with this verdict' } = event.data
    if (erased) return
    const authorText = author === null ? null : JSON.stringify({ name: author.name, url: author.url })
    const who = [id, postId, parentId, authorId, authorText] as const
    const { changes } = sql.create.run(...who, content, createdAt, event.position)
    if (changes === 0) return
    const verdict =
      priorVerdict === undefined
        ? judge(view.rules(), content)
        : { status: priorVerdict, reason: priorReason, by: { kind: 'import' as const } }
    schedule(event, { verdict: { id, postId, ...verdict, revision: 1 }, verdictsSeen: 0 })
  }

  const edited = (event: LogbookEvent<'CommentEdited'>) => {
    const { id, content, revision } = event.data
    const row = sql.row.get(id)
    if (row === undefined || revision <= row.revision) return
    // The older text is replaced, so its verdict is obsolete.
    settle(row.owed)
    sql.edit.run(content, revision, event.position, id)
    const verdict = { id, postId: row.postId, ...judge(view.rules(), content), revision }
    schedule(event, { verdict, verdictsSeen: row.verdicts })
  }

  const deleted = (id: string) => {
    const row = sql.row.get(id)
    if (row === undefined) return
    settle(row.owed)
    sql.remove.run(id)
  }

  const updated = ({ data }: LogbookEvent<'CommentUpdated'>) => {
    if (data.status === 'deleted') return deleted(data.id)
    const flags = flagsThatDiffer(data)
    sql.flag.run(flags.length === 0 ? '' : ` ${flags.join(' ')} `, data.id)
  }

  return { created, edited, updated }
}

const namePost = (
  sql: ReturnType<typeof statements>,
  { data }: LogbookEvent<'PostCreated' | 'PostUpdated'>,
): void => {
  if (data.status === 'deleted') sql.removePost.run(data.id)
  else sql.namePost.run(data.id, data.slug, data.title)
}

/** Handlers of verdicts and rules. */
const verdictHandlers = ({ sql, view, settle }: Handling) => {
  const moderated = (event: LogbookEvent<'CommentModerated'>) => {
    const { id, postId, status, reason, by, revision } = event.data
    const personId = by.kind === 'person' ? by.id : null
    const row = sql.row.get(id)
    // A reason quotes the text, so it is not kept once the text is taken down, deleted or erased.
    const kept = row === undefined ? '' : reason
    const judgeText = JSON.stringify(by)
    sql.log.run(event.position, id, postId, status, kept, judgeText, personId, revision, event.time)
    if (row === undefined || event.version <= row.verdicts) return
    if (revision !== row.revision) {
      sql.countVerdict.run(event.version, id)
      return
    }
    settle(row.owed)
    sql.judged.run(event.version, event.position, revision, status, reason, id)
  }

  const rulesChanged = (event: LogbookEvent<'RulesChanged'>) => {
    if (event.position <= (sql.rulesPosition.get() ?? 0)) return
    const after = evolveRules(view.rules(), event)
    sql.setRules.run(JSON.stringify(after.rules), after.version, event.position)
  }

  /** Reasons quote the text. */
  const takenDown = (id: string) => {
    sql.forgetReasons.run(id)
    sql.forgetReason.run(id)
  }

  return { takenDown, moderated, rulesChanged }
}

/**
 * Applies an event to the tables. Total: an event about an unknown comment changes nothing. Verdicts are
 * computed here, by the rules in force at this position of the log.
 */
export const createApply = ({ db, reactions }: ApplyOptions) => {
  const settle = (owed: string | null) => {
    if (owed !== null) reactions.settled(owed)
  }
  const handling = { sql: statements(db), view: viewOf(db), settle, reactions }
  const { created, edited, updated } = textHandlers(handling)
  const { takenDown, moderated, rulesChanged } = verdictHandlers(handling)
  return (event: LogbookEvent): void => {
    if (event.type === 'CommentCreated') created(event)
    else if (event.type === 'CommentEdited') edited(event)
    else if (event.type === 'CommentUpdated') updated(event)
    else if (event.type === 'CommentTakenDown') takenDown(event.data.id)
    else if (event.type === 'CommentModerated') moderated(event)
    else if (event.type === 'RulesChanged') rulesChanged(event)
    else if (event.type === 'PostCreated' || event.type === 'PostUpdated') namePost(handling.sql, event)
  }
}
