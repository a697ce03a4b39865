import type { PostHead } from '@logbook/contracts/http/query.ts'
import type { PostRow } from '../projections/post-rows.ts'

/** What a row's prepared part says, for the few answers that need its members one by one. */
export const headOf = ({ head }: Pick<PostRow, 'head'>): PostHead => JSON.parse(`{${head}}`) as PostHead
