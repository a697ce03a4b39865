import { counted } from '@logbook/contracts/words.ts'
import { Moment } from '../page/moment.tsx'
import { useAsOf } from '../past/as-of.ts'
import { Author } from './author.tsx'
import { depthShownMax } from './depth.ts'
import { OwnActions, TakeDownAlone } from './own-actions.tsx'
import { StateLine } from './state-line.tsx'
import { nameOf, type Row, type ThreadComment } from './thread.ts'
import { Vote } from './vote.tsx'

interface CommentRowProps {
  row: Row
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
  /** Replaces the text. */
  instead: React.ReactNode
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

/** The vertical lines of the levels above: with scripts, each folds the thread it belongs to. */
const Rails = ({ path }: { path: readonly string[] }) => (
  <span className="rails" aria-hidden="true">
    {path.map((id) => (
      <span key={id} className="rail" data-fold={id} />
    ))}
  </span>
)

type Rights = Pick<CommentRowProps, 'mayComment' | 'mayVote'>

const Actions = ({ comment, mayComment, mayVote }: Rights & { comment: ThreadComment }) => {
  const { id, status, score, vote = 0 } = comment
  const name = nameOf(comment)
  return (
    <div className="comment-actions">
      {status === 'approved' ? (
        <>
          {!mayVote || (comment.mine && vote === 0) ? (
            <Score score={score} />
          ) : (
            <Vote id={id} score={score} given={vote} name={name} />
          )}
          {mayComment ? (
            <a
              href={`?comment=${id}&reply=${id}#comment-form`}
              rel="nofollow"
              className="reply"
              data-reply={id}
              data-name={name}
            >
              Reply
              <span className="unseen">
                {' '}
                to <bdi>{name}</bdi>
              </span>
            </a>
          ) : null}
        </>
      ) : null}
      <OwnActions comment={comment} />
    </div>
  )
}

/** What the votes came to, where the reader can't vote: in the past, and on a comment of their own. */
const Score = ({ score }: Pick<ThreadComment, 'score'>) =>
  score === 0 ? null : <p className="quiet score-then">Score {score}</p>

const Fold = ({ id, replies }: { id: string; replies: number }) =>
  replies === 0 ? null : (
    <button
      type="button"
      className="fold scripted"
      aria-expanded="true"
      data-fold={id}
      data-replies={replies}
    >
      [–]
      <span className="unseen">fold {counted(replies, 'comment')} below</span>
    </button>
  )

const Badges = ({ comment: { promoted, anonymized, mine } }: { comment: ThreadComment }) => (
  <>
    {promoted ? <span className="promoted">★ Featured</span> : null}
    {anonymized && mine ? <span>others do not see your name</span> : null}
  </>
)

/** Changes with whatever the row shows, so that a page in hand can be compared with a newer one. */
const stateOf = ({ comment, isShown, replies }: Row): string =>
  [
    ...[comment.status, comment.revision, comment.score, comment.vote ?? 0],
    ...[comment.promoted, comment.advertised, comment.searchable, comment.anonymized],
    ...[isShown, replies, comment.own === undefined, comment.reason !== null],
  ].join(' ')

/** One comment, or the place where one was. */
export const CommentRow = (props: CommentRowProps) => {
  const { row, href, isSought, parentName, instead, mayComment, mayVote } = props
  const { comment, isShown, depth, path, replies } = row
  const isPast = useAsOf() !== null
  return (
    <li
      id={`comment-${comment.id}`}
      className={`comment depth-${path.length}`}
      data-own={comment.own ? '' : undefined}
      data-mine={comment.mine ? '' : undefined}
      data-sought={isSought || undefined}
      data-depth={depth}
      data-state={stateOf(row)}
    >
      <Rails path={path} />
      <article className="comment-box">
        <header className="dateline">
          {isShown ? <Author comment={comment} /> : <span className="quiet">{absence[comment.status]}</span>}
          {isShown ? <Badges comment={comment} /> : null}
          {isShown ? (
            <a href={href} rel="nofollow" className="permalink">
              <Moment at={comment.createdAt} />
            </a>
          ) : null}
          {isShown && comment.editedAt ? <span>edited</span> : null}
          {parentName ? (
            <span className={depth > depthShownMax ? 'reply-to' : 'unseen'}>
              in reply to <bdi>{parentName}</bdi>
            </span>
          ) : null}
          <Fold id={comment.id} replies={replies} />
        </header>
        {isShown ? (instead ?? <Text comment={comment} />) : null}
        <StateLine comment={comment} />
        {isShown && instead === undefined && !isPast ? (
          <Actions comment={comment} mayComment={mayComment} mayVote={mayVote} />
        ) : null}
        {(isShown && isPast) || comment.status === 'deleted' ? <TakeDownAlone comment={comment} /> : null}
        {isPast && comment.status === 'approved' ? <Score score={comment.score} /> : null}
      </article>
    </li>
  )
}
