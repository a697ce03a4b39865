import { invalid } from '@logbook/chassis/problem.ts'
import { entityId } from '@logbook/contracts/text.ts'
import type { ListPlace } from './projections/posts.ts'

const pattern = /^([\w-]{1,20})\.(-?\d{1,16})\.([0-9a-f-]{36})$/

/** A place in a list of this blog, as text that callers need not understand. */
export const printCursor = (blog: string, { publishedMs, id }: ListPlace): string =>
  Buffer.from(`${blog}.${publishedMs}.${id}`).toString('base64url')

/** Throws `invalid` for what `printCursor` did not make, or made for another blog. */
export const parseCursor = (blog: string | undefined, cursor: string): ListPlace => {
  const [, from, ms, id] = pattern.exec(Buffer.from(cursor, 'base64url').toString('latin1')) ?? []
  if (ms === undefined || id === undefined || !entityId.safeParse(id).success)
    throw invalid('cursor', 'must be the cursor of an earlier answer')
  if (from !== blog) throw invalid('cursor', 'is from another blog')
  return { publishedMs: Number(ms), id }
}
