import './comments.css'
import type { Change } from '@logbook/contracts/http/query.ts'
import { useMemo, useRef, useState } from 'react'
import { Link, useSearchParams } from 'react-router'
import { counted } from '../posts/words.ts'
import { CommentForm } from './comment-form.tsx'
import { CommentRow, nameOf } from './comment-row.tsx'
import { buildThread, isSort, type Sort, sorts, type ThreadComment, unfolded } from './thread.ts'
import { useLiveThread } from './use-live-thread.ts'

interface CommentsProps {
  postId: string
  position: string | null
  loaded: readonly ThreadComment[]
  requestKey: string
  typed: { text: string; name: string; email: string; parentId: string | null; problem: string } | undefined
  onPostChange: (change: Exclude<Change, { kind: 'comment' }>) => void
  onGap: () => void
}

const SortLinks = ({ sort }: { sort: Sort }) => (
  <nav className="sorts" aria-label="Order of comments">
    {sorts.map((each) => (
      <Link
        key={each}
        to={`?sort=${each}#comments`}
        replace
        preventScrollReset
        aria-current={each === sort ? 'true' : undefined}
      >
        {each}
      </Link>
    ))}
  </nav>
)

const Unseen = ({ waiting, unpublished }: { waiting: number; unpublished: number }) => {
  const parts = [
    waiting > 0 ? `${counted(waiting, 'comment')} waiting for a moderator` : '',
    unpublished > 0 ? `${counted(unpublished, 'comment')} not published` : '',
  ].filter(Boolean)
  return parts.length === 0 ? null : <p className="quiet unseen-count">{parts.join(' · ')}</p>
}

const useFolds = () => {
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set())
  const fold = (id: string) => {
    const next = new Set(folded)
    if (!next.delete(id)) next.add(id)
    setFolded(next)
  }
  return { folded, fold }
}

/** The comments of a post: read, answer, vote, write; whatever the log says next appears by itself. */
export const Comments = (props: CommentsProps) => {
  const { postId, requestKey, typed } = props
  const [search] = useSearchParams()
  const wanted = search.get('sort')
  const sort: Sort = isSort(wanted) ? wanted : 'newest'
  const { thread, dispatch, write, again } = useLiveThread(props)
  const { rows, waiting, unpublished, approved } = useMemo(
    () => buildThread({ comments: thread.comments, sort }),
    [thread.comments, sort],
  )
  const { folded, fold } = useFolds()
  const [replyTo, setReplyTo] = useState<string>()
  const heading = useRef<HTMLHeadingElement>(null)
  const byId = useMemo(
    () => new Map(thread.comments.map((comment) => [comment.id, comment])),
    [thread.comments],
  )
  const answered = byId.get(typed?.parentId ?? search.get('reply') ?? '')

  const showArrived = () => {
    dispatch({ kind: 'shown' })
    heading.current?.scrollIntoView({ block: 'start' })
    heading.current?.focus({ preventScroll: true })
  }
  return (
    <section id="comments" className="comments" aria-labelledby="comments-title">
      <header className="comments-head">
        <h2 id="comments-title" ref={heading} tabIndex={-1}>
          {approved === 0 ? 'No comments yet' : counted(approved, 'comment')}
        </h2>
        {approved > 1 ? <SortLinks sort={sort} /> : null}
        <span role="status">
          {thread.arrived.length > 0 ? (
            <button type="button" className="arrived" onClick={showArrived}>
              {thread.arrived.length} new ↑
            </button>
          ) : null}
        </span>
      </header>
      <ol className="thread">
        {unfolded({ rows, folded }).map((row) => {
          const { id, parentId } = row.comment
          const parent = parentId === null ? undefined : byId.get(parentId)
          return (
            <CommentRow
              key={id}
              row={row}
              isFolded={folded.has(id)}
              parentName={parent && nameOf(parent)}
              onFold={fold}
              onReply={setReplyTo}
              onAgain={again}
              onDiscard={(key) => dispatch({ kind: 'discarded', key })}
            >
              {replyTo === id ? (
                <CommentForm
                  postId={postId}
                  parent={{ id, name: nameOf(row.comment) }}
                  requestKey={requestKey}
                  autoFocus
                  onWrite={write}
                  onClose={() => setReplyTo(undefined)}
                />
              ) : null}
            </CommentRow>
          )
        })}
      </ol>
      <Unseen waiting={waiting} unpublished={unpublished} />
      <CommentForm
        postId={postId}
        parent={answered && { id: answered.id, name: nameOf(answered) }}
        typed={typed}
        requestKey={requestKey}
        onWrite={write}
      />
    </section>
  )
}
