import './moderation.css'
import type { CommentFlag } from '@logbook/contracts/events/comment-flags.ts'
import type { VerdictStatus } from '@logbook/contracts/events/comments.ts'
import { useEffect, useRef } from 'react'
import { Link } from 'react-router'
import { NextPage } from '../page/next-page.tsx'
import { placeOf } from './outcome.tsx'
import { QueueRow } from './queue-row.tsx'
import { type Decided, keyOf, openRows, type Row } from './rows.ts'
import { useQueue } from './use-queue.ts'
import { UndoForm } from './verdict-form.tsx'
import { flagNames, flagWords, nameOf, verdictWords } from './words.ts'

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable]') !== null

const useKeys = (keys: Record<string, () => void>) => {
  const current = useRef(keys)
  current.current = keys
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || isTyping(event.target)) return
      const act = current.current[event.key]
      if (act === undefined) return
      event.preventDefault()
      act()
    }
    window.addEventListener('keydown', press)
    return () => window.removeEventListener('keydown', press)
  }, [])
}

const places = [
  ['pending', 'Waiting'],
  ['rejected', 'Rejected'],
  ['approved', 'Approved'],
] as const

const Places = ({ show }: { show: VerdictStatus }) => (
  <nav className="sorts" aria-label="Comments by verdict">
    {places.map(([status, word]) => (
      <Link key={status} to={placeOf(status)} aria-current={status === show ? 'page' : undefined}>
        {word}
      </Link>
    ))}
    <Link to="/moderation/rules">Rules</Link>
  </nav>
)

/** What readers find of a comment, as its writer or a moderator has changed it. */
const Flags = ({ show, flag }: { show: VerdictStatus; flag: CommentFlag | null }) => (
  <nav className="sorts" aria-label="Comments by what was changed">
    {([null, ...flagNames] as const).map((each) => (
      <Link key={each ?? 'all'} to={placeOf(show, each)} aria-current={each === flag ? 'page' : undefined}>
        {each === null ? 'All' : flagWords[each]}
      </Link>
    ))}
  </nav>
)

const titles = { pending: 'Waiting for you', rejected: 'Rejected', approved: 'Approved' } as const

const None = ({ show }: { show: VerdictStatus }) => (
  <div className="all-read">
    <h2>{show === 'pending' ? 'Nothing is waiting' : 'None here'}</h2>
    {show === 'pending' ? (
      <p className="quiet">Every comment has its verdict. New ones appear here automatically.</p>
    ) : null}
  </div>
)

interface FootProps {
  last: Decided | null
  notice: string | undefined
  show: VerdictStatus
  onUndo: (decided: Decided) => void
}

const Foot = ({ last, notice, show, onUndo }: FootProps) => (
  <div className="queue-foot quiet">
    <div role="status">
      {notice}
      {last ? (
        <>
          {verdictWords[last.status]} <bdi>{nameOf(last.row)}</bdi>’s comment{' '}
          <UndoForm decided={last} show={show} onUndo={() => onUndo(last)} />
        </>
      ) : null}
    </div>
    <span className="keys scripted">
      <kbd>j</kbd> <kbd>k</kbd> next, previous · <kbd>a</kbd> approve · <kbd>r</kbd> reject · <kbd>z</kbd>{' '}
      undo · <kbd>esc</kbd> leave the reason
    </span>
  </div>
)

interface QueueProps {
  rows: readonly Row[]
  show: VerdictStatus
  flag: CommentFlag | null
  more: string | null
  last: Decided | null
}

/** Comments to judge. The row in focus is the one that keys act on, through its own buttons: one way to judge, by pointer and by key. */
export const Queue = ({ rows, show, flag, more, last: loadedLast }: QueueProps) => {
  const queue = useQueue({ rows, show, more, last: loadedLast })
  const { state, focused, last, notice, decide, undo, decideAgain, move, focus, pointing } = queue
  const list = useRef<HTMLOListElement>(null)
  const press = (status: VerdictStatus) => () =>
    list.current?.querySelector<HTMLButtonElement>(`[aria-current] button[value="${status}"]`)?.click()
  useKeys({
    j: () => move(1),
    k: () => move(-1),
    a: press('approved'),
    r: press('rejected'),
    h: press('pending'),
    z: () => {
      if (last) void undo(last)
    },
  })
  const waiting = openRows(state).length
  return (
    <>
      <h1 className="page-title">
        {titles[show]}{' '}
        <span className="quiet">
          {waiting}
          {more === null ? '' : '+'}
        </span>
      </h1>
      <Places show={show} />
      {show === 'pending' ? null : <Flags show={show} flag={flag} />}
      <ol ref={list} className="queue" {...pointing}>
        {state.rows.map((row) => (
          <QueueRow
            key={keyOf(row)}
            row={row}
            show={show}
            mark={state.marks[keyOf(row)]}
            isFocused={keyOf(row) === focused}
            onFocus={() => focus(row)}
            onDecide={(decision) => void decide({ row, ...decision })}
            onDecideAgain={(version) => decideAgain(row, version)}
            onUndo={(decided) => void undo(decided)}
          />
        ))}
      </ol>
      {waiting === 0 ? <None show={show} /> : null}
      {show === 'pending' ? null : <NextPage query={{ show, ...(flag && { flag }) }} cursor={more} />}
      <Foot last={last} notice={notice} show={show} onUndo={(decided) => void undo(decided)} />
    </>
  )
}
