import './comments.css'
import { counted } from '@logbook/contracts/words.ts'
import { Link, useLocation, useSearchParams } from 'react-router'
import { useEditMinutes, useViewer } from '../page/viewer.ts'
import { useAsOf } from '../past/as-of.ts'
import { CommentForm } from './comment-form.tsx'
import { CommentList } from './comment-list.tsx'
import { doingIn } from './doing.ts'
import type { Refused } from './edit-form.tsx'
import { type Here, hereOf } from './here.ts'
import {
  allComments,
  allShownMax,
  buildThread,
  elsewhereOf,
  isSort,
  type LoadedThread,
  nameOf,
  type Sort,
  sorts,
} from './thread.ts'
import { UnsentRow } from './unsent-row.tsx'
import { useMayComment } from './written-by.tsx'

interface CommentsProps {
  postId: string
  /** The post takes no new comments. */
  isClosed: boolean
  /** The log position that the page shows. */
  position: string | null
  loaded: LoadedThread
  /** A comment that a service did not take. */
  typed: { text: string; name: string; email: string; parentId: string | null; problem: string } | undefined
  /** A change to a comment that a service did not take. */
  refused: Refused | undefined
  /** The address names a comment that is not here. */
  isMissing: boolean
}

/** A thread with more rows has a link to its form at the top. */
const rowsBetween = 3

const SortLinks = ({ sort, here }: { sort: Sort; here: Here }) => (
  <nav className="sorts" aria-label="Order of comments">
    {sorts.map((each) => (
      <a
        key={each}
        href={here({ sort: each })}
        rel="nofollow"
        aria-current={each === sort ? 'true' : undefined}
      >
        {each}
      </a>
    ))}
  </nav>
)

const Unseen = ({ waiting, unpublished }: { waiting: number; unpublished: number }) => {
  const parts = [
    waiting > 0 ? `${counted(waiting, 'comment')} waiting for a moderator` : '',
    unpublished > 0 ? `${counted(unpublished, 'comment')} not published` : '',
  ].filter(Boolean)
  return (
    <p id="comments-unseen" className="quiet unseen-count">
      {parts.join(' · ')}
    </p>
  )
}

/** Shown by the script: comments of an account that is not signed in are kept, and shown to that account alone. */
const OfAccounts = () => {
  const { pathname } = useLocation()
  return (
    <p id="unsent-of-accounts" className="quiet unseen-count" hidden>
      <span />{' '}
      <Link to={`/sign-in?${new URLSearchParams({ next: pathname })}`} rel="nofollow">
        Sign in
      </Link>{' '}
      to send or discard.
    </p>
  )
}

/** Readers without an account may be told of new comments too. */
const ByMail = ({ postId }: { postId: string }) => (
  <p className="quiet comments-by-mail">
    <a href={`/subscribe?${new URLSearchParams({ post: postId })}`} rel="nofollow" className="stands">
      New comments by mail
    </a>
  </p>
)

const Missing = () => <p className="quiet">The comment at this address was deleted or is not published.</p>

const ToFirstPage = ({ to }: { to: string }) => (
  <p className="more-threads">
    <a href={to}>Show the comments from the first page</a>
  </p>
)

const More = ({ id, href, children }: { id: string; href: string; children: React.ReactNode }) => (
  <span className="more">
    <a href={href} id={id} rel="nofollow" data-more="">
      {children}
    </a>
  </span>
)

/** The comments of a post, complete without scripts. Whatever `client/reader` adds, it takes from the same page. */
export const Comments = ({
  postId,
  isClosed,
  position,
  loaded,
  typed,
  refused,
  isMissing,
}: CommentsProps) => {
  const [search] = useSearchParams()
  const wanted = search.get('sort')
  const sort: Sort = isSort(wanted) ? wanted : 'newest'
  const asOf = useAsOf()
  const viewer = useViewer()
  const mayComment = useMayComment()
  const editMinutes = useEditMinutes()
  const { comments, next } = loaded
  const built = buildThread({ comments, sort })
  const elsewhere = elsewhereOf(loaded)
  const approved = built.approved + elsewhere.approved
  const here = hereOf(search)
  // A place in one order is none in another.
  const inOrder = new URLSearchParams(asOf === null ? {} : { asOf })
  const isFirstPage = !search.has('comment') && !search.has('comments')
  const answered = comments.find(({ id }) => id === (typed?.parentId ?? search.get('reply')))
  const doing =
    asOf === null ? doingIn({ search, comments, refused, rights: { viewer, editMinutes } }) : undefined
  return (
    <section
      id="comments"
      className="comments"
      aria-labelledby="comments-title"
      data-post={postId}
      data-position={asOf === null ? (position ?? '') : undefined}
      data-viewer={viewer?.id}
      data-sort={sort}
    >
      <header className="comments-head">
        <h2 id="comments-title" tabIndex={-1}>
          {approved === 0 ? 'No comments yet' : counted(approved, 'comment')}
        </h2>
        {approved > 1 ? <SortLinks sort={sort} here={hereOf(inOrder)} /> : null}
        {mayComment && !isClosed && asOf === null && !answered && rowsBetween < built.rows.length ? (
          <a href="#comment-form" className="to-form">
            Write a comment
          </a>
        ) : null}
        <span id="comments-arrived" role="status" />
      </header>
      <p id="comments-done" role="status" className="unseen" />
      {isMissing ? <Missing /> : null}
      {isFirstPage ? null : <ToFirstPage to={hereOf(inOrder)(sort === 'newest' ? {} : { sort })} />}
      <CommentList
        rows={built.rows}
        comments={comments}
        refused={refused}
        doing={doing}
        here={here}
        mayComment={mayComment && !isClosed}
        mayVote={mayComment}
        soughtId={search.get('comment')?.toLowerCase() ?? null}
      />
      {next === null && elsewhere.approved === 0 ? null : (
        <p className="more-threads">
          {next === null ? null : (
            <More id="more-comments" href={here({ comments: next })}>
              Show more comments
            </More>
          )}
          {isFirstPage && elsewhere.approved > 0 && approved <= allShownMax ? (
            <More id="all-comments" href={here({ comments: allComments })}>
              Show all {counted(approved, 'comment')}
            </More>
          ) : null}
        </p>
      )}
      <Unseen
        waiting={built.waiting + elsewhere.waiting}
        unpublished={built.unpublished + elsewhere.unpublished}
      />
      <p id="comments-discarded" role="status" className="unseen" />
      {viewer ? null : <OfAccounts />}
      {isClosed ? <p className="quiet">Comments are closed.</p> : null}
      {asOf === null && !isClosed ? (
        <CommentForm
          postId={postId}
          parent={answered && { id: answered.id, name: nameOf(answered) }}
          typed={typed}
        />
      ) : null}
      {asOf === null ? <UnsentRow viewerName={viewer?.name} /> : null}
      {asOf === null && !isClosed ? <ByMail postId={postId} /> : null}
    </section>
  )
}
