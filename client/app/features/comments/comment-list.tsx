import { Fragment } from 'react'
import { CommentRow } from './comment-row.tsx'
import type { Doing } from './doing.ts'
import { EditForm, type Refused } from './edit-form.tsx'
import type { Here } from './here.ts'
import { RemoveQuestion } from './remove-question.tsx'
import { type Cut, nameOf, type Row, type ThreadComment } from './thread.ts'

const Cuts = ({ cuts, here }: { cuts: readonly Cut[]; here: Here }) =>
  cuts.map((cut) => (
    <li key={cut.parentId} id={`cut-${cut.parentId}`} className="cut" data-depth={cut.depth}>
      <span className="rails" aria-hidden="true">
        {cut.path.map((id) => (
          <span key={id} className="rail" />
        ))}
      </span>
      <span className="more">
        <a href={here({ replies: cut.parentId, from: cut.cursor })} rel="nofollow" data-more={cut.parentId}>
          {cut.count === 1 ? '1 more reply' : `${cut.count} more replies`}
        </a>
      </span>
    </li>
  ))

interface InsteadProps {
  refused: Refused | undefined
  comment: ThreadComment
  doing: Doing | undefined
}

/** Replaces a comment's text while it is edited. */
const insteadOf = ({ comment, doing, refused }: InsteadProps) => {
  if (doing?.id !== comment.id) return undefined
  const shown = { comment, refused: refused?.id === comment.id ? refused : undefined }
  if (doing.kind === 'remove') return <RemoveQuestion {...shown} />
  return comment.source === undefined ? undefined : <EditForm {...shown} />
}

interface CommentListProps {
  rows: readonly Row[]
  comments: readonly ThreadComment[]
  doing: Doing | undefined
  refused: Refused | undefined
  mayComment: boolean
  mayVote: boolean
  here: Here
  /** The id that the page's address names. */
  soughtId: string | null
}

/** The rows of a thread, with what is being done to one of them. */
export const CommentList = ({ rows, comments, doing, refused, here, ...rest }: CommentListProps) => {
  const names = new Map(comments.map((comment) => [comment.id, nameOf(comment)]))
  const { soughtId, mayComment, mayVote } = rest
  return (
    <ol className="thread">
      {rows.map((row) => {
        const { id, parentId } = row.comment
        return (
          <Fragment key={id}>
            <CommentRow
              row={row}
              href={here({ comment: id }, `#comment-${id}`)}
              isSought={id === soughtId}
              parentName={parentId === null ? undefined : names.get(parentId)}
              mayComment={mayComment}
              mayVote={mayVote}
              instead={insteadOf({ comment: row.comment, doing, refused })}
            />
            <Cuts cuts={row.cut} here={here} />
          </Fragment>
        )
      })}
    </ol>
  )
}
