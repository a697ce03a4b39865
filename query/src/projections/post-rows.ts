import type { PostSummary } from '@logbook/contracts/http/query.ts'
import type { AsOf } from './temporal.ts'

export type Kind = PostSummary['kind']

/** The row of a published post. */
export interface PostRow {
  id: string
  slug: string
  /** The position of its first event, which orders posts with equal dates. */
  firstPosition: number
  version: number
  position: number
  head: string
  excerpt: string | null
  content: string
  /** Whose words these are. */
  personId: string | null
}

/** A post in a list, with its key there. */
export type ListedRow = PostRow & { publishedMs: number }

/** The key of a post in a list. A page begins after the key of the last post of the page before. */
export interface ListKey {
  publishedMs: number
  firstPosition: number
}

export interface ListRequest {
  kind: Kind
  /** The slug of an author. */
  author?: string | undefined
  /** The slug of a tag. */
  tag?: string | undefined
  after?: ListKey | undefined
  /** Published at this time or later. */
  fromMs?: number | undefined
  asOf?: AsOf
  limit: number
}
