import { bounds } from '@logbook/contracts/bounds.ts'
import type { VerdictStatus } from '@logbook/contracts/events/comments.ts'
import { Form } from 'react-router'
import { useKeptText } from '../page/kept.ts'
import { type Decided, keyOf, type Row } from './rows.ts'
import { isVerdictStatus } from './words.ts'

const commands = {
  approved: { word: 'Approve', key: 'a' },
  rejected: { word: 'Reject', key: 'r' },
  pending: { word: 'Hold', key: 'h' },
} as const

interface VerdictFormProps {
  row: Row
  show: VerdictStatus
  /** False while nothing may be sent: the buttons keep their places. */
  isOpen: boolean
  onDecide: (decision: { status: VerdictStatus; reason: string }) => void
  /** In place of the reason, once there is a verdict. */
  children: React.ReactNode
}

const Hidden = ({ row, show }: Pick<VerdictFormProps, 'row' | 'show'>) => (
  <>
    <input type="hidden" name="id" value={row.id} />
    <input type="hidden" name="revision" value={row.revision} />
    <input type="hidden" name="version" value={row.version} />
    <input type="hidden" name="show" value={show} />
  </>
)

/**
 * Sent by a button alone: the reason is typed into an area, where Enter begins a line, in browsers without scripts too. What is typed
 * there is kept as long as the tab, for this verdict.
 */
export const VerdictForm = ({ row, show, isOpen, onDecide, children }: VerdictFormProps) => {
  const [reason, setReason] = useKeptText({
    where: 'sessionStorage',
    key: `reason:${keyOf(row)}:${row.version}`,
  })
  const submit = (event: React.FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const status = (event.nativeEvent as SubmitEvent).submitter?.getAttribute('value')
    if (isOpen && isVerdictStatus(status)) onDecide({ status, reason })
  }
  const offered = (['approved', 'rejected', 'pending'] as const).filter((status) => status !== show)
  return (
    <Form method="post" className="form-row" onSubmit={submit}>
      <Hidden row={row} show={show} />
      {offered.map((status) => (
        <button
          key={status}
          type="submit"
          name="status"
          value={status}
          className="button second"
          aria-disabled={isOpen ? undefined : true}
        >
          {commands[status].word} <kbd className="scripted">{commands[status].key}</kbd>
        </button>
      ))}
      {isOpen ? (
        <textarea
          dir="auto"
          name="reason"
          className="name"
          rows={1}
          maxLength={bounds.reasonCharsMax}
          aria-label="Reason, shown to its author"
          placeholder="Reason, shown to its author"
          value={reason}
          onChange={({ currentTarget }) => setReason(currentTarget.value)}
          onKeyDown={({ key, currentTarget }) => {
            if (key === 'Escape') currentTarget.blur()
          }}
        />
      ) : (
        children
      )}
    </Form>
  )
}

/** Gives the verdict again that stood before. Without `onUndo` it is sent as a form. */
export const UndoForm = ({
  decided,
  show,
  onUndo,
}: {
  decided: Decided
  show: VerdictStatus
  onUndo?: () => void
}) => (
  <Form
    method="post"
    className="undo"
    onSubmit={(event) => {
      if (onUndo === undefined) return
      event.preventDefault()
      onUndo()
    }}
  >
    <Hidden row={{ ...decided.row, version: decided.version }} show={show} />
    <input type="hidden" name="reason" value={decided.before.reason} />
    <button type="submit" name="status" value={decided.before.status} className="plain">
      Undo{onUndo && <kbd>z</kbd>}
    </button>
  </Form>
)
