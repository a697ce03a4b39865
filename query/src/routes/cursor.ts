import { invalid } from '@logbook/chassis/problem.ts'
import type { ListKey } from '../projections/post-rows.ts'
import type { Sort, ThreadKey } from '../threads/page.ts'

const pattern = /^([\w-]{1,20})\.(-?\d{1,16})\.(\d{1,16})$/

/** A place in a list of this blog, as text that callers need not understand. */
export const printCursor = (blog: string, { publishedMs, firstPosition }: ListKey): string =>
  Buffer.from(`${blog}.${publishedMs}.${firstPosition}`).toString('base64url')

const threadPattern = /^([\w-]{0,20})\.(newest|oldest|best)\.(-?\d{1,16})\.(-?\d{1,16})\.(\d{1,16})$/

/** A place in a thread of this blog. */
export const printThreadCursor = (blog: string, place: ThreadKey): string => {
  const { sort, score, createdMs, firstPosition } = place
  return Buffer.from(`${blog}.${sort}.${score}.${createdMs}.${firstPosition}`).toString('base64url')
}

/** Throws `invalid`, naming `path`, for what `printThreadCursor` did not make, or made for another blog or another order. */
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

/** Throws `invalid` for what `printCursor` did not make, or made for another blog. */
export const parseCursor = (blog: string | undefined, cursor: string): ListKey => {
  const [, from, ms, position] = pattern.exec(Buffer.from(cursor, 'base64url').toString('latin1')) ?? []
  if (ms === undefined || position === undefined)
    throw invalid('cursor', 'must be the cursor of an earlier answer')
  if (from !== blog) throw invalid('cursor', 'is from another blog')
  return { publishedMs: Number(ms), firstPosition: Number(position) }
}

const foundPattern = /^([\w-]{1,20})\.found\.(\d{1,6})$/

/** How many of the hits of a search on this blog were shown. */
export const printFoundCursor = (blog: string, offset: number): string =>
  Buffer.from(`${blog}.found.${offset}`).toString('base64url')

/** Throws `invalid` for what `printFoundCursor` did not make, or made for another blog. */
export const parseFoundCursor = (blog: string | undefined, cursor: string): number => {
  const [, from, offset] = foundPattern.exec(Buffer.from(cursor, 'base64url').toString('latin1')) ?? []
  if (offset === undefined) throw invalid('cursor', 'must be the cursor of an earlier answer')
  if (from !== blog) throw invalid('cursor', 'is from another blog')
  return Number(offset)
}
