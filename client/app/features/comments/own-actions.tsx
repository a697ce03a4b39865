import { useState } from 'react'
import { Form, useActionData } from 'react-router'
import { TakeDown } from '../moderation/take-down.tsx'
import { moderates, useViewer } from '../page/viewer.ts'
import { nameOf } from './author.tsx'
import type { ThreadComment } from './thread.ts'
import { useRights } from './use-rights.ts'

/** What is being done to a comment on this page, in its place or below it. */
export interface Doing {
  kind: 'reply' | 'edit' | 'remove'
  id: string
}

interface OwnActionsProps {
  comment: ThreadComment
  onBegin: (kind: Doing['kind']) => void
  /** Resolves to what went wrong, in words. */
  onPick: () => Promise<string | undefined>
}

const whose = (comment: ThreadComment): string => {
  if (comment.status === 'deleted') return 'what this comment said'
  return comment.mine ? 'your comment' : `${nameOf(comment)}’s comment`
}

/** A link that leads to the same without scripts. */
const Begin = ({
  kind,
  comment,
  onBegin,
  children,
}: Omit<OwnActionsProps, 'onPick'> & { kind: 'edit' | 'remove'; children: string }) => (
  <a
    id={`${kind}-${comment.id}`}
    href={`?comment=${comment.id}&${kind}=${comment.id}#comment-${comment.id}`}
    rel="nofollow"
    className="reply"
    onClick={(event) => {
      event.preventDefault()
      onBegin(kind)
    }}
  >
    {children}
    <span className="unseen"> {whose(comment)}</span>
  </a>
)

const Pick = ({ comment, onPick }: Pick<OwnActionsProps, 'comment' | 'onPick'>) => {
  const [problem, setProblem] = useState<string>()
  return (
    <Form
      method="post"
      onSubmit={async (event) => {
        event.preventDefault()
        setProblem(await onPick())
      }}
    >
      <input type="hidden" name="intent" value="pick" />
      <button type="submit" name="id" value={comment.id} className="plain">
        Pick<span className="unseen"> {whose(comment)}</span>
      </button>
      {problem ? (
        <span role="alert" className="vote-problem">
          It was not picked. {problem}
        </span>
      ) : null}
    </Form>
  )
}

/** Of the last form that was sent from this page. */
const Withhold = ({ comment }: Pick<OwnActionsProps, 'comment'>) => {
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
export const TakeDownAlone = ({ comment }: Pick<OwnActionsProps, 'comment'>) => {
  const viewer = useViewer()
  if (!moderates(viewer?.role)) return null
  return (
    <div className="comment-actions">
      <Withhold comment={comment} />
    </div>
  )
}

/** `3 more hours`. */
const timeLeft = (minutes: number): string => {
  if (minutes === 1) return 'the next minute'
  if (minutes <= 120) return `${minutes} more minutes`
  return minutes <= 2_880
    ? `${Math.ceil(minutes / 60)} more hours`
    : `${Math.ceil(minutes / 1_440)} more days`
}

/** What whoever reads may do to a comment beside answering it. */
export const OwnActions = ({ comment, onBegin, onPick }: OwnActionsProps) => {
  const { edit, remove, pick, takeDown, minutesLeft } = useRights(comment)
  const viewer = useViewer()
  if (!edit && !remove && !pick && !takeDown) return null
  return (
    <>
      {edit ? (
        <Begin kind="edit" comment={comment} onBegin={onBegin}>
          Edit
        </Begin>
      ) : null}
      {remove ? (
        <Begin kind="remove" comment={comment} onBegin={onBegin}>
          Delete
        </Begin>
      ) : null}
      {pick ? <Pick comment={comment} onPick={onPick} /> : null}
      {takeDown ? <Withhold comment={comment} /> : null}
      {minutesLeft === undefined ? null : (
        <span className="time-left" suppressHydrationWarning>
          {`${viewer === null ? '' : 'edit '}for ${timeLeft(minutesLeft)}`}
        </span>
      )}
    </>
  )
}
