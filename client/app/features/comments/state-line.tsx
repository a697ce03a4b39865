import type { ReactNode } from 'react'
import type { ThreadComment } from './thread.ts'

const Rejected = ({ reason }: { reason: string | null }) =>
  reason ? (
    <>
      Not published: <bdi>{reason}</bdi>
    </>
  ) : (
    'Not published'
  )

/** What became of one's own comment, in one line. */
export const StateLine = ({ comment }: { comment: ThreadComment }) => {
  const { own, status, reason, revision } = comment
  if (own === undefined) return null
  const waits = revision > 1 ? 'Your new text waits for a moderator.' : 'Waiting for a moderator.'
  const [mark, kind, words] = {
    pending: ['◷', 'pending', `${waits} Until then only you see it.`],
    approved: ['✓', 'approved', 'Published'],
    rejected: ['✕', 'rejected', <Rejected key="rejected" reason={reason} />],
    deleted: ['–', 'system', 'Deleted'],
  }[status] as [string, string, ReactNode]
  return (
    <p className="state" data-kind={kind} role="status">
      <span aria-hidden="true">{mark}</span> {words}
      {status === 'pending' ? <span className="unscripted"> Reload the page to see the verdict.</span> : null}
    </p>
  )
}
