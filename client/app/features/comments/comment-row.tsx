import { Moment } from '../page/moment.tsx'
import { counted } from '../posts/words.ts'
import { StateLine } from './state-line.tsx'
import { depthShownMax, type Row, type ThreadComment } from './thread.ts'
import { Vote } from './vote.tsx'

interface CommentRowProps {
  row: Row
  isFolded: boolean
  /** Who this answers, where the indentation no longer tells. */
  parentName: string | undefined
  onFold: (id: string) => void
  onReply: (id: string) => void
  onAgain: (comment: ThreadComment) => void
  onDiscard: (id: string) => void
  children?: React.ReactNode
}

export const nameOf = ({ author }: ThreadComment): string => author?.name ?? 'Anonymous'

const Author = ({ comment }: { comment: ThreadComment }) => {
  const { author, own } = comment
  const name = author === null && own ? 'You' : nameOf(comment)
  return author?.url ? (
    <a href={author.url} rel="nofollow ugc noopener" className="author">
      {name}
    </a>
  ) : (
    <span className="author">{name}</span>
  )
}

const Text = ({ comment: { html, own } }: { comment: ThreadComment }) =>
  html === null ? (
    <div className="comment-text as-typed">{own?.text}</div>
  ) : (
    // biome-ignore lint/security/noDangerouslySetInnerHtml: packages/markdown sanitises it
    <div className="comment-text" dangerouslySetInnerHTML={{ __html: html }} />
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

const Actions = ({ row: { comment }, onReply }: Pick<CommentRowProps, 'row' | 'onReply'>) => (
  <div className="comment-actions">
    <Vote id={comment.id} score={comment.score} name={nameOf(comment)} />
    <a
      href={`?reply=${comment.id}#comment-form`}
      className="reply"
      onClick={(event) => {
        event.preventDefault()
        onReply(comment.id)
      }}
    >
      Reply<span className="unseen"> to {nameOf(comment)}</span>
    </a>
  </div>
)

/** One comment, or the place where one was. `children` is what stands below it, such as the form for a reply. */
export const CommentRow = (props: CommentRowProps) => {
  const { row, isFolded, parentName, onFold, onReply, onAgain, onDiscard, children } = props
  const { comment, isShown, depth, path, replies } = row
  return (
    <li
      id={`comment-${comment.id}`}
      className={`comment depth-${path.length}`}
      data-own={comment.own ? '' : undefined}
    >
      <Rails path={path} onFold={onFold} />
      <article className="comment-box">
        <header className="dateline">
          {isShown ? <Author comment={comment} /> : <span className="quiet">{absence[comment.status]}</span>}
          {comment.promoted && isShown ? <span className="promoted">★ picked by the author</span> : null}
          {isShown ? <Moment at={comment.createdAt} /> : null}
          {isShown && comment.editedAt ? <span>edited</span> : null}
          {parentName ? (
            <span className={depth > depthShownMax ? 'reply-to' : 'unseen'}>in reply to {parentName}</span>
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
        {isShown ? <Text comment={comment} /> : null}
        <StateLine
          comment={comment}
          onAgain={() => onAgain(comment)}
          onDiscard={() => onDiscard(comment.id)}
        />
        {comment.status === 'approved' && isShown ? <Actions row={row} onReply={onReply} /> : null}
        {children}
      </article>
    </li>
  )
}
