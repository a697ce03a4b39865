import type { ThreadComment } from '@logbook/contracts/http/query.ts'
import { nextCursorOf } from '../page/paging.ts'
import type { Sort } from './thread.ts'

const readMsMax = 10_000

interface MoreOf {
  postId: string
  sort: Sort
  /** The comment whose replies are asked for; null for more threads. */
  parentId: string | null
  cursor: string
  /** The log position as of which; null for now. */
  asOf: string | null
}

/** A further page of a thread, and where the one after it begins; undefined if it did not come. */
export const loadMore = async ({ postId, sort, parentId, cursor, asOf }: MoreOf) => {
  const query = new URLSearchParams({
    cursor,
    ...(parentId === null ? { sort } : { parent: parentId }),
    ...(asOf === null ? {} : { asOf }),
  })
  try {
    const response = await fetch(`/api/posts/${postId}/thread?${query}`, {
      signal: AbortSignal.timeout(readMsMax),
    })
    if (!response.ok) return undefined
    const comments = (await response.json()) as ThreadComment[]
    return { comments, next: nextCursorOf(response.headers) }
  } catch {
    return undefined
  }
}
