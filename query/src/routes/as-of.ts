import { invalid } from '@logbook/chassis/problem.ts'
import { timestampWithOffset } from '@logbook/contracts/text.ts'
import type { Times } from '../projections/times.ts'

interface Circumstances {
  times: Pick<Times, 'positionAt'>
  /** How far the view has come. */
  position: number
  /** False while there is history that the view has not read. */
  caughtUp: boolean
  nowMs: number
}

const position = /^\d{1,15}$/

const positionOfTime = (text: string, { times, position, caughtUp, nowMs }: Circumstances): number => {
  const timeMs = Date.parse(text)
  if (timeMs > nowMs) throw invalid('asOf', 'must not be in the future')
  const found = times.positionAt(timeMs)
  // What came after the last event that was read can't be told from what was not read yet.
  if (!caughtUp && found === times.positionAt(Number.MAX_SAFE_INTEGER))
    throw invalid('asOf', `must not be beyond what this view has read, position ${position}`)
  return found
}

/**
 * The position that `asOf` names: a position, or an RFC 3339 time, which stands for the last event up to it. Undefined where
 * there is none. Throws `invalid` for anything else, for the future, and for what lies beyond the view.
 */
export const parseAsOf = (text: string | undefined, circumstances: Circumstances): number | undefined => {
  if (text === undefined) return undefined
  if (!position.test(text)) {
    if (!timestampWithOffset.safeParse(text).success)
      throw invalid('asOf', 'must be a log position or an RFC 3339 time')
    return positionOfTime(text, circumstances)
  }
  if (Number(text) > circumstances.position)
    throw invalid('asOf', `must not be beyond what this view has read, position ${circumstances.position}`)
  return Number(text)
}
