import type { PostSummary } from '@logbook/contracts/http/query.ts'
import type { PostRow } from '../projections/post-rows.ts'

export type PostHead = Pick<
  PostSummary,
  | 'id'
  | 'slug'
  | 'kind'
  | 'title'
  | 'tags'
  | 'cover'
  | 'coverAlt'
  | 'commentsClosed'
  | 'authorName'
  | 'createdAt'
  | 'updatedAt'
  | 'publishedAt'
  | 'version'
>

/** What a row's prepared part says, for the few answers that need its members one by one. */
export const headOf = ({ head }: Pick<PostRow, 'head'>): PostHead => JSON.parse(`{${head}}`) as PostHead
