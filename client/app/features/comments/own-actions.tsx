import { useActionData } from 'react-router'
import { RemovePortrait } from '../moderation/remove-portrait.tsx'
import { TakeDown } from '../moderation/take-down.tsx'
import { moderates, useEditMinutes, useViewer } from '../page/viewer.ts'
import { useIsWriter } from '../posts/is-writer.ts'
import type { Doing } from './doing.ts'
import { FlagMenu } from './flag-menu.tsx'
import { pageOf } from './place.ts'
import { rightsOf } from './rights.ts'
import { nameOf, type ThreadComment } from './thread.ts'
import { timeLeft } from './time-left.ts'

interface OwnActionsProps {
  comment: ThreadComment
}

const whose = (comment: ThreadComment): string => {
  if (comment.status === 'deleted') return 'what this comment said'
  return comment.mine ? 'your comment' : `${nameOf(comment)}’s comment`
}

/** Leads to the comment with a form in its place. */
const Begin = ({ kind, comment, children }: OwnActionsProps & { kind: Doing['kind']; children: string }) => (
  <a
    id={`${kind}-${comment.id}`}
    href={`${pageOf(comment.id)}&${kind}=${comment.id}#comment-${comment.id}`}
    rel="nofollow"
    className="reply"
    data-swap={`comment-${comment.id}`}
  >
    {children}
    <span className="unseen"> {whose(comment)}</span>
  </a>
)

/** Of the last form that was sent from this page. */
const Withhold = ({ comment }: OwnActionsProps) => {
  const answer = useActionData<{ notTakenDown?: { id: string; problem: string } }>()
  const { id, problem } = answer?.notTakenDown ?? {}
  return (
    <TakeDown
      id={comment.id}
      intent="take-comment-down"
      name={whose(comment)}
      problem={id === comment.id ? problem : undefined}
    />
  )
}

/** For moderators where nothing else can be done: a comment that was deleted, whose text the past still has, or one of the past. */
export const TakeDownAlone = ({ comment }: OwnActionsProps) => {
  const viewer = useViewer()
  if (!moderates(viewer?.role)) return null
  return (
    <div className="comment-actions">
      <Withhold comment={comment} />
    </div>
  )
}

/** What the reader may do to a comment beside answering it. */
export const OwnActions = ({ comment }: OwnActionsProps) => {
  const viewer = useViewer()
  const now = Date.now()
  const rights = rightsOf(comment, { viewer, isWriter: useIsWriter(), editMinutes: useEditMinutes(), now })
  const { edit, remove, curate, hideName, takeDown, removePortrait, editableUntil } = rights
  const { authorPicture } = comment
  if (!edit && !remove && !curate && !hideName && !takeDown) return null
  // Guests can delete a comment only as long as they can edit it.
  const until = viewer === null ? 'Can be changed' : 'Can be edited'
  return (
    <>
      {edit ? (
        <Begin kind="edit" comment={comment}>
          Edit
        </Begin>
      ) : null}
      {remove ? (
        <Begin kind="remove" comment={comment}>
          Delete
        </Begin>
      ) : null}
      {curate || hideName ? <FlagMenu comment={comment} rights={rights} whose={whose(comment)} /> : null}
      {takeDown ? <Withhold comment={comment} /> : null}
      {removePortrait && authorPicture ? (
        <RemovePortrait id={comment.id} picture={authorPicture} name={nameOf(comment)} />
      ) : null}
      {editableUntil === undefined ? null : (
        <span className="time-left" data-until={editableUntil} data-prefix={until}>
          {`${until} for ${timeLeft(editableUntil - now)}`}
        </span>
      )}
    </>
  )
}
