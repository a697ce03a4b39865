import type { VerdictStatus } from '@logbook/contracts/events/comments.ts'
import type { VoteValue } from '@logbook/contracts/http/comments.ts'
import { isReadable, type OwnText, type ThreadComment } from './thread.ts'

/** The thread as this browser knows it. `arrived` waits until the reader asks: nothing moves under their eyes. */
export interface LiveThread {
  comments: readonly ThreadComment[]
  arrived: readonly ThreadComment[]
  /** Where more threads go on; null when all are here. */
  next: string | null
  /** Comments of the post that are not here. */
  elsewhere: Counts
}

export interface Counts {
  approved: number
  waiting: number
  unpublished: number
}

/** A thread as the server gave it: some of its comments, and how many there are in all. */
export interface LoadedThread {
  comments: readonly ThreadComment[]
  next: string | null
  inAll: Counts
}

const countsOf = (comments: readonly ThreadComment[]): Counts => {
  const leaves = comments.filter(({ replies = 0 }) => replies === 0)
  return {
    approved: comments.filter(({ status }) => status === 'approved').length,
    waiting: leaves.filter(({ status }) => status === 'pending').length,
    unpublished: leaves.filter(({ status }) => status === 'rejected').length,
  }
}

const minus = (all: Counts, some: Counts): Counts => ({
  approved: Math.max(0, all.approved - some.approved),
  waiting: Math.max(0, all.waiting - some.waiting),
  unpublished: Math.max(0, all.unpublished - some.unpublished),
})

export const liveThreadOf = ({ comments, next, inAll }: LoadedThread): LiveThread => ({
  comments,
  arrived: [],
  next,
  elsewhere: minus(inAll, countsOf(comments)),
})

export type ThreadEvent =
  | { kind: 'loaded'; thread: LoadedThread }
  /** A further page: of threads, or of the replies to `parentId`. */
  | { kind: 'continued'; parentId: string | null; comments: readonly ThreadComment[]; next: string | null }
  | { kind: 'heard'; comment: ThreadComment }
  | { kind: 'shown' }
  | { kind: 'written'; comment: ThreadComment }
  /** Comments that this browser kept since an earlier visit, and that were not sent. */
  | { kind: 'kept'; comments: readonly ThreadComment[] }
  | { kind: 'sent'; key: string; id: string; status: VerdictStatus }
  | { kind: 'failed'; key: string; problem: string }
  | { kind: 'again'; key: string }
  | { kind: 'discarded'; key: string }
  | { kind: 'edited'; id: string; text: string; html: string; revision: number; status: VerdictStatus }
  | { kind: 'explained'; id: string; revision: number; reason: string }
  | { kind: 'gone'; id: string }
  | { kind: 'picked'; id: string }
  | { kind: 'voted'; id: string; vote: VoteValue }
  | { kind: 'recalled'; texts: readonly { id: string; text: string; html: string }[] }

/** Replaces the comment of that id, or adds it. Own text stays known. */
const put = (comments: readonly ThreadComment[], comment: ThreadComment): ThreadComment[] => {
  const known = comments.find(({ id }) => id === comment.id)
  const own = comment.own ?? known?.own
  const merged = {
    ...known,
    ...comment,
    html: comment.html ?? (own === undefined ? null : (known?.html ?? null)),
    ...(own === undefined ? {} : { own }),
  }
  return known ? comments.map((each) => (each === known ? merged : each)) : [...comments, merged]
}

const without = (comments: readonly ThreadComment[], gone: string): ThreadComment[] =>
  comments.filter(({ id }) => id !== gone)

/** News of an older comment, where not all are here, is news of one that stands on a further page. */
const isOnAnotherPage = ({ comments, next }: LiveThread, { createdAt }: ThreadComment): boolean =>
  (next !== null || comments.some(({ more }) => more)) &&
  comments.some((other) => other.createdAt > createdAt)

/** A comment that would push others aside waits in `arrived`; one that changes in place, or vanishes, does so at once. */
const hear = (thread: LiveThread, comment: ThreadComment): LiveThread => {
  const { comments, arrived } = thread
  const known = comments.find(({ id }) => id === comment.id)
  if (known === undefined && isOnAnotherPage(thread, comment)) return thread
  const appears = isReadable(comment) && !(known && isReadable(known))
  return appears
    ? { ...thread, arrived: put(arrived, comment) }
    : { ...thread, comments: put(comments, comment), arrived: without(arrived, comment.id) }
}

const deliver = (
  thread: LiveThread,
  { key, id, status }: Extract<ThreadEvent, { kind: 'sent' }>,
): LiveThread => {
  const { comments, arrived } = thread
  const written = comments.find((comment) => comment.id === key)
  if (written?.own === undefined) return thread
  // The news of a comment can be quicker than the answer to its writer.
  const heard = [...arrived, ...comments].find((comment) => comment.id === id)
  const own: OwnText = { text: written.own.text, delivery: 'sent' }
  const delivered = {
    ...written,
    ...{ status, ...heard, id, own, mine: true, source: own.text },
    html: heard?.html ?? written.html,
  }
  return {
    ...thread,
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

const changed = (thread: LiveThread, id: string, change: Partial<ThreadComment>): LiveThread => ({
  ...thread,
  comments: thread.comments.map((comment) => (comment.id === id ? { ...comment, ...change } : comment)),
})

/** The new text is its author's alone until it is judged. */
const edit = (
  thread: LiveThread,
  { id, text, html, revision, status }: Extract<ThreadEvent, { kind: 'edited' }>,
): LiveThread => {
  const known = thread.comments.find((comment) => comment.id === id)
  // The verdict can be quicker than the answer to its author.
  const isJudged = known !== undefined && known.revision >= revision && known.status !== 'pending'
  const own = { text, delivery: 'sent' } as const
  const change = { html, source: text, own, mine: true, revision }
  return changed(thread, id, isJudged ? change : { ...change, status, reason: null })
}

/** Why the present text was not published. */
const explain = (
  thread: LiveThread,
  { id, revision, reason }: Extract<ThreadEvent, { kind: 'explained' }>,
): LiveThread => {
  const known = thread.comments.find((comment) => comment.id === id)
  return known?.status === 'rejected' && known.revision === revision
    ? changed(thread, id, { reason })
    : thread
}

const recall = (
  thread: LiveThread,
  texts: Extract<ThreadEvent, { kind: 'recalled' }>['texts'],
): LiveThread => ({
  ...thread,
  comments: thread.comments.map((comment) => {
    const mine = texts.find(({ id }) => id === comment.id)
    // What the page says of one's own is newer than what this browser kept.
    return mine === undefined || comment.own || comment.status === 'approved' || comment.status === 'deleted'
      ? comment
      : {
          ...comment,
          html: mine.html,
          source: mine.text,
          mine: true,
          own: { text: mine.text, delivery: 'sent' },
        }
  }),
})

const goOn = (
  thread: LiveThread,
  { parentId, comments, next }: Extract<ThreadEvent, { kind: 'continued' }>,
): LiveThread => {
  const known = new Set(thread.comments.map(({ id }) => id))
  const fresh = comments.filter(({ id }) => !known.has(id))
  const all = [...thread.comments, ...fresh]
  return {
    ...thread,
    comments:
      parentId === null ? all : all.map((each) => (each.id === parentId ? { ...each, more: next } : each)),
    arrived: thread.arrived.filter(({ id }) => !fresh.some((each) => each.id === id)),
    next: parentId === null ? next : thread.next,
    elsewhere: minus(thread.elsewhere, countsOf(fresh)),
  }
}

/** The thread after something happened to it, here or elsewhere. Pure. */
export const evolveThread = (thread: LiveThread, event: ThreadEvent): LiveThread => {
  switch (event.kind) {
    case 'loaded': {
      const mine = thread.comments.filter(({ own }) => own !== undefined)
      const texts = mine.flatMap(({ id, own, html }) =>
        own ? [{ id, text: own.text, html: html ?? '' }] : [],
      )
      const unsent = mine.filter(({ own }) => own?.delivery !== 'sent')
      const loaded = liveThreadOf(event.thread)
      return recall({ ...loaded, comments: [...loaded.comments, ...unsent] }, texts)
    }
    case 'continued':
      return goOn(thread, event)
    case 'heard':
      return hear(thread, event.comment)
    case 'shown':
      return { ...thread, comments: thread.arrived.reduce(put, [...thread.comments]), arrived: [] }
    case 'written':
      return { ...thread, comments: [...thread.comments, event.comment] }
    case 'kept':
      return { ...thread, comments: event.comments.reduce(put, [...thread.comments]) }
    case 'sent':
      return deliver(thread, event)
    case 'failed':
      return withDelivery(thread, event.key, { delivery: 'failed', problem: event.problem })
    case 'again':
      return withDelivery(thread, event.key, { delivery: 'sending' })
    case 'discarded':
      return { ...thread, comments: without(thread.comments, event.key) }
    case 'edited':
      return edit(thread, event)
    case 'explained':
      return explain(thread, event)
    case 'gone':
      return changed(thread, event.id, {
        ...{ status: 'deleted', html: null, author: null },
        ...{ own: undefined, mine: false },
      })
    case 'picked':
      return changed(thread, event.id, { promoted: true })
    case 'voted':
      return changed(thread, event.id, { vote: event.vote })
    case 'recalled':
      return recall(thread, event.texts)
    default:
      return event satisfies never
  }
}
