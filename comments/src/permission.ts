import { Problem } from '@logbook/chassis/problem.ts'
import { bounds } from '@logbook/contracts/bounds.ts'
import { type Caller, mayModerate } from '@logbook/contracts/identity.ts'
import type { WritableComment } from './comment.ts'

/** From whom comments and votes are taken: also from guests, from people with an account, or from nobody. */
export const commentsFrom = ['guests', 'members', 'nobody'] as const
export type CommentsFrom = (typeof commentsFrom)[number]

/** Throws `forbidden` where this blog takes no comments and votes from such a caller. */
export const mustBeWelcome = (caller: Caller, from: CommentsFrom): void => {
  if (from === 'nobody') throw new Problem('forbidden', { detail: 'Comments are closed.' })
  if (from === 'members' && caller.kind === 'guest')
    throw new Problem('forbidden', { detail: 'Sign in to comment.' })
}

export const isOwn = ({ authorId }: { authorId: string | null }, caller: Caller): boolean =>
  (caller.kind === 'person' || caller.kind === 'guest') && caller.id === authorId

/**
 * Throws `forbidden` unless the comment is the caller's own and, a guest's, still fresh. `at` is RFC 3339. A comment that is of a time yet
 * to come was made while the clock was ahead: it is not fresh until then.
 */
export const mustBeOwn = (comment: WritableComment, { caller, at }: { caller: Caller; at: string }): void => {
  if (!isOwn(comment, caller)) throw new Problem('forbidden', { detail: 'This comment is someone else’s.' })
  const age = Math.abs(Date.parse(at) - Date.parse(comment.createdAt))
  if (caller.kind === 'guest' && age > bounds.guestChangesMsMax)
    throw new Problem('forbidden', {
      detail: `A guest may change a comment for ${bounds.guestChangesMsMax / 60_000} minutes.`,
    })
}

/** Whoever moderates deletes any comment; others their own. Throws `forbidden`. */
export const mayDelete = (comment: WritableComment, asked: { caller: Caller; at: string }): void => {
  if (!mayModerate(asked.caller)) mustBeOwn(comment, asked)
}
