import type { PostSummary } from '@logbook/contracts/http/query.ts'
import type { AsOf } from './temporal.ts'

export type Kind = PostSummary['kind']

/** A published post as its row holds it. */
export interface PostRow {
  id: string
  slug: string
  /** Where it began in the log: of posts of one moment, the later one is the newer. */
  firstPosition: number
  version: number
  position: number
  head: string
  excerpt: string | null
  content: string
}

/** A post of a list, and its place there. */
export type ListedRow = PostRow & { publishedMs: number }

/** Where a list goes on: after the post published at this moment, which began at this position of the log. */
export interface ListKey {
  publishedMs: number
  firstPosition: number
}

export interface ListRequest {
  kind: Kind
  /** By its slug. */
  author?: string | undefined
  /** Its slug. */
  tag?: string | undefined
  after?: ListKey | undefined
  /** Published at this time or later. */
  fromMs?: number | undefined
  asOf?: AsOf
  limit: number
}
