import { invalid } from '@logbook/chassis/problem.ts'
import { entityId } from '@logbook/contracts/text.ts'
import type { ListPlace } from './projections/posts.ts'

const pattern = /^(-?\d{1,16})\.([0-9a-f-]{36})$/

/** A place in a list as text that callers need not understand. */
export const printCursor = ({ publishedMs, id }: ListPlace): string =>
  Buffer.from(`${publishedMs}.${id}`).toString('base64url')

/** Throws `invalid` for what `printCursor` did not make. */
export const parseCursor = (cursor: string): ListPlace => {
  const [, ms, id] = pattern.exec(Buffer.from(cursor, 'base64url').toString('latin1')) ?? []
  if (ms === undefined || !entityId.safeParse(id).success || id === undefined)
    throw invalid('cursor', 'must be the cursor of an earlier answer')
  return { publishedMs: Number(ms), id }
}
