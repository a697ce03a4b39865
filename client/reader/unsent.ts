import { authorOf, type WrittenComment } from '../app/features/comments/send.ts'

/** A comment that was written here and that the service has not confirmed, as this browser keeps it. */
export interface Unsent {
  /** The idempotency key of every attempt to send it. */
  key: string
  comment: WrittenComment
  /** Whose name stands above it. */
  name: string
  /** The address to which the guest wants replies by mail. */
  repliesTo?: string | undefined
  /** The account that wrote it; null for a guest. */
  writerId: string | null
  /** RFC 3339. */
  writtenAt: string
  /** Why the last attempt failed; null while its outcome is unknown. */
  problem: string | null
}

const keyOf = (postId: string) => `logbook:unsent:${postId}`

const isText = (value: unknown): value is string => typeof value === 'string'
const isTextOrNull = (value: unknown) => value === null || isText(value)

const isUnsent = (value: unknown): value is Unsent => {
  const { key, comment, name, writerId, writtenAt, problem } = Object(value)
  const { content, parentId, author } = Object(comment)
  return (
    [key, content, name, writtenAt].every(isText) &&
    [parentId, writerId, problem].every(isTextOrNull) &&
    (author === null || isText(Object(author).name))
  )
}

/** Earlier versions kept the parts of the comment beside the rest. */
const upgraded = (value: unknown): unknown => {
  const { text, parentId, guest, wantsReplies, ...rest } = Object(value)
  if (!isText(text)) return value
  const { name = '', email = '' } = Object(guest)
  const comment = { content: text, parentId, author: guest === null ? null : authorOf({ name, email }) }
  return { ...rest, comment, ...(wantsReplies === true && { repliesTo: email.trim() }) }
}

const parse = (stored: string | null): Unsent[] => {
  try {
    const list: unknown = JSON.parse(stored ?? '[]')
    return Array.isArray(list) ? list.map(upgraded).filter(isUnsent) : []
  } catch {
    return []
  }
}

/** The unsent comments of a post, oldest first. Storage may be forbidden, or hold what another version wrote: then none. */
export const recallUnsent = (postId: string): Unsent[] => {
  try {
    return parse(localStorage.getItem(keyOf(postId)))
  } catch {
    return []
  }
}

const store = (postId: string, unsent: readonly Unsent[]): void => {
  try {
    if (unsent.length === 0) localStorage.removeItem(keyOf(postId))
    else localStorage.setItem(keyOf(postId), JSON.stringify(unsent))
  } catch {
    // Full or forbidden storage: the comment is then kept no longer than the page.
  }
}

/** Stores a comment until `forgetUnsent`, replacing an earlier record with its key. */
export const keepUnsent = (postId: string, unsent: Unsent): void => {
  const others = recallUnsent(postId)
  const known = others.findIndex(({ key }) => key === unsent.key)
  store(postId, known === -1 ? [...others, unsent] : others.with(known, unsent))
}

export const forgetUnsent = (postId: string, gone: string): void =>
  store(
    postId,
    recallUnsent(postId).filter(({ key }) => key !== gone),
  )

/** Calls `onForgotten` with the key of each unsent comment that another tab sent or discarded. Returns how to stop. */
export const onForgottenElsewhere = (postId: string, onForgotten: (key: string) => void): (() => void) => {
  const onStorage = ({ key, oldValue, newValue }: StorageEvent) => {
    if (key !== keyOf(postId)) return
    const left = new Set(parse(newValue).map((unsent) => unsent.key))
    for (const unsent of parse(oldValue)) if (!left.has(unsent.key)) onForgotten(unsent.key)
  }
  window.addEventListener('storage', onStorage)
  return () => window.removeEventListener('storage', onStorage)
}
