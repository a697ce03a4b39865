import type { VoteValue } from '@logbook/contracts/http/comments.ts'
import { Link } from 'react-router'
import { Moment } from '../page/moment.tsx'
import { useAsOf } from '../past/as-of.ts'
import { counted } from '../posts/words.ts'
import { Author, nameOf } from './author.tsx'
import { type Doing, OwnActions, TakeDownAlone } from './own-actions.tsx'
import { StateLine } from './state-line.tsx'
import { depthShownMax, type Row, type ThreadComment } from './thread.ts'
import { Vote } from './vote.tsx'

interface CommentRowProps {
  row: Row
  isFolded: boolean
  /** Who this answers, where the indentation no longer tells. */
  parentName: string | undefined
  /** Its own address. */
  href: string
  /** The address of this page names it. */
  isSought: boolean
  /** The post takes comments from the reader. */
  mayComment: boolean
  /** The blog takes votes from the reader. */
  mayVote: boolean
  onFold: (id: string) => void
  onBegin: (doing: Doing) => void
  onPick: (comment: ThreadComment) => Promise<string | undefined>
  onVoted: (id: string, vote: VoteValue) => void
  onAgain: (comment: ThreadComment) => void
  onDiscard: (id: string) => void
  /** What stands in place of the text. */
  instead?: React.ReactNode
  children?: React.ReactNode
}

const Text = ({ comment: { html, own } }: { comment: ThreadComment }) =>
  html === null ? (
    <div className="comment-text as-typed" dir="auto">
      {own?.text}
    </div>
  ) : (
    // biome-ignore lint/security/noDangerouslySetInnerHtml: packages/markdown sanitises it
    <div className="comment-text" dir="auto" dangerouslySetInnerHTML={{ __html: html }} />
  )

const absence = {
  deleted: 'This comment was deleted.',
  pending: 'This comment waits for a moderator.',
  rejected: 'This comment was not published.',
  approved: '',
} as const

/** The vertical lines of the levels above: each folds the thread it belongs to. */
const Rails = ({ path, onFold }: { path: readonly string[]; onFold: (id: string) => void }) => (
  <span className="rails" aria-hidden="true">
    {path.map((id) => (
      <button
        key={id}
        type="button"
        tabIndex={-1}
        className="rail"
        title="Fold this thread"
        onClick={() => onFold(id)}
      />
    ))}
  </span>
)

const Actions = ({
  row: { comment },
  mayComment,
  mayVote,
  onBegin,
  onPick,
  onVoted,
}: Pick<CommentRowProps, 'row' | 'mayComment' | 'mayVote' | 'onBegin' | 'onPick' | 'onVoted'>) => {
  const { id, status, score, vote = 0 } = comment
  return (
    <div className="comment-actions">
      {status === 'approved' ? (
        <>
          {!mayVote || (comment.mine && vote === 0) ? (
            <Score score={score} />
          ) : (
            <Vote
              id={id}
              score={score}
              given={vote}
              name={nameOf(comment)}
              onVoted={(value) => onVoted(id, value)}
            />
          )}
          {mayComment ? (
            <a
              href={`?comment=${id}&reply=${id}#comment-form`}
              rel="nofollow"
              className="reply"
              onClick={(event) => {
                event.preventDefault()
                onBegin({ kind: 'reply', id })
              }}
            >
              Reply
              <span className="unseen">
                {' '}
                to <bdi>{nameOf(comment)}</bdi>
              </span>
            </a>
          ) : null}
        </>
      ) : null}
      <OwnActions
        comment={comment}
        onBegin={(kind) => onBegin({ kind, id })}
        onPick={() => onPick(comment)}
      />
    </div>
  )
}

/** What the votes came to, where whoever reads has none: in the past, and on a comment of their own. */
const Score = ({ score }: Pick<ThreadComment, 'score'>) =>
  score === 0 ? null : <p className="quiet score-then">Score {score}</p>

/** When it was written, as the link that leads to it; one that is not sent yet has no address. */
const When = ({ comment: { createdAt, own }, href }: { comment: ThreadComment; href: string }) =>
  own && own.delivery !== 'sent' ? (
    <Moment at={createdAt} />
  ) : (
    <Link to={href} rel="nofollow" className="permalink" preventScrollReset>
      <Moment at={createdAt} />
    </Link>
  )

/** One comment, or the place where one was. `children` is what stands below it, such as the form for a reply. */
export const CommentRow = (props: CommentRowProps) => {
  const { row, href, isSought, isFolded, parentName, onFold, onAgain, onDiscard, instead, children } = props
  const { comment, isShown, depth, path, replies } = row
  const isPast = useAsOf() !== null
  return (
    <li
      id={`comment-${comment.id}`}
      className={`comment depth-${path.length}`}
      data-own={comment.own ? '' : undefined}
      data-sought={isSought || undefined}
    >
      <Rails path={path} onFold={onFold} />
      <article className="comment-box">
        <header className="dateline">
          {isShown ? <Author comment={comment} /> : <span className="quiet">{absence[comment.status]}</span>}
          {comment.promoted && isShown ? <span className="promoted">★ picked by the author</span> : null}
          {isShown ? <When comment={comment} href={href} /> : null}
          {isShown && comment.editedAt ? <span>edited</span> : null}
          {parentName ? (
            <span className={depth > depthShownMax ? 'reply-to' : 'unseen'}>
              in reply to <bdi>{parentName}</bdi>
            </span>
          ) : null}
          {replies > 0 ? (
            <button
              type="button"
              className="fold scripted"
              aria-expanded={!isFolded}
              onClick={() => onFold(comment.id)}
            >
              {isFolded ? `[+ ${replies}]` : '[–]'}
              <span className="unseen">
                {isFolded ? ' replies, unfold' : `fold ${counted(replies, 'comment')} below`}
              </span>
            </button>
          ) : null}
        </header>
        {isShown ? (instead ?? <Text comment={comment} />) : null}
        <StateLine
          comment={comment}
          onAgain={() => onAgain(comment)}
          onDiscard={() => onDiscard(comment.id)}
        />
        {isShown && instead === undefined && !isPast ? <Actions {...props} /> : null}
        {(isShown && isPast) || comment.status === 'deleted' ? <TakeDownAlone comment={comment} /> : null}
        {isPast && comment.status === 'approved' ? <Score score={comment.score} /> : null}
        {children}
      </article>
    </li>
  )
}
