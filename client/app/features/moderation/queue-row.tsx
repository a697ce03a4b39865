import type { VerdictStatus } from '@logbook/contracts/events/comments.ts'
import { useEffect, useRef } from 'react'
import { Link } from 'react-router'
import { Moment } from '../page/moment.tsx'
import { Failed } from '../page/state.tsx'
import { type Decided, isOpen, type Mark, type Row } from './rows.ts'
import { VerdictForm } from './verdict-form.tsx'
import { changedFlags, flagWords, judgeName, nameOf, verdictWords } from './words.ts'

interface QueueRowProps {
  row: Row
  show: VerdictStatus
  mark: Mark | undefined
  isFocused: boolean
  onFocus: () => void
  onDecide: (decision: { status: VerdictStatus; reason: string }) => void
  onDecideAgain: (version: number) => void
  onUndo: (decided: Decided) => void
}

/** Why it is here. */
const Standing = ({ row: { status, reason, by, time } }: { row: Row }) => {
  const verdict = verdictWords[status].toLowerCase()
  return (
    <span data-kind={status}>
      {reason === null ? 'not judged yet' : verdict}
      {by && time ? (
        <>
          {' '}
          by <bdi>{judgeName(by)}</bdi>, <Moment at={time} />
        </>
      ) : null}
      {reason ? (
        <>
          : <bdi>{reason}</bdi>
        </>
      ) : null}
    </span>
  )
}

/** Which post it is below. */
const Place = ({ row: { post, parentId } }: { row: Row }) => {
  const what = parentId === null ? 'on' : 'a reply on'
  return post === null ? (
    <span>{what} a deleted post</span>
  ) : (
    <span>
      {what}{' '}
      <Link to={`/posts/${post.slug}`}>
        <bdi>{post.title}</bdi>
      </Link>
    </span>
  )
}

const Changed = ({ row }: { row: Row }) => {
  const words = changedFlags(row).map((name) => flagWords[name])
  return words.length === 0 ? null : <span>{words.join(', ')}</span>
}

/** A comment with what is said of it. */
export const RowText = ({ row }: { row: Row }) => (
  <>
    <p className="dateline">
      <bdi className="author">{nameOf(row)}</bdi>
      {row.author?.url ? (
        <a href={row.author.url} rel="nofollow ugc noopener noreferrer">
          <bdi>{new URL(row.author.url).host}</bdi>
        </a>
      ) : null}
      <Moment at={row.createdAt} />
      <Place row={row} />
      <Standing row={row} />
      <Changed row={row} />
    </p>
    {/* biome-ignore lint/security/noDangerouslySetInnerHtml: packages/markdown sanitises it */}
    <div className="comment-text" dir="auto" dangerouslySetInnerHTML={{ __html: row.html }} />
  </>
)

const MarkWords = ({ mark, onUndo }: { mark: Mark | undefined } & Pick<QueueRowProps, 'onUndo'>) => {
  if (mark?.kind === 'sending') return <span className="quiet">…</span>
  if (mark?.kind === 'gone')
    return <span className="quiet">No longer here: someone else judged it, or it was deleted.</span>
  if (mark?.kind !== 'judged') return null
  const { decided } = mark
  return (
    <>
      <span data-kind={decided.status}>{verdictWords[decided.status]}</span>
      <button type="button" className="plain" onClick={() => onUndo(decided)}>
        Undo
      </button>
    </>
  )
}

const Refused = ({
  mark,
  onDecideAgain,
}: { mark: Mark | undefined } & Pick<QueueRowProps, 'onDecideAgain'>) => {
  if (mark?.kind !== 'refused') return null
  const { problem, verdict } = mark
  return (
    <Failed>
      Not saved. {problem}
      {verdict ? (
        <button type="button" className="plain" onClick={() => onDecideAgain(verdict.version)}>
          Decide anyway
        </button>
      ) : null}
    </Failed>
  )
}

/** One comment. Its buttons keep their places whatever becomes of it: a second click finds nothing else to judge. */
export const QueueRow = (props: QueueRowProps) => {
  const { row, show, mark, isFocused, onFocus, onDecide, onDecideAgain, onUndo } = props
  const item = useRef<HTMLLIElement>(null)
  useEffect(() => {
    if (isFocused) item.current?.scrollIntoView({ block: 'nearest' })
  }, [isFocused])
  const isWaiting = isOpen(mark)
  return (
    <li
      ref={item}
      className={isWaiting ? 'held' : 'settled'}
      aria-current={isFocused ? 'true' : undefined}
      onFocus={onFocus}
    >
      <RowText row={row} />
      <VerdictForm row={row} show={show} isOpen={isWaiting} onDecide={onDecide}>
        <MarkWords mark={mark} onUndo={onUndo} />
      </VerdictForm>
      <Refused mark={mark} onDecideAgain={onDecideAgain} />
    </li>
  )
}
