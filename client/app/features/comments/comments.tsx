import './comments.css'
import type { Change } from '@logbook/contracts/http/query.ts'
import { useMemo, useRef, useState } from 'react'
import { Link, useLocation, useSearchParams } from 'react-router'
import { useAsOf } from '../past/as-of.ts'
import { counted } from '../posts/words.ts'
import { nameOf } from './author.tsx'
import { CommentForm } from './comment-form.tsx'
import { CommentList, type Here, hereOf } from './comment-list.tsx'
import type { Refused } from './edit-form.tsx'
import type { LoadedThread } from './live-thread.ts'
import { More } from './more.tsx'
import { useSoughtComment } from './place.ts'
import { allComments, allShownMax, buildThread, isSort, type Sort, sorts } from './thread.ts'
import { useDoing } from './use-doing.ts'
import { useLiveThread } from './use-live-thread.ts'
import { useMayComment } from './written-by.tsx'

interface CommentsProps {
  postId: string
  /** The post takes no new comments. */
  isClosed: boolean
  position: string | null
  loaded: LoadedThread
  typed: { text: string; name: string; email: string; parentId: string | null; problem: string } | undefined
  /** What of a comment of one's own was not taken, without scripts. */
  refused: Refused | undefined
  /** The address names a comment that is not here. */
  isMissing: boolean
  onPostChange: (change: Exclude<Change, { kind: 'comment' }>) => void
  onGap: () => void
}

const SortLinks = ({ sort, here }: { sort: Sort; here: Here }) => (
  <nav className="sorts" aria-label="Order of comments">
    {sorts.map((each) => (
      <Link
        key={each}
        to={here({ sort: each })}
        rel="nofollow"
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

/** What was discarded is back with one press. */
const Discarded = ({ onUndo }: { onUndo: (() => void) | undefined }) => (
  <p role="status" className={onUndo ? 'quiet unseen-count' : 'unseen'}>
    {onUndo ? (
      <>
        Your unsent comment was discarded.{' '}
        <button type="button" className="plain" onClick={onUndo}>
          Undo
        </button>
      </>
    ) : null}
  </p>
)

/** Comments of an account that is not signed in are kept, and shown to that account alone. */
const OfAccounts = ({ count }: { count: number }) => {
  const { pathname } = useLocation()
  return (
    <p className="quiet unseen-count">
      {counted(count, 'comment')} of an account, not sent yet.{' '}
      <Link to={`/sign-in?${new URLSearchParams({ next: pathname })}`}>Sign in</Link> to send or discard.
    </p>
  )
}

const Missing = () => (
  <p className="quiet">
    The comment that this address names is not here. It was deleted, or it is not published.
  </p>
)

const ToFirstPage = ({ to }: { to: string }) => (
  <p className="more-threads">
    <Link to={to} preventScrollReset>
      Show the comments from the first page
    </Link>
  </p>
)

/** The comments of a post: read, answer, vote, write; whatever the log says next appears by itself. */
export const Comments = (props: CommentsProps) => {
  const { postId, isClosed, typed, refused } = props
  const [search] = useSearchParams()
  const wanted = search.get('sort')
  const sort: Sort = isSort(wanted) ? wanted : 'newest'
  const asOf = useAsOf()
  const mayVote = useMayComment()
  const live = useLiveThread({ ...props, sort, isPast: asOf !== null })
  const { thread, dispatch, write, goOn, goToEnd, undoDiscard, ofAccounts } = live
  const { comments, arrived } = thread
  const built = useMemo(() => buildThread({ comments, arrived, sort }), [comments, arrived, sort])
  const { rows } = built
  const { elsewhere, next } = thread
  const approved = built.approved + elsewhere.approved
  const here = hereOf(search)
  // A place in one order is none in another.
  const inOrder = new URLSearchParams(asOf === null ? {} : { asOf })
  const [doing, setDoing] = useDoing({ comments, refused })
  const [done, setDone] = useState('')
  useSoughtComment(rows)
  const isFirstPage = !search.has('comment') && !search.has('comments')
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
        {approved > 1 ? <SortLinks sort={sort} here={hereOf(inOrder)} /> : null}
        <span role="status">
          {thread.arrived.length > 0 ? (
            <button type="button" className="arrived" onClick={showArrived}>
              {thread.arrived.length} new ↑
            </button>
          ) : null}
        </span>
      </header>
      <p role="status" className={done === '' ? 'unseen' : 'quiet'}>
        {done}
      </p>
      {props.isMissing ? <Missing /> : null}
      {isFirstPage ? null : <ToFirstPage to={hereOf(inOrder)(sort === 'newest' ? {} : { sort })} />}
      <CommentList
        {...{ rows, byId, refused, doing, onDoing: setDoing, postId, here }}
        mayComment={mayVote && !isClosed}
        mayVote={mayVote}
        soughtId={search.get('comment')?.toLowerCase() ?? null}
        live={live}
        onRemoved={(comment) => {
          setDone(`${comment.mine ? 'Your comment' : `The comment by ${nameOf(comment)}`} was deleted.`)
          heading.current?.focus({ preventScroll: true })
        }}
      />
      {next === null && elsewhere.approved === 0 ? null : (
        <p className="more-threads">
          {next === null ? null : (
            <More href={here({ comments: next })} onMore={() => goOn()}>
              Show more comments
            </More>
          )}
          {isFirstPage && elsewhere.approved > 0 && approved <= allShownMax ? (
            <More href={here({ comments: allComments })} onMore={() => goToEnd(thread.comments)}>
              Show all {counted(approved, 'comment')}
            </More>
          ) : null}
        </p>
      )}
      <Unseen
        waiting={built.waiting + elsewhere.waiting}
        unpublished={built.unpublished + elsewhere.unpublished}
      />
      <Discarded onUndo={undoDiscard} />
      {ofAccounts > 0 ? <OfAccounts count={ofAccounts} /> : null}
      {isClosed ? <p className="quiet">Comments are closed.</p> : null}
      {asOf === null && !isClosed ? (
        <CommentForm
          postId={postId}
          parent={answered && { id: answered.id, name: nameOf(answered) }}
          typed={typed}
          onWrite={write}
        />
      ) : null}
    </section>
  )
}
