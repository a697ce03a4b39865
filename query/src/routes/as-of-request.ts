import { callerOf } from '@logbook/chassis/access/gate.ts'
import type { Clock } from '@logbook/chassis/clock.ts'
import { setPosition } from '@logbook/chassis/http/answers.ts'
import { mayModerate } from '@logbook/contracts/identity.ts'
import type { Response } from 'express'
import type { AsOf } from '../projections/at-any-time.ts'
import type { LiveView } from '../rebuild/live-view.ts'
import { parseAsOf } from './as-of.ts'

interface Past {
  live: LiveView
  clock: Clock
}

/** The same position, for the address of a next page. */
export const pinnedTo = (asOf: AsOf): { asOf?: string } =>
  asOf === undefined ? {} : { asOf: String(asOf.position) }

/** What a person or a guest is shown of the past is made for them alone. */
export const isPrivate = (asOf: AsOf): { isPrivate: boolean } => ({
  isPrivate: asOf !== undefined && (asOf.isWhole || asOf.viewerId !== null),
})

/** What the request asks for. Its answer names the position as its own. */
export const readAsOf = (res: Response, text: string | undefined, { live, clock }: Past): AsOf => {
  const { follower, projections } = live.current
  const { position, caughtUp, log } = follower
  const asked = parseAsOf(text, {
    times: projections.times,
    position,
    caughtUp,
    nowMs: clock.now().getTime(),
  })
  if (asked === undefined) return undefined
  setPosition(res, { position: asked, log })
  const caller = callerOf(res)
  const viewerId = caller.kind === 'person' || caller.kind === 'guest' ? caller.id : null
  return { position: asked, isWhole: mayModerate(caller), viewerId }
}
