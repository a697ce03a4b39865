import type { LogbookEvent } from '@logbook/contracts/events/catalog.ts'
import {
  type CommentState,
  commentEvents,
  commentStateOf,
  commentTombstone,
} from '@logbook/contracts/events/comments.ts'
import { decodeOf } from '@logbook/contracts/events/decode.ts'
import { typesOf } from '@logbook/contracts/events/define.ts'
import { nobody, type Vote, type Voters, voteOf, withVote } from './voters.ts'

export type CommentEvent = LogbookEvent<keyof typeof commentEvents>

/** What only the stream of a comment tells. `isNameWithheld`: a moderator took its author's name away. */
interface Known {
  voters: Voters
  isTakenDown?: true
  isNameWithheld?: boolean
}

/** A comment as its stream tells it: its full state, and who voted. */
export type Comment = { status: 'absent' } | (CommentState & Known)
export type WritableComment = Extract<Comment, { status: 'pending' | 'approved' | 'rejected' }>

export const initialComment: Comment = { status: 'absent' }

const isLive = (comment: Comment): comment is WritableComment =>
  comment.status !== 'absent' && comment.status !== 'deleted'

/** The fold. An event that the present state has no room for changes nothing: no event in the log can stop it. */
export const evolve = (comment: Comment, event: CommentEvent): Comment => {
  switch (event.type) {
    case 'CommentCreated':
      return comment.status === 'absent' ? created(event.data) : comment
    case 'CommentEdited':
      return isLive(comment) ? edited(comment, event.data) : comment
    case 'CommentUpvoted':
      return isLive(comment) ? voted(comment, event.data.voterId, 1) : comment
    case 'CommentDownvoted':
      return isLive(comment) ? voted(comment, event.data.voterId, -1) : comment
    case 'CommentVoteWithdrawn':
      return isLive(comment) ? voted(comment, event.data.voterId, 0) : comment
    case 'CommentPromoted':
    case 'CommentSearchable':
    case 'CommentAdvertised':
      return isLive(comment) ? flagged(comment, event.data) : comment
    case 'CommentAnonymized':
      return isLive(comment) ? anonymized(comment, event.data) : comment
    case 'CommentDeleted':
      return isLive(comment) ? deleted(comment, event.data.deletedAt) : comment
    case 'CommentTakenDown':
      return takenDown(comment, event.data.takenDownAt)
    case 'CommentUpdated':
      return isLive(comment) ? summarised(comment, event.data) : comment
    default:
      return event satisfies never
  }
}

const created = (data: LogbookEvent<'CommentCreated'>['data']): Comment => ({
  ...commentStateOf(data),
  voters: nobody,
})

/** What was picked was another text: its author must not put a new one in its place. */
const unpicked = { promoted: false, advertised: false } as const

const edited = (
  comment: WritableComment,
  { content, revision, editedAt }: LogbookEvent<'CommentEdited'>['data'],
): Comment => ({ ...comment, content, revision, editedAt, status: 'pending', reason: null, ...unpicked })

const flagged = (
  comment: WritableComment,
  {
    id: _,
    by: __,
    ...flag
  }: LogbookEvent<'CommentPromoted' | 'CommentSearchable' | 'CommentAdvertised'>['data'],
): Comment => ({ ...comment, ...flag })

const anonymized = (
  comment: WritableComment,
  { anonymized, by }: LogbookEvent<'CommentAnonymized'>['data'],
): Comment => ({ ...comment, anonymized, isNameWithheld: anonymized && by === 'moderator' })

const voted = (comment: WritableComment, voterId: string, value: Vote | 0): Comment => ({
  ...comment,
  voters: withVote(comment.voters, { voterId, value }),
  score: comment.score - voteOf(comment.voters, voterId) + value,
})

const deleted = ({ voters, ...comment }: WritableComment, deletedAt: string): CommentState & Known => ({
  ...commentTombstone(comment),
  status: 'deleted',
  deletedAt,
  voters,
})

/** Its texts are gone from here, also where it was deleted before. */
const takenDown = (comment: Comment, at: string): Comment => {
  if (comment.status === 'absent') return comment
  return { ...(isLive(comment) ? deleted(comment, at) : comment), isTakenDown: true }
}

/**
 * The facts have said it already, but for a verdict: its fact stands on moderation's stream. The flags are as the view has them: in older
 * logs an edit left a comment promoted.
 */
const summarised = (
  comment: WritableComment,
  { status, ...data }: LogbookEvent<'CommentUpdated'>['data'],
): Comment => {
  if (status === 'deleted' || !('reason' in data)) return comment
  const { reason, promoted, searchable, advertised, anonymized } = data
  return { ...comment, status, reason, promoted, searchable, advertised, anonymized }
}

/** The comment's full state; undefined for one that does not exist. */
export const stateOf = (comment: Comment): CommentState | undefined => {
  if (comment.status === 'absent') return undefined
  const { voters: _, isTakenDown: __, isNameWithheld: ___, ...state } = comment
  return state
}

export const decodeComment = decodeOf(typesOf(commentEvents))
