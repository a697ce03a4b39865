import './moderation.css'
import { bounds } from '@logbook/contracts/bounds.ts'
import { useEffect, useRef } from 'react'
import { Form, Link } from 'react-router'
import { Moment } from '../page/moment.tsx'
import type { Waiting } from './queue.server.ts'
import { useQueue } from './use-queue.ts'

interface QueueRowProps {
  entry: Waiting
  isFocused: boolean
  problem: string | undefined
  onFocus: () => void
  onDecide: (decision: { status: 'approved' | 'rejected'; reason: string }) => void
}

const nameOf = ({ author }: Waiting): string => author?.name ?? 'Anonymous'

const VerdictForm = ({ entry, onDecide }: Pick<QueueRowProps, 'entry' | 'onDecide'>) => {
  const submit = (event: React.FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const { submitter } = event.nativeEvent as SubmitEvent
    const reason = new FormData(event.currentTarget).get('reason')
    onDecide({
      status: submitter?.getAttribute('value') === 'rejected' ? 'rejected' : 'approved',
      reason: typeof reason === 'string' ? reason : '',
    })
  }
  return (
    <Form method="post" className="form-row" onSubmit={submit}>
      <input type="hidden" name="id" value={entry.id} />
      <input type="hidden" name="revision" value={entry.revision} />
      <button type="submit" name="status" value="approved" className="button second">
        Approve <kbd>a</kbd>
      </button>
      <button type="submit" name="status" value="rejected" className="button second">
        Reject <kbd>r</kbd>
      </button>
      <input
        dir="auto"
        name="reason"
        className="name"
        maxLength={bounds.reasonCharsMax}
        aria-label="Why, shown to its writer"
        placeholder="Why, shown to its writer"
      />
    </Form>
  )
}

const QueueRow = ({ entry, isFocused, problem, onFocus, onDecide }: QueueRowProps) => {
  const row = useRef<HTMLLIElement>(null)
  useEffect(() => {
    if (isFocused) row.current?.scrollIntoView({ block: 'nearest' })
  }, [isFocused])
  return (
    <li ref={row} className="held" aria-current={isFocused ? 'true' : undefined} onFocus={onFocus}>
      <p className="dateline">
        <span className="author">{nameOf(entry)}</span>
        <Moment at={entry.createdAt} />
        <Link to={`/posts/${entry.postId}`}>{entry.parentId ? 'a reply on this post' : 'on this post'}</Link>
        <span data-kind="pending">{entry.reason ? `held: ${entry.reason}` : 'not judged yet'}</span>
      </p>
      {/* biome-ignore lint/security/noDangerouslySetInnerHtml: packages/markdown sanitises it */}
      <div className="comment-text" dir="auto" dangerouslySetInnerHTML={{ __html: entry.html }} />
      <VerdictForm entry={entry} onDecide={onDecide} />
      {problem ? (
        <p className="state" data-kind="rejected" role="alert">
          <span aria-hidden="true">✕</span> Not kept. {problem}
        </p>
      ) : null}
    </li>
  )
}

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable]') !== null

const useKeys = (keys: Record<string, () => void>) => {
  const current = useRef(keys)
  current.current = keys
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return
      const act = current.current[event.key]
      if (act === undefined) return
      event.preventDefault()
      act()
    }
    window.addEventListener('keydown', press)
    return () => window.removeEventListener('keydown', press)
  }, [])
}

const words = { approved: 'Approved', rejected: 'Rejected', pending: 'Held' } as const

/** The comments that wait for a person. The row in focus is the one that keys act on. */
export const Queue = ({
  loaded,
  isAll,
  refused,
}: {
  loaded: readonly Waiting[]
  /** False where more wait than are loaded. */
  isAll: boolean
  refused: { id: string; problem: string } | undefined
}) => {
  const { waiting, focused, last, problems, decide, undo, move, focus } = useQueue(loaded)
  const judge = (status: 'approved' | 'rejected') => () => {
    if (focused) void decide({ entry: focused, status })
  }
  useKeys({
    j: () => move(1),
    k: () => move(-1),
    a: judge('approved'),
    r: judge('rejected'),
    z: () => void undo(),
  })
  return (
    <>
      <h1 className="page-title">
        Waiting for you{' '}
        <span className="quiet">
          {waiting.length}
          {isAll ? '' : '+'}
        </span>
      </h1>
      <ol className="queue">
        {waiting.map((entry) => (
          <QueueRow
            key={`${entry.id}:${entry.revision}`}
            entry={entry}
            isFocused={entry === focused}
            problem={problems[entry.id] ?? (refused?.id === entry.id ? refused.problem : undefined)}
            onFocus={() => focus(entry.id)}
            onDecide={(decision) => void decide({ entry, ...decision })}
          />
        ))}
      </ol>
      {waiting.length === 0 ? (
        <div className="all-read">
          <h2>Nothing waits</h2>
          <p className="quiet">Every comment has its verdict. New ones appear here by themselves.</p>
        </div>
      ) : null}
      <p className="queue-foot quiet">
        <span role="status">
          {last ? (
            <>
              {words[last.status]} {nameOf(last.entry)}’s comment
              <button type="button" className="plain" onClick={() => void undo()}>
                Undo <kbd>z</kbd>
              </button>
            </>
          ) : null}
        </span>
        <span className="keys scripted">
          <kbd>j</kbd> <kbd>k</kbd> next, previous · <kbd>a</kbd> approve · <kbd>r</kbd> reject · <kbd>z</kbd>{' '}
          undo
        </span>
      </p>
    </>
  )
}
