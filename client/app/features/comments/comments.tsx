import './comments.css'
import type { Change } from '@logbook/contracts/http/query.ts'
import { Fragment, useMemo, useRef, useState } from 'react'
import { Link, useSearchParams } from 'react-router'
import { counted } from '../posts/words.ts'
import { CommentForm } from './comment-form.tsx'
import { CommentRow, nameOf } from './comment-row.tsx'
import type { LoadedThread } from './live-thread.ts'
import { More } from './more.tsx'
import { buildThread, type Cut, isSort, type Sort, sorts, unfolded } from './thread.ts'
import { useLiveThread } from './use-live-thread.ts'

interface CommentsProps {
  postId: string
  position: string | null
  loaded: LoadedThread
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

/** The page's own address with some parameters more, for who reads without scripts. */
type Here = (more: Record<string, string>) => string

const hereOf =
  (search: URLSearchParams): Here =>
  (more) => {
    const kept = ['sort', 'comments'].flatMap((name) => {
      const value = search.get(name)
      return value === null ? [] : [[name, value]]
    })
    return `?${new URLSearchParams({ ...Object.fromEntries(kept), ...more })}#comments`
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

/** The comments of a post: read, answer, vote, write; whatever the log says next appears by itself. */
export const Comments = (props: CommentsProps) => {
  const { postId, requestKey, typed } = props
  const [search] = useSearchParams()
  const wanted = search.get('sort')
  const sort: Sort = isSort(wanted) ? wanted : 'newest'
  const { thread, dispatch, write, again, goOn } = useLiveThread({ ...props, sort })
  const built = useMemo(() => buildThread({ comments: thread.comments, sort }), [thread.comments, sort])
  const { rows } = built
  const { elsewhere, next } = thread
  const approved = built.approved + elsewhere.approved
  const { folded, fold } = useFolds()
  const here = hereOf(search)
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
            <Fragment key={id}>
              <CommentRow
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
              <Cuts cuts={row.cut} here={here} onMore={goOn} />
            </Fragment>
          )
        })}
      </ol>
      {next === null ? null : (
        <p className="more-threads">
          <More href={here({ comments: next })} onMore={() => goOn()}>
            Show more comments
          </More>
        </p>
      )}
      <Unseen
        waiting={built.waiting + elsewhere.waiting}
        unpublished={built.unpublished + elsewhere.unpublished}
      />
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
