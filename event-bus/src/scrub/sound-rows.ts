import { isCorruption } from '@logbook/chassis/files/damage.ts'
import type { ReadRequest, StoredPage } from '@logbook/chassis/log/log-store.ts'
import type { Problem } from '@logbook/chassis/problem.ts'
import { isIntact } from '../log/damage.ts'
import { served } from '../log/old-names.ts'

/** `place` is the position, or for a stream the version, with the position beside it. */
export type Row = [place: number, text: string | null, crc: number | null, position?: number]

export type Taken = Pick<StoredPage, 'events' | 'positions'> & { full: boolean }

/** Conditions for rows to be served, besides intact checksums. */
export interface Expectation {
  /** Every place after `after` up to `last` must exist, unless the page is full before. */
  unbroken?: { after: number; last: number }
  /** All rows must be of this stream, whatever an index says. */
  subject?: string
  /** The problem for a place where a condition fails. */
  broken: (place: number) => Problem
}

/**
 * Takes rows until a page is full. Rows are iterated, not fetched at once, so that memory is bounded by the page's bytes. A page ends
 * before the first damaged row; throws where that is its first row.
 */
export const take = (
  rows: Iterable<Row>,
  { limit, bytesMax = Infinity }: Omit<ReadRequest, 'after'>,
  { unbroken, subject, broken }: Expectation,
): Taken => {
  const events: string[] = []
  const positions: number[] = []
  const mark = subject === undefined ? undefined : `"subject":${JSON.stringify(subject)}`
  let bytes = 0
  let expected = unbroken && unbroken.after + 1
  const endBefore = (place: number): Taken => {
    if (events.length === 0) throw broken(place)
    return { events, positions, full: true }
  }
  try {
    for (const [place, text, crc, position = place] of rows) {
      if (expected !== undefined && place !== expected) return endBefore(expected)
      if (text === null || !isIntact({ position, text, crc })) return endBefore(place)
      if (mark !== undefined && !text.includes(mark)) return endBefore(place)
      events.push(served(text))
      positions.push(place)
      bytes += Buffer.byteLength(text)
      if (expected !== undefined) expected += 1
      if (events.length >= limit || bytes >= bytesMax) return { events, positions, full: true }
    }
  } catch (error) {
    if (!isCorruption(error)) throw error
    return endBefore(expected ?? (positions.at(-1) ?? 0) + 1)
  }
  if (unbroken && expected !== undefined && expected <= unbroken.last) return endBefore(expected)
  return { events, positions, full: false }
}
