import { useActionData } from 'react-router'
import { TakeDown } from '../moderation/take-down.tsx'
import { moderates, useEditMinutes, useViewer } from '../page/viewer.ts'
import { nameOf } from './author.tsx'
import type { Doing } from './doing.ts'
import type { Refused } from './edit-form.tsx'
import { pageOf } from './place.ts'
import { rightsOf } from './rights.ts'
import type { ThreadComment } from './thread.ts'
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

const Pick = ({ comment }: OwnActionsProps) => {
  const { refused } = useActionData<{ refused?: Refused }>() ?? {}
  const isRefused = refused?.id === comment.id && refused.command === 'pick'
  return (
    <form method="post" action={pageOf(comment.id)} data-swap={`comment-${comment.id}`}>
      <input type="hidden" name="intent" value="pick" />
      <button type="submit" name="id" value={comment.id} className="plain">
        Pick<span className="unseen"> {whose(comment)}</span>
      </button>
      {isRefused ? (
        <span role="alert" className="vote-problem">
          It was not picked. {refused.problem}
        </span>
      ) : null}
    </form>
  )
}

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
  const rights = rightsOf(comment, { viewer, editMinutes: useEditMinutes(), now })
  const { edit, remove, pick, takeDown, editableUntil } = rights
  if (!edit && !remove && !pick && !takeDown) return null
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
      {pick ? <Pick comment={comment} /> : null}
      {takeDown ? <Withhold comment={comment} /> : null}
      {editableUntil === undefined ? null : (
        <span className="time-left" data-until={editableUntil} data-prefix={viewer === null ? '' : 'edit '}>
          {`${viewer === null ? '' : 'edit '}for ${timeLeft(editableUntil - now)}`}
        </span>
      )}
    </>
  )
}
