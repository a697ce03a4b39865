import type { ReadRequest, StoredPage } from '@logbook/chassis/log/log-store.ts'
import type { Problem } from '@logbook/chassis/problem.ts'
import { isCorruption, isIntact } from '../log/damage.ts'
import { served } from '../log/old-names.ts'

/** `place` is what the reader counts in: the position, or the version within a stream, beside which the position stands then. */
export type Row = [place: number, text: string | null, crc: number | null, position?: number]

export type Taken = Pick<StoredPage, 'events' | 'positions'> & { full: boolean }

/** What rows must be, beside being what was written, to be served. */
export interface Expectation {
  /** Each place after `after` up to `last` stands there, unless the page is full before. */
  unbroken?: { after: number; last: number }
  /** They are of this stream, whatever an index says. */
  subject?: string
  /** What the reader is told of a place where that is not so. */
  broken: (place: number) => Problem
}

/**
 * Takes rows until a page is full. Rows are stepped through, not fetched at once, so that a page of large events ends at its bytes
 * and not in memory. A page ends before the first row that is not as it should be; where that is its very first, it throws.
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
