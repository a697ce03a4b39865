import type { Clock } from '@logbook/chassis/clock.ts'
import { type Cause, causeOfEvent } from '@logbook/chassis/command/cause.ts'
import type { CommandHandler } from '@logbook/chassis/command/command-handler.ts'
import type { Database } from '@logbook/chassis/files/sqlite.ts'
import { Follower } from '@logbook/chassis/follow/follower.ts'
import { type Due, Reactions } from '@logbook/chassis/follow/reactions.ts'
import type { Bus } from '@logbook/chassis/log/bus.ts'
import type { Logger } from '@logbook/chassis/logger.ts'
import type { EventType, LogbookEvent } from '@logbook/contracts/events/catalog.ts'
import { commentSubject } from '@logbook/contracts/events/comments.ts'
import { decodeOf } from '@logbook/contracts/events/decode.ts'
import { type Mention, mentionSubject } from '@logbook/contracts/events/mentions.ts'
import { erasureEventsFor } from '@logbook/contracts/personal.ts'
import type { Comment, CommentEvent } from './domain/comment.ts'
import { decide, type Verdict } from './domain/decide.ts'
import { decideMention } from './domain/mention.ts'
import type { People } from './read-model/people.ts'
import type { Threads } from './read-model/threads.ts'

export const followedTypes = [
  'PostCreated',
  'PostUpdated',
  'CommentCreated',
  'CommentUpdated',
  'CommentModerated',
  'UserRegistered',
  'MentionFound',
  'MentionGone',
] as const satisfies readonly EventType[]

type MentionEvent = LogbookEvent<'MentionFound' | 'MentionGone'>
type Followed = LogbookEvent<(typeof followedTypes)[number]>

type Gone = Extract<Mention, { status: 'gone' }>

/** What a comment is to become: as a verdict says, deleted with its mention, or as its mention stands in the log by then. */
export type Owed = Cause & { commentId: string } & (
    | { verdict: Verdict }
    | { mentionId: string; gone: Gone | undefined }
  )

interface CommentsFollowerOptions {
  bus: Bus
  db: Database
  clock: Clock
  logger: Logger
  source: string
  comments: CommandHandler<Comment, CommentEvent>
  /** Only read: mentions are notifications’. */
  mentions: Pick<CommandHandler<Mention, MentionEvent>, 'load'>
  threads: Threads
  people: People
  /** Drops what is in memory. */
  forget: () => void
  /** The log is not the one that was read. */
  onOtherLog: () => void
}

const verdictTable = (db: Database) => {
  const latest = db.prepare<[string], string>('SELECT event_id FROM verdict WHERE comment_id = ?').pluck()
  const put = db.prepare<[string, string]>(
    'INSERT INTO verdict (comment_id, event_id) VALUES (?, ?) ON CONFLICT DO UPDATE SET event_id = excluded.event_id',
  )
  return {
    latest: (commentId: string) => latest.get(commentId),
    put: ({ commentId, eventId }: { commentId: string; eventId: string }) => void put.run(commentId, eventId),
  }
}

interface Answers {
  reactions: Reactions<Owed>
  owe: (event: LogbookEvent<'CommentModerated'>) => void
  oweMention: (event: MentionEvent) => void
}

/** What each event means here. */
const applyOf =
  (
    { threads, people }: Pick<CommentsFollowerOptions, 'threads' | 'people'>,
    { reactions, owe, oweMention }: Answers,
  ) =>
  (event: Followed): void => {
    switch (event.type) {
      case 'PostCreated':
      case 'PostUpdated':
        threads.applyPost(event)
        break
      case 'CommentCreated':
        if (event.causationid !== undefined) reactions.settled(event.causationid)
        threads.applyComment(event)
        break
      case 'CommentUpdated':
        reactions.settled(event.data.cause)
        threads.applyComment(event)
        break
      case 'CommentModerated':
        owe(event)
        break
      case 'MentionFound':
      case 'MentionGone':
        oweMention(event)
        break
      case 'UserRegistered':
        people.registered({ id: event.data.id, position: event.position })
        break
      default:
        event satisfies never
    }
  }

/** Follows the log into the threads, and answers each verdict of moderation with what the comment has become. */
export const createCommentsFollower = (options: CommentsFollowerOptions): Follower<Followed> => {
  const { bus, db, clock, logger, source, comments, mentions, threads, people, forget, onOtherLog } = options
  const verdicts = verdictTable(db)

  const react = async ({ id, payload }: Due<Owed>): Promise<void> => {
    const { commentId, ...rest } = payload
    const given = { subject: commentSubject(commentId), causationId: id }
    if ('verdict' in rest) {
      const { verdict, ...cause } = rest
      await comments.handle({ ...given, ...cause, decide: (comment) => decide(comment, verdict) })
      return
    }
    const { mentionId, gone, ...cause } = rest
    const mention = gone ?? (await mentions.load(mentionSubject(mentionId))).state
    // The mention was gone, and is found again as another comment.
    if (mention.status === 'none' || mention.commentId !== commentId) return
    const decideNow = (comment: Comment) => decideMention(comment, { mention, cause: id })
    await comments.handle({ ...given, ...cause, decide: decideNow })
  }
  const reactions = new Reactions<Owed>({ db, logger, react })

  const owe = (event: LogbookEvent<'CommentModerated'>): void => {
    const { id, position, data } = event
    const { status, reason, revision } = data
    // Only the latest verdict counts. An older one that led to nothing has no answer in the log, and must not be given
    // one when the file is rebuilt.
    const overtaken = verdicts.latest(data.id)
    if (overtaken !== undefined) reactions.settled(overtaken)
    verdicts.put({ commentId: data.id, eventId: id })
    const verdict: Verdict = { kind: 'apply-verdict', cause: id, status, reason, revision }
    const payload = { commentId: data.id, verdict, ...causeOfEvent(event) }
    reactions.due({ id, position, subject: data.id, payload })
  }

  const oweMention = (event: MentionEvent): void => {
    const { id, position, data } = event
    const gone: Gone | undefined =
      event.type === 'MentionGone' ? { status: 'gone', ...event.data } : undefined
    const payload = { commentId: data.commentId, mentionId: data.id, gone, ...causeOfEvent(event) }
    reactions.due({ id, position, subject: data.commentId, payload })
  }

  return new Follower<Followed>({
    ...{ name: 'comments', bus, db, logger, onOtherLog },
    ...{ decode: decodeOf(followedTypes), types: followedTypes, reactions },
    apply: applyOf(options, { reactions, owe, oweMention }),
    erasure: {
      ...{ events: erasureEventsFor('comments'), source, clock, forget },
      purge({ personId }) {
        people.erased(personId)
        return threads.erasePerson(personId)
      },
    },
  })
}
