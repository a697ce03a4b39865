import type { ReactNode } from 'react'
import type { ThreadComment } from './thread.ts'

interface StateLineProps {
  comment: ThreadComment
  onAgain: () => void
  onDiscard: () => void
}

const Rejected = ({ reason }: { reason: string | null }) =>
  reason ? (
    <>
      Not published: <bdi>{reason}</bdi>
    </>
  ) : (
    'Not published'
  )

/** What became of one's own comment, in one line. */
export const StateLine = ({ comment, onAgain, onDiscard }: StateLineProps) => {
  const { own, status, reason } = comment
  if (own === undefined) return null
  if (own.delivery === 'sending')
    return (
      <p className="state" data-kind="system" role="status">
        <span aria-hidden="true">↑</span> Sending…
      </p>
    )
  if (own.delivery === 'failed')
    return (
      <div className="state" data-kind="rejected" role="alert">
        <span aria-hidden="true">✕</span> Not sent. {own.problem}
        <button type="button" className="plain" onClick={onAgain}>
          Try again
        </button>
        <button type="button" className="plain" onClick={onDiscard}>
          Discard
        </button>
      </div>
    )
  const waits = comment.revision > 1 ? 'Your new text waits for a moderator.' : 'Waiting for a moderator.'
  const [mark, kind, words] = {
    pending: ['◷', 'pending', `${waits} Until then only you see it.`],
    approved: ['✓', 'approved', 'Published'],
    rejected: ['✕', 'rejected', <Rejected key="rejected" reason={reason} />],
    deleted: ['–', 'system', 'Deleted'],
  }[status] as [string, string, ReactNode]
  return (
    <p className="state" data-kind={kind} role="status">
      <span aria-hidden="true">{mark}</span> {words}
      {status === 'pending' ? (
        <span className="unscripted">Load the page again to see the verdict.</span>
      ) : null}
    </p>
  )
}
