import type { CommentFlag } from '@logbook/contracts/events/comment-flags.ts'
import type { VerdictStatus } from '@logbook/contracts/events/comments.ts'
import { Link } from 'react-router'
import { Failed } from '../page/state.tsx'
import { RowText } from './queue-row.tsx'
import type { Decided } from './rows.ts'
import { UndoForm } from './verdict-form.tsx'
import { nameOf, verdictWords } from './words.ts'

export const placeOf = (show: string, flag: CommentFlag | null = null): string =>
  show === 'rejected' || show === 'approved'
    ? `/moderation?${new URLSearchParams({ show, ...(flag === null ? {} : { flag }) })}`
    : '/moderation'

interface OutcomeProps {
  show: string
  decided: Decided | null
  /** Why a verdict was not saved. */
  problem: string | undefined
}

const Became = ({ decided: { status, row } }: { decided: Decided }) => {
  const name = <bdi>{nameOf(row)}</bdi>
  return status === 'pending' ? (
    <>{name}’s comment waits</>
  ) : (
    <>
      {verdictWords[status]} {name}’s comment
    </>
  )
}

/** The outcome of a verdict that was sent as a form. No other comment is on this page, so that a second click judges nothing. */
export const Outcome = ({ show, decided, problem }: OutcomeProps) => (
  <>
    <h1 className="page-title">
      {problem !== undefined || decided === null ? 'Not saved' : <Became decided={decided} />}
    </h1>
    {problem === undefined ? null : <Failed>{problem}</Failed>}
    {decided && problem === undefined ? (
      <>
        <RowText row={decided.row} />
        {decided.status === 'pending' ? null : <UndoForm decided={decided} show={show as VerdictStatus} />}
      </>
    ) : null}
    <p>
      <Link to={placeOf(show)}>Continue with the others</Link>
    </p>
  </>
)
