import type { Clock } from '@logbook/chassis/clock.ts'
import { invalid } from '@logbook/chassis/problem.ts'
import { type Caller, mayModerate } from '@logbook/contracts/identity.ts'
import { timestampWithOffset } from '@logbook/contracts/text.ts'
import type { AsOf } from '../projections/temporal.ts'
import type { LiveView } from '../rebuild/live-view.ts'

interface AsOfOptions {
  live: LiveView
  clock: Clock
}

const digits = /^\d{1,15}$/

const beyond = (position: number) =>
  invalid('asOf', `must not be beyond what this view has read, position ${position}`)

const positionOfTime = (text: string, { live, clock }: AsOfOptions): number => {
  const { follower, projections } = live.current
  const timeMs = Date.parse(text)
  if (timeMs > clock.now().getTime()) throw invalid('asOf', 'must not be in the future')
  const found = projections.times.positionAt(timeMs)
  // Events after the last one that was read may be of an earlier time than this.
  if (!follower.caughtUp && found === projections.times.positionAt(Number.MAX_SAFE_INTEGER))
    throw beyond(follower.position)
  return found
}

/** The position that `asOf` names: a position, or an RFC 3339 time, which stands for the last event up to it. */
const positionOf = (text: string, options: AsOfOptions): number => {
  if (digits.test(text)) {
    const { position } = options.live.current.follower
    if (Number(text) > position) throw beyond(position)
    return Number(text)
  }
  if (!timestampWithOffset.safeParse(text).success)
    throw invalid('asOf', 'must be a log position or an RFC 3339 time')
  return positionOfTime(text, options)
}

/**
 * The position and the reader that a request with `asOf` is answered for; undefined without `asOf`. Throws `invalid` for another text, for
 * the future, and for a position that the view has not read.
 */
export const parseAsOf = (text: unknown, caller: Caller, options: AsOfOptions): AsOf => {
  if (typeof text !== 'string') return undefined
  const viewerId = caller.kind === 'person' || caller.kind === 'guest' ? caller.id : null
  return { position: positionOf(text, options), showsAll: mayModerate(caller), viewerId }
}
