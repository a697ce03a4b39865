import type { VerdictStatus } from '@logbook/contracts/events/comments.ts'
import { isReadable, type OwnText, type ThreadComment } from './thread.ts'

/** The thread as this browser knows it. `arrived` waits until the reader asks: nothing moves under their eyes. */
export interface LiveThread {
  comments: readonly ThreadComment[]
  arrived: readonly ThreadComment[]
}

export type ThreadEvent =
  | { kind: 'loaded'; comments: readonly ThreadComment[] }
  | { kind: 'heard'; comment: ThreadComment }
  | { kind: 'shown' }
  | { kind: 'written'; comment: ThreadComment }
  | { kind: 'sent'; key: string; id: string; status: VerdictStatus }
  | { kind: 'failed'; key: string; problem: string }
  | { kind: 'again'; key: string }
  | { kind: 'discarded'; key: string }
  | { kind: 'recalled'; texts: readonly { id: string; text: string; html: string }[] }

/** Replaces the comment of that id, or adds it. Own text stays known. */
const put = (comments: readonly ThreadComment[], comment: ThreadComment): ThreadComment[] => {
  const known = comments.find(({ id }) => id === comment.id)
  const own = comment.own ?? known?.own
  const merged = {
    ...comment,
    html: comment.html ?? (own === undefined ? null : (known?.html ?? null)),
    ...(own === undefined ? {} : { own }),
  }
  return known ? comments.map((each) => (each === known ? merged : each)) : [...comments, merged]
}

const without = (comments: readonly ThreadComment[], gone: string): ThreadComment[] =>
  comments.filter(({ id }) => id !== gone)

/** A comment that would push others aside waits in `arrived`; one that changes in place, or vanishes, does so at once. */
const hear = ({ comments, arrived }: LiveThread, comment: ThreadComment): LiveThread => {
  const known = comments.find(({ id }) => id === comment.id)
  const appears = isReadable(comment) && !(known && isReadable(known))
  return appears
    ? { comments, arrived: put(arrived, comment) }
    : { comments: put(comments, comment), arrived: without(arrived, comment.id) }
}

const deliver = (
  { comments, arrived }: LiveThread,
  { key, id, status }: Extract<ThreadEvent, { kind: 'sent' }>,
): LiveThread => {
  const written = comments.find((comment) => comment.id === key)
  if (written?.own === undefined) return { comments, arrived }
  // The news of a comment can be quicker than the answer to its writer.
  const heard = [...arrived, ...comments].find((comment) => comment.id === id)
  const own: OwnText = { text: written.own.text, delivery: 'sent' }
  const delivered = { ...written, status, ...heard, id, own, html: heard?.html ?? written.html }
  return {
    comments: without(comments, id).map((comment) => (comment === written ? delivered : comment)),
    arrived: without(arrived, id),
  }
}

const withDelivery = (thread: LiveThread, key: string, change: Omit<OwnText, 'text'>): LiveThread => ({
  ...thread,
  comments: thread.comments.map((comment) =>
    comment.id === key && comment.own ? { ...comment, own: { text: comment.own.text, ...change } } : comment,
  ),
})

const recall = (
  thread: LiveThread,
  texts: Extract<ThreadEvent, { kind: 'recalled' }>['texts'],
): LiveThread => ({
  ...thread,
  comments: thread.comments.map((comment) => {
    const mine = texts.find(({ id }) => id === comment.id)
    return mine === undefined || comment.status === 'approved' || comment.status === 'deleted'
      ? comment
      : { ...comment, html: mine.html, own: { text: mine.text, delivery: 'sent' } }
  }),
})

/** The thread after something happened to it, here or elsewhere. Pure. */
export const evolveThread = (thread: LiveThread, event: ThreadEvent): LiveThread => {
  switch (event.kind) {
    case 'loaded': {
      const mine = thread.comments.filter(({ own }) => own !== undefined)
      const texts = mine.flatMap(({ id, own, html }) =>
        own ? [{ id, text: own.text, html: html ?? '' }] : [],
      )
      const unsent = mine.filter(({ own }) => own?.delivery !== 'sent')
      return recall({ comments: [...event.comments, ...unsent], arrived: [] }, texts)
    }
    case 'heard':
      return hear(thread, event.comment)
    case 'shown':
      return { comments: thread.arrived.reduce(put, [...thread.comments]), arrived: [] }
    case 'written':
      return { ...thread, comments: [...thread.comments, event.comment] }
    case 'sent':
      return deliver(thread, event)
    case 'failed':
      return withDelivery(thread, event.key, { delivery: 'failed', problem: event.problem })
    case 'again':
      return withDelivery(thread, event.key, { delivery: 'sending' })
    case 'discarded':
      return { ...thread, comments: without(thread.comments, event.key) }
    case 'recalled':
      return recall(thread, event.texts)
    default:
      return event satisfies never
  }
}
