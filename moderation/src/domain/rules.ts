import type { Decode } from '@logbook/chassis/follow/follower.ts'
import { decodeEvent, type LogbookEvent } from '@logbook/contracts/events/catalog.ts'
import { defaultRules, type RulesInForce } from './policy.ts'

export const initialRules: RulesInForce = defaultRules

/** The version is counted and not taken from the event, so that no event can make it jump. */
export const evolveRules = (before: RulesInForce, event: LogbookEvent<'RulesChanged'>): RulesInForce => ({
  rules: event.data.rules,
  version: before.version + 1,
})

export const decodeRules: Decode<LogbookEvent<'RulesChanged'>> = (recorded) => {
  const decoded = decodeEvent(recorded)
  if (decoded.kind !== 'event') return decoded
  return decoded.event.type === 'RulesChanged' ? { kind: 'event', event: decoded.event } : { kind: 'foreign' }
}
