import type { Clock } from '@logbook/chassis/clock.ts'
import { headers } from '@logbook/contracts/http/headers.ts'
import type { Response } from 'express'
import { parseAsOf } from './as-of.ts'
import type { LiveView } from './live-view.ts'
import type { AsOf } from './projections/at-any-time.ts'

interface Past {
  live: LiveView
  clock: Clock
}

/** The position that the request asks for, which its answer then names as its own. */
export const readAsOf = (res: Response, text: string | undefined, { live, clock }: Past): AsOf => {
  const { follower, projections } = live.current
  const { position, caughtUp } = follower
  const asOf = parseAsOf(text, { times: projections.times, position, caughtUp, nowMs: clock.now().getTime() })
  if (asOf !== undefined) res.set(headers.position, String(asOf))
  return asOf
}
