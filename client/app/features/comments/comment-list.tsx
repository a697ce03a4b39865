import { Fragment, useState } from 'react'
import { nameOf } from './author.tsx'
import { CommentForm } from './comment-form.tsx'
import { CommentRow } from './comment-row.tsx'
import { EditForm, type Refused } from './edit-form.tsx'
import { More } from './more.tsx'
import type { Doing } from './own-actions.tsx'
import { RemoveQuestion } from './remove-question.tsx'
import { type Cut, type Row, type ThreadComment, unfolded } from './thread.ts'
import type { useLiveThread } from './use-live-thread.ts'

/** The page's own address with some parameters more, for who reads without scripts. */
export type Here = (more: Record<string, string>, hash?: string) => string

/** Each names a page of the thread: the new one takes the place of the other. */
const otherPage: Record<string, string> = { comment: 'comments', comments: 'comment' }

export const hereOf =
  (search: URLSearchParams): Here =>
  (more, hash = '#comments') => {
    const kept = ['sort', 'comments', 'comment', 'asOf'].flatMap((name) => {
      const value = search.get(name)
      return value === null || (otherPage[name] ?? '') in more ? [] : [[name, value]]
    })
    return `?${new URLSearchParams({ ...Object.fromEntries(kept), ...more })}${hash}`
  }

const Cuts = ({
  cuts,
  here,
  onMore,
}: {
  cuts: readonly Cut[]
  here: Here
  onMore: (cut: Cut) => Promise<boolean>
}) =>
  cuts.map((cut) => (
    <li key={cut.parentId} className="cut">
      <span className="rails" aria-hidden="true">
        {cut.path.map((id) => (
          <span key={id} className="rail" />
        ))}
      </span>
      <More href={here({ replies: cut.parentId, from: cut.cursor })} onMore={() => onMore(cut)}>
        {cut.count === 1 ? '1 more reply' : `${cut.count} more replies`}
      </More>
    </li>
  ))

const useFolds = () => {
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set())
  const fold = (id: string) => {
    const next = new Set(folded)
    if (!next.delete(id)) next.add(id)
    setFolded(next)
  }
  return { folded, fold }
}

interface InsteadProps {
  refused: Refused | undefined
  comment: ThreadComment
  doing: Doing | undefined
  onSave: (comment: ThreadComment, text: string) => Promise<string | undefined>
  onRemove: (comment: ThreadComment) => Promise<string | undefined>
  onClose: () => void
}

/** What stands in place of a comment's text while it is being changed. */
const insteadOf = ({ comment, doing, refused, onSave, onRemove, onClose }: InsteadProps) => {
  if (doing?.id !== comment.id || doing.kind === 'reply') return undefined
  const shown = { comment, onClose, refused: refused?.id === comment.id ? refused : undefined }
  if (doing.kind === 'remove') return <RemoveQuestion {...shown} onRemove={() => onRemove(comment)} />
  if (comment.source === undefined) return undefined
  return <EditForm {...shown} onSave={(text) => onSave(comment, text)} />
}

interface CommentListProps {
  rows: readonly Row[]
  byId: ReadonlyMap<string, ThreadComment>
  live: ReturnType<typeof useLiveThread>
  doing: Doing | undefined
  onDoing: (doing: Doing | undefined) => void
  /** What of a comment of one's own was not taken, without scripts. */
  refused: Refused | undefined
  postId: string
  mayComment: boolean
  mayVote: boolean
  here: Here
  /** The id that the page's address names. */
  soughtId: string | null
  onRemoved: (comment: ThreadComment) => void
}

/** The rows of a thread, with what is being done to one of them. */
export const CommentList = (props: CommentListProps) => {
  const {
    rows,
    byId,
    live,
    doing,
    onDoing,
    refused,
    postId,
    mayComment,
    mayVote,
    here,
    soughtId,
    onRemoved,
  } = props
  const { dispatch, write, again, discard, goOn, edit, remove, pick } = live
  const { folded, fold } = useFolds()
  /** Back to the link that it began with. */
  const close = () => {
    onDoing(undefined)
    if (doing) requestAnimationFrame(() => document.getElementById(`${doing.kind}-${doing.id}`)?.focus())
  }
  const onRemove = async (comment: ThreadComment) => {
    const problem = await remove(comment)
    if (problem !== undefined) return problem
    onDoing(undefined)
    onRemoved(comment)
    return undefined
  }
  return (
    <ol className="thread">
      {unfolded({ rows, folded }).map((row) => {
        const { comment, cut } = row
        const { id, parentId } = comment
        const parent = parentId === null ? undefined : byId.get(parentId)
        return (
          <Fragment key={id}>
            <CommentRow
              row={row}
              href={here({ comment: id }, `#comment-${id}`)}
              isSought={id === soughtId}
              isFolded={folded.has(id)}
              parentName={parent && nameOf(parent)}
              onFold={fold}
              onBegin={onDoing}
              mayComment={mayComment}
              mayVote={mayVote}
              onPick={pick}
              onVoted={(voted, vote) => dispatch({ kind: 'voted', id: voted, vote })}
              instead={insteadOf({ comment, doing, refused, onSave: edit, onRemove, onClose: close })}
              onAgain={again}
              onDiscard={discard}
            >
              {doing?.kind === 'reply' && doing.id === id && mayComment ? (
                <CommentForm
                  postId={postId}
                  parent={{ id, name: nameOf(comment) }}
                  autoFocus
                  onWrite={write}
                  onClose={() => onDoing(undefined)}
                />
              ) : null}
            </CommentRow>
            <Cuts cuts={cut} here={here} onMore={goOn} />
          </Fragment>
        )
      })}
    </ol>
  )
}
