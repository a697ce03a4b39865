import { invalid } from '@logbook/chassis/problem.ts'
import type { ListKey } from '../projections/post-rows.ts'
import type { Sort, ThreadKey } from '../threads/page.ts'

const pattern = /^([\w-]{1,20})\.(-?\d{1,16})\.(\d{1,16})$/

/** The cursor after a post in a list of this blog; opaque to callers. */
export const printCursor = (blog: string, { publishedMs, firstPosition }: ListKey): string =>
  Buffer.from(`${blog}.${publishedMs}.${firstPosition}`).toString('base64url')

const threadPattern = /^([\w-]{0,20})\.(newest|oldest|best)\.(-?\d{1,16})\.(-?\d{1,16})\.(\d{1,16})$/

/** The cursor after a comment in a thread of this blog. */
export const printThreadCursor = (blog: string, place: ThreadKey): string => {
  const { sort, score, createdMs, firstPosition } = place
  return Buffer.from(`${blog}.${sort}.${score}.${createdMs}.${firstPosition}`).toString('base64url')
}

/** Throws `invalid` with the field `path` for text that `printThreadCursor` did not make, or made for another blog or order. */
export const parseThreadCursor = (
  blog: string | undefined,
  { cursor, sort, path }: { cursor: string; sort: Sort; path: string },
): ThreadKey => {
  const [, from, order, score, createdMs, firstPosition] =
    threadPattern.exec(Buffer.from(cursor, 'base64url').toString('latin1')) ?? []
  if (order === undefined) throw invalid(path, 'must be the cursor of an earlier answer')
  if (from !== blog) throw invalid(path, 'is from another blog')
  if (order !== sort) throw invalid(path, `is of the order ${order}, not ${sort}`)
  return { sort, score: Number(score), createdMs: Number(createdMs), firstPosition: Number(firstPosition) }
}

/** Throws `invalid` for text that `printCursor` did not make, or made for another blog. */
export const parseCursor = (blog: string | undefined, cursor: string): ListKey => {
  const [, from, ms, position] = pattern.exec(Buffer.from(cursor, 'base64url').toString('latin1')) ?? []
  if (ms === undefined || position === undefined)
    throw invalid('cursor', 'must be the cursor of an earlier answer')
  if (from !== blog) throw invalid('cursor', 'is from another blog')
  return { publishedMs: Number(ms), firstPosition: Number(position) }
}

const foundPattern = /^([\w-]{1,20})\.found\.(\d{1,6})$/

/** The cursor after so many hits of a search on this blog. */
export const printFoundCursor = (blog: string, offset: number): string =>
  Buffer.from(`${blog}.found.${offset}`).toString('base64url')

/** Throws `invalid` for text that `printFoundCursor` did not make, or made for another blog. */
export const parseFoundCursor = (blog: string | undefined, cursor: string): number => {
  const [, from, offset] = foundPattern.exec(Buffer.from(cursor, 'base64url').toString('latin1')) ?? []
  if (offset === undefined) throw invalid('cursor', 'must be the cursor of an earlier answer')
  if (from !== blog) throw invalid('cursor', 'is from another blog')
  return Number(offset)
}
