import type { Bus } from '@logbook/chassis/log/bus.ts'
import { notFound } from '@logbook/chassis/problem.ts'
import { postSubject } from '@logbook/contracts/events/posts.ts'
import { decodePost } from './post.ts'

export interface HistoryRequest {
  id: string
  limit: number
  /** A version of the stream: only what came before it. */
  before?: number | undefined
}

/** One thing that happened to a post. */
export interface HistoryEntry {
  id: string
  type: string
  time: string
  position: number
  version: number
  correlationId?: string
  data: unknown
}

/**
 * The facts of a post's stream, newest first, the deletion included; summaries say the same and are left out. Throws
 * `not-found` for a post that never existed.
 */
export const historyOf = async (
  bus: Bus,
  { id, limit, before = Number.MAX_SAFE_INTEGER }: HistoryRequest,
): Promise<{ entries: HistoryEntry[]; more: boolean }> => {
  const events = await bus.readStream(postSubject(id))
  if (events.length === 0) throw notFound('such post')
  const facts = events.flatMap((recorded): HistoryEntry[] => {
    if (recorded.version >= before) return []
    const decoded = decodePost(recorded)
    if (decoded.kind !== 'event' || decoded.event.type === 'PostUpdated') return []
    const { type, time, position, version, correlationId, data } = decoded.event
    const entry = { id: recorded.id, type, time, position, version, data }
    return [correlationId === undefined ? entry : { ...entry, correlationId }]
  })
  return { entries: facts.slice(-limit).reverse(), more: facts.length > limit }
}
