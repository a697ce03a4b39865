import type { Database } from '@logbook/chassis/files/sqlite.ts'
import type { EventType, LogbookEvent } from '@logbook/contracts/events/catalog.ts'
import { excerptOf } from '../domain/excerpt.ts'
import { isImported } from '../domain/imported.ts'
import { backupFolds, mediaFolds } from './alert-folds.ts'
import type { Fold } from './fold.ts'
import { readingFold } from './reading-fold.ts'
import { scopeKey } from './view.ts'

const postFold = (db: Database): Fold<'PostCreated' | 'PostUpdated'> => {
  const remove = db.prepare<[string]>('DELETE FROM post WHERE id = ?')
  const put = db.prepare(
    `INSERT INTO post (id, slug, title, excerpt, content, tags, author_id, published, told, published_at)
     VALUES (@id, @slug, @title, @excerpt, @content, @tags, @authorId, @published, @told, @publishedAt)
     ON CONFLICT DO UPDATE SET slug = @slug, title = @title, excerpt = @excerpt, content = @content, tags = @tags,
       author_id = @authorId, published = @published, told = max(told, @told), published_at = @publishedAt`,
  )
  return ({ data }) => {
    if (data.status === 'deleted') return void remove.run(data.id)
    const { id, slug, title, content, authorId, publishedAt } = data
    const isPublished = data.status === 'published'
    put.run({
      ...{ id, slug, title, content, authorId, publishedAt },
      excerpt: excerptOf(data.excerpt ?? content),
      tags: JSON.stringify(data.tags),
      published: Number(isPublished),
      told: Number(isPublished),
    })
  }
}

const commentFolds = (db: Database) => {
  const create = db.prepare(
    `INSERT INTO comment (id, post_id, parent_id, author_id, author_name, excerpt, status, revision, score, featured, told, held, created_at)
     VALUES (@id, @postId, @parentId, @authorId, @name, @excerpt, 'pending', 1, 0, 0, @told, 0, @createdAt) ON CONFLICT DO NOTHING`,
  )
  const update = db.prepare(
    `UPDATE comment SET author_name = @name, excerpt = @excerpt, status = @status, score = @score, featured = @featured,
       held = CASE WHEN @status <> 'pending' OR revision < @revision THEN 0 ELSE held END,
       told = CASE WHEN @status = 'approved' THEN 1 ELSE told END, revision = @revision WHERE id = @id`,
  )
  const remove = db.prepare<[string]>('DELETE FROM comment WHERE id = ?')
  const defer = db.prepare<[number, string, number]>(
    'UPDATE comment SET held = ? WHERE id = ? AND revision = ?',
  )
  const created: Fold<'CommentCreated'> = ({ data, time }) => {
    if (data.erased) return
    const { id, postId, parentId, authorId, author, content, createdAt, priorVerdict } = data
    const isOld = priorVerdict !== undefined || isImported(createdAt, time)
    create.run({
      ...{ id, postId, parentId, authorId, createdAt },
      name: author?.name ?? null,
      excerpt: excerptOf(content),
      told: Number(isOld),
    })
  }
  const updated: Fold<'CommentUpdated'> = ({ data }) => {
    if (data.status === 'deleted' || data.erased) return void remove.run(data.id)
    const { id, author, content, status, revision, score, promoted, anonymized } = data
    const name = anonymized ? null : (author?.name ?? null)
    update.run({ id, name, excerpt: excerptOf(content), status, revision, score, featured: Number(promoted) })
  }
  const moderated: Fold<'CommentModerated'> = ({ data: { id, status, by, revision } }) => {
    const isHeld = status === 'pending' && (by.kind === 'rule' || by.kind === 'default')
    defer.run(Number(isHeld), id, revision)
  }
  return { created, updated, moderated }
}

const peopleFolds = (db: Database) => {
  const add = db.prepare<[string, string, string | null]>(
    'INSERT INTO person (id, role, name) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
  )
  const rename = db.prepare<[string | null, string]>('UPDATE person SET name = ? WHERE id = ?')
  const setRole = db.prepare<[string, string]>('UPDATE person SET role = ? WHERE id = ?')
  return {
    registered: (({ data: { id, role, name } }) => void add.run(id, role, name)) as Fold<'UserRegistered'>,
    renamed: (({ data: { id, name } }) => void rename.run(name, id)) as Fold<'UserRenamed'>,
    roleChanged: (({ data: { id, role } }) => void setRole.run(role, id)) as Fold<'UserRoleChanged'>,
  }
}

const choiceFolds = (db: Database) => {
  const begin = db.prepare<[string]>('INSERT INTO choice (person_id) VALUES (?) ON CONFLICT DO NOTHING')
  const choose = db.prepare<[string, string | null, string]>(
    'UPDATE choice SET preferences = ?, link_token = ?, mail_ended = 0 WHERE person_id = ?',
  )
  const setDevices = db.prepare<[string, string]>('UPDATE choice SET devices = ? WHERE person_id = ?')
  const endMail = db.prepare<[string]>('UPDATE choice SET mail_ended = 1 WHERE person_id = ?')
  const read = db.prepare<[number, string]>(
    'UPDATE choice SET read_up_to = max(read_up_to, ?) WHERE person_id = ?',
  )
  const deleteWanted = db.prepare<[string]>('DELETE FROM wanted WHERE person_id = ?')
  const insertWanted = db.prepare<[string, string]>('INSERT INTO wanted (kind, person_id) VALUES (?, ?)')
  const chosen: Fold<'NotificationPreferencesChanged'> = ({ data: { id, preferences, linkToken } }) => {
    deleteWanted.run(id)
    if (preferences === null) return
    begin.run(id)
    choose.run(JSON.stringify(preferences), linkToken, id)
    const wanted = new Set([...preferences.mail, ...preferences.push])
    for (const kind of ['post', 'digest'] as const) if (wanted.has(kind)) insertWanted.run(kind, id)
  }
  const devices: Fold<'PushDevicesChanged'> = ({ data }) => {
    begin.run(data.id)
    setDevices.run(JSON.stringify(data.devices), data.id)
  }
  const ended: Fold<'PersonMailEnded'> = ({ data: { id } }) => {
    begin.run(id)
    endMail.run(id)
  }
  const seen: Fold<'InboxRead'> = ({ data: { id, upTo } }) => {
    begin.run(id)
    read.run(upTo, id)
  }
  return { chosen, devices, ended, seen }
}

const subscriptionFolds = (db: Database) => {
  const add = db.prepare<[string, string | null, string, string, string, string, string]>(
    `INSERT INTO subscription (id, person_id, scope, scope_json, email, link_token, confirmed, requested_at)
     VALUES (?, ?, ?, ?, ?, ?, 0, ?) ON CONFLICT DO NOTHING`,
  )
  const confirm = db.prepare<[string]>('UPDATE subscription SET confirmed = 1 WHERE id = ?')
  const remove = db.prepare<[string]>('DELETE FROM subscription WHERE id = ?')
  const requested: Fold<'MailSubscriptionRequested'> = ({ data }) => {
    const { id, personId, scope, email, linkToken, requestedAt } = data
    if (email === null || linkToken === null) return
    add.run(id, personId, scopeKey(scope), JSON.stringify(scope), email, linkToken, requestedAt)
  }
  return {
    requested,
    confirmed: ((event) => void confirm.run(event.data.id)) as Fold<'MailSubscriptionConfirmed'>,
    ended: ((event) => void remove.run(event.data.id)) as Fold<'MailSubscriptionEnded'>,
  }
}

const issueFolds = (db: Database) => {
  const newsletter = db.prepare<[string, string]>(
    'INSERT INTO newsletter (post_id, sent_at) VALUES (?, ?) ON CONFLICT DO NOTHING',
  )
  const digest = db.prepare<string[]>(
    `INSERT INTO digest (week, time_zone, most_read, posts, featured, comments, issued_at, event_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
  )
  return {
    newsletter: (({ data: { postId, sentAt } }) =>
      void newsletter.run(postId, sentAt)) as Fold<'NewsletterSent'>,
    digest: (({ id, data: { week, timeZone, mostRead = [], posts, featured = [], comments, issuedAt } }) =>
      void digest.run(
        week,
        timeZone,
        JSON.stringify(mostRead),
        JSON.stringify(posts),
        JSON.stringify(featured),
        JSON.stringify(comments),
        issuedAt,
        id,
      )) as Fold<'DigestIssued'>,
  }
}

/** Applies an event to the tables. Total: an event about something unknown changes nothing. */
export const createApply = (db: Database) => {
  const post = postFold(db)
  const comments = commentFolds(db)
  const people = peopleFolds(db)
  const choices = choiceFolds(db)
  const subscriptions = subscriptionFolds(db)
  const issues = issueFolds(db)
  const media = mediaFolds(db)
  const backups = backupFolds(db)
  const setSettings = db.prepare<[string]>(
    'INSERT INTO settings (one, settings) VALUES (1, ?) ON CONFLICT DO UPDATE SET settings = excluded.settings',
  )
  const folds: { readonly [Type in EventType]?: Fold<Type> } = {
    PostCreated: post,
    PostUpdated: post,
    CommentCreated: comments.created,
    CommentUpdated: comments.updated,
    CommentModerated: comments.moderated,
    UserRegistered: (event) => {
      people.registered(event)
      backups.begin(event.time)
    },
    UserRenamed: people.renamed,
    UserRoleChanged: people.roleChanged,
    BlogSettingsChanged: ({ data }) => void setSettings.run(JSON.stringify(data.settings)),
    NotificationPreferencesChanged: choices.chosen,
    PushDevicesChanged: choices.devices,
    PersonMailEnded: choices.ended,
    InboxRead: choices.seen,
    MailSubscriptionRequested: subscriptions.requested,
    MailSubscriptionConfirmed: subscriptions.confirmed,
    MailSubscriptionEnded: subscriptions.ended,
    NewsletterSent: issues.newsletter,
    DigestIssued: issues.digest,
    MediaRequested: media.requested,
    MediaDescribed: media.described,
    MediaParked: media.parked,
    MediaRetried: media.unparked,
    MediaFinished: media.unparked,
    MediaCancelled: media.unparked,
    MediaRemoved: media.removed,
    PostViewsCounted: readingFold(db),
    BackupTaken: backups.taken,
    BackupOverdue: backups.overdue,
  }
  return (event: LogbookEvent): void => (folds[event.type] as Fold<EventType> | undefined)?.(event)
}
