import { invalid, notFound, Problem } from '@logbook/chassis/problem.ts'
import type { DomainEvent } from '@logbook/contracts/envelope.ts'
import type { EventData } from '@logbook/contracts/events/catalog.ts'
import {
  type CommentFlag,
  type CommentFlags,
  type FlagSetter,
  flagsThatDiffer,
} from '@logbook/contracts/events/comment-flags.ts'
import type { CommentState, VerdictStatus } from '@logbook/contracts/events/comments.ts'
import type { Doer } from '@logbook/contracts/events/doer.ts'
import { newEvent } from '@logbook/contracts/events/new-event.ts'
import type { VoteValue } from '@logbook/contracts/http/comments.ts'
import type { Caller } from '@logbook/contracts/identity.ts'
import {
  type Comment,
  type CommentEvent,
  evolve,
  initialComment,
  stateOf,
  type WritableComment,
} from './comment.ts'
import {
  type Asked,
  type CommentSettings,
  flagSetterOf,
  isOwn,
  mayDelete,
  mayEdit,
  mustBeWelcome,
} from './permission.ts'
import type { KnownPost } from './post-known.ts'
import { voteOf } from './voters.ts'

/** What moderation said of one text of a comment. `cause` is the id of the event in which it did. */
export interface Verdict {
  kind: 'apply-verdict'
  cause: string
  status: VerdictStatus
  reason: string
  revision: number
}

/** What a reader's comment is written in view of. */
export interface Setting {
  caller: Caller
  settings: CommentSettings
  post: KnownPost
  /** The comment that it answers, where it answers one. */
  parent: Comment | undefined
}

/** A comment from elsewhere, with the flags that it had there. */
export interface ImportedComment {
  comment: EventData<'CommentCreated'>
  flags: CommentFlags
}

/** `at` is RFC 3339; `cause` becomes the id of the fact, which the summary beside it names. */
export type CommentCommand =
  | { kind: 'create'; comment: EventData<'CommentCreated'>; by: Setting }
  | ({ kind: 'import'; cause: string } & ImportedComment)
  | ({ kind: 'edit'; content: string; cause: string } & Asked)
  | {
      kind: 'vote'
      caller: Caller
      settings: CommentSettings
      voterId: string
      value: VoteValue
      cause: string
    }
  | ({ kind: 'flag'; flag: CommentFlag; value: boolean; post: KnownPost; cause: string } & Asked)
  | { kind: 'take-down'; by: Doer | null; reason: string; at: string; cause: string }
  | ({ kind: 'delete'; cause: string } & Asked)
  | Verdict

type KnownComment = Exclude<Comment, { status: 'absent' }>
type Fact = Exclude<CommentEvent['type'], 'CommentCreated' | 'CommentUpdated'>

/**
 * What a command leads to. Nothing where nothing changes, where the comment to be created exists, and for a verdict that
 * has been overtaken. Throws `forbidden` for what is someone else's, for a vote on one's own and for what the settings do not allow, `not-found`,
 * `comments-closed`, `invalid` for a deleted parent, `gone` for a deleted comment, and `conflict` for a vote on what readers do not see.
 */
export const decide = (comment: Comment, command: CommentCommand): readonly DomainEvent[] => {
  if (command.kind === 'create') return comment.status === 'absent' ? create(command) : []
  if (command.kind === 'import') return comment.status === 'absent' ? bring(command) : []
  if (command.kind === 'apply-verdict') return applyVerdict(comment, command)
  if (command.kind === 'vote') mustBeWelcome(command.caller, command.settings)
  if (comment.status === 'absent') throw new Problem('not-found', { detail: 'There is no such comment.' })
  if (command.kind === 'take-down') return takeDown(comment, command)
  if (comment.status === 'deleted') throw new Problem('gone', { detail: 'This comment was deleted.' })
  const { id } = comment
  switch (command.kind) {
    case 'edit':
      return edit(comment, command)
    case 'vote':
      return vote(comment, command)
    case 'flag':
      return flag(comment, command)
    case 'delete':
      mayDelete(comment, command)
      return changed(
        comment,
        'CommentDeleted',
        { id, deletedAt: command.at, by: isOwn(comment, command.caller) ? 'author' : 'moderator' },
        command.cause,
      )
    default:
      return command satisfies never
  }
}

type Command<Kind> = Extract<CommentCommand, { kind: Kind }>

const create = ({ comment, by }: Command<'create'>): DomainEvent[] => {
  mustBeTaken(by)
  return [newEvent('CommentCreated', comment)]
}

/** Whatever the flags: the verdict that they count with follows. */
const bring = ({ comment, flags, cause }: Command<'import'>): DomainEvent[] => {
  const created = newEvent('CommentCreated', comment)
  const set = flagsThatDiffer(flags).map((flag) =>
    flagFact(comment.id, { flag, value: flags[flag], by: 'moderator' }),
  )
  if (set.length === 0) return [created]
  const after = [created, ...set].reduce(
    (state, event) => evolve(state, event as CommentEvent),
    initialComment,
  )
  return [created, ...set, summary(after as KnownComment, cause)]
}

const mustBeTaken = ({ caller, settings, post, parent }: Setting): void => {
  mustBeWelcome(caller, settings)
  if (post.status !== 'published') throw notFound('such post')
  if (post.commentsClosed)
    throw new Problem('comments-closed', { detail: 'This post takes no new comments.' })
  if (parent?.status === 'deleted') throw invalid('parentId', 'that comment was deleted')
}

const edit = (comment: WritableComment, command: Command<'edit'>): DomainEvent[] => {
  mayEdit(comment, command)
  const { content, at, cause } = command
  if (content === comment.content) return []
  const { id, postId, authorId, revision } = comment
  const data = { id, postId, authorId, content, revision: revision + 1, editedAt: at }
  return changed(comment, 'CommentEdited', data, cause)
}

/** Also of a comment that was deleted: its texts are part of the past that moderators see. */
const takeDown = (comment: KnownComment, { at, by, reason, cause }: Command<'take-down'>): DomainEvent[] => {
  if (comment.isTakenDown) return []
  return changed(comment, 'CommentTakenDown', { id: comment.id, takenDownAt: at, by, reason }, cause)
}

const voteFacts = { 1: 'CommentUpvoted', 0: 'CommentVoteWithdrawn', [-1]: 'CommentDownvoted' } as const

const vote = (comment: WritableComment, { voterId, value, cause }: Command<'vote'>): DomainEvent[] => {
  mustBeApproved(comment)
  if (voteOf(comment.voters, voterId) === value) return []
  // One that was given before this was refused can be taken back.
  if (voterId === comment.authorId && value !== 0)
    throw new Problem('forbidden', { detail: 'This comment is your own: others vote on it.' })
  return changed(comment, voteFacts[value], { id: comment.id, voterId }, cause)
}

const flagFacts = {
  promoted: 'CommentPromoted',
  searchable: 'CommentSearchable',
  advertised: 'CommentAdvertised',
  anonymized: 'CommentAnonymized',
} as const satisfies Record<CommentFlag, Fact>

/** Only what readers see can be featured or quoted; to end that is possible always. */
const flag = (comment: WritableComment, command: Command<'flag'>): DomainEvent[] => {
  const { flag, value, cause } = command
  const by = flagSetterOf(comment, command)
  if (comment[flag] === value) return []
  if (value && (flag === 'promoted' || flag === 'advertised')) mustBeApproved(comment)
  const { type, data } = flagFact(comment.id, { flag, value, by })
  return changed(comment, type, data, cause)
}

const flagFact = (id: string, { flag, value, by }: { flag: CommentFlag; value: boolean; by: FlagSetter }) =>
  newEvent(flagFacts[flag], { id, by, [flag]: value } as EventData<(typeof flagFacts)[typeof flag]>)

const mustBeApproved = ({ status }: WritableComment): void => {
  if (status !== 'approved')
    throw new Problem('conflict', { detail: `This comment is ${status}: readers do not see it.` })
}

/** A verdict binds the text it was given on, and no newer one. */
const applyVerdict = (comment: Comment, { status, reason, revision, cause }: Verdict): DomainEvent[] => {
  if (comment.status === 'absent' || comment.status === 'deleted') return []
  const said = { status, reason: reason === '' ? null : reason }
  if (revision !== comment.revision) return []
  if (said.status === comment.status && said.reason === comment.reason) return []
  return [summary({ ...comment, ...said }, cause)]
}

const summary = (comment: KnownComment, cause: string): DomainEvent =>
  newEvent('CommentUpdated', { ...(stateOf(comment) as CommentState), cause })

/** A fact and, beside it, the summary of the state that it leads to. */
export const changed = <Type extends Fact>(
  comment: KnownComment,
  type: Type,
  data: EventData<Type>,
  cause: string,
): DomainEvent[] => {
  const after = evolve(comment, { type, data } as CommentEvent)
  if (after.status === 'absent') throw new Problem('internal', { detail: 'A fact left no comment behind.' })
  return [newEvent(type, data), summary(after, cause)]
}
