import type { LogStore } from '@logbook/chassis/log/log-store.ts'
import { Problem } from '@logbook/chassis/problem.ts'
import { limits } from '../limits.ts'

// Deliveries that are sent together are mostly adjacent in the log, so one page has them all.
const togetherPositionsMax = 200

/**
 * The texts of these ascending positions in one page of the log, by position. Positions that are further on, too large or damaged are
 * missing, and are read one by one.
 */
export const textsNear = async (
  store: Pick<LogStore, 'read'>,
  positions: readonly number[],
): Promise<ReadonlyMap<number, string>> => {
  const [first] = positions
  const last = positions.findLast((position) => position - (first ?? 0) < togetherPositionsMax)
  if (first === undefined || last === undefined || last === first) return new Map()
  try {
    const limit = last - first + 1
    const page = await store.read({ after: first - 1, limit, bytesMax: limits.claimBytesMax })
    return new Map(page.events.map((text, index) => [page.positions[index] ?? 0, text]))
  } catch {
    return new Map()
  }
}

/**
 * The stored texts of the events at these positions, in the same order. Ends early, but never before the first, above
 * `claimBytesMax`. `known` are texts that need not be read again.
 */
export const eventTexts = async (
  store: Pick<LogStore, 'read'>,
  positions: readonly number[],
  known?: ReadonlyMap<number, string>,
): Promise<string[]> => {
  const found = new Map<number, string>()
  for (const position of known === undefined ? [] : positions) {
    const text = known?.get(position)
    if (text !== undefined) found.set(position, text)
  }
  const readFrom = async (position: number, limit: number) => {
    const bytesMax = limits.claimBytesMax
    const page = await store.read({ after: position - 1, limit, bytesMax })
    for (const [index, text] of page.events.entries()) found.set(page.positions[index] ?? 0, text)
  }
  const texts: string[] = []
  let bytes = 0
  for (const [index, position] of positions.entries()) {
    if (!found.has(position)) {
      const last = positions.findLast((other) => other - position < togetherPositionsMax) ?? position
      const near = positions.slice(index).length > 1 && last > position
      await readFrom(position, near ? last - position + 1 : 1)
    }
    const text = found.get(position)
    if (text === undefined)
      throw new Problem('unavailable', { detail: `Position ${position} is not in the log.`, retryAfter: 1 })
    bytes += Buffer.byteLength(text)
    if (texts.length > 0 && bytes > limits.claimBytesMax) break
    texts.push(text)
  }
  return texts
}
