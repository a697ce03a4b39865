import type { PostHead } from '@logbook/contracts/http/query.ts'
import type { PostRow } from '../projections/post-rows.ts'

/** The members of a post's prepared JSON, for the few answers that need them one by one. */
export const headOf = ({ head }: Pick<PostRow, 'head'>): PostHead => JSON.parse(`{${head}}`) as PostHead
