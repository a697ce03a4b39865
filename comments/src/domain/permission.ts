import { Problem } from '@logbook/chassis/problem.ts'
import type { CommentFlag, FlagSetter } from '@logbook/contracts/events/comment-flags.ts'
import type { BlogSettings } from '@logbook/contracts/events/settings.ts'
import { type Caller, mayModerate } from '@logbook/contracts/identity.ts'
import type { WritableComment } from './comment.ts'
import type { KnownPost } from './post-known.ts'

const minuteMs = 60_000

/** What the settings of the blog say of comments. */
export type CommentSettings = Pick<BlogSettings, 'commentsFrom' | 'editMinutes'>

/** Throws `forbidden` where this blog takes no comments and votes from such a caller. */
export const mustBeWelcome = (caller: Caller, { commentsFrom }: CommentSettings): void => {
  if (commentsFrom === 'nobody') throw new Problem('forbidden', { detail: 'Comments are closed.' })
  if (commentsFrom === 'members' && caller.kind === 'guest')
    throw new Problem('forbidden', { detail: 'Sign in to comment.' })
}

export const isOwn = ({ authorId }: { authorId: string | null }, caller: Caller): boolean =>
  (caller.kind === 'person' || caller.kind === 'guest') && caller.id === authorId

/** Who asks for a change of a comment, when (RFC 3339), and what the settings say then. */
export interface Asked {
  caller: Caller
  at: string
  settings: CommentSettings
}

const mustBeOwn = (comment: WritableComment, { caller }: Asked): void => {
  if (!isOwn(comment, caller)) throw new Problem('forbidden', { detail: 'This comment is someone else’s.' })
}

/** A comment that is of a time yet to come was made while the clock was ahead: it is not fresh until then. */
const mustBeFresh = ({ createdAt }: WritableComment, { at, settings }: Asked): void => {
  const { editMinutes } = settings
  if (editMinutes === 0)
    throw new Problem('forbidden', { detail: 'Comments can’t be changed once they are sent.' })
  if (Math.abs(Date.parse(at) - Date.parse(createdAt)) <= editMinutes * minuteMs) return
  const time = editMinutes === 1 ? 'a minute' : `${editMinutes} minutes`
  throw new Problem('forbidden', { detail: `A comment may be changed for ${time}.` })
}

/** Throws `forbidden` unless the comment is the caller's own and as fresh as the settings ask. */
export const mayEdit = (comment: WritableComment, asked: Asked): void => {
  mustBeOwn(comment, asked)
  mustBeFresh(comment, asked)
}

/**
 * People delete their own at any time, guests as long as they may change it: the cookie may be another person's later. Moderators
 * delete any comment. Throws `forbidden`.
 */
export const mayDelete = (comment: WritableComment, asked: Asked): void => {
  if (mayModerate(asked.caller)) return
  mustBeOwn(comment, asked)
  if (asked.caller.kind === 'guest') mustBeFresh(comment, asked)
}

const writes = (caller: Caller, post: KnownPost): boolean =>
  'authorId' in post && caller.kind === 'person' && caller.id === post.authorId

const nameHider = (comment: WritableComment, asked: Asked, value: boolean): FlagSetter => {
  const moderates = mayModerate(asked.caller)
  if (!isOwn(comment, asked.caller) && moderates) return 'moderator'
  mayDelete(comment, asked)
  if (!value && comment.isNameWithheld && !moderates)
    throw new Problem('forbidden', { detail: 'A moderator has hidden the name.' })
  return 'author'
}

/**
 * In which capacity the caller may set a flag. A comment's name is hidden and shown by its author, under the conditions of a deletion, and by
 * moderators; the other flags are set by the writer of its post and by moderators. Throws `forbidden`.
 */
export const flagSetterOf = (
  comment: WritableComment,
  { flag, value, post, ...asked }: Asked & { flag: CommentFlag; value: boolean; post: KnownPost },
): FlagSetter => {
  if (flag === 'anonymized') return nameHider(comment, asked, value)
  if (writes(asked.caller, post)) return 'writer'
  if (mayModerate(asked.caller)) return 'moderator'
  throw new Problem('forbidden', { detail: 'This comment is on someone else’s post.' })
}
