import type { LogbookEvent } from '@logbook/contracts/events/catalog.ts'
import { decodeOf } from '@logbook/contracts/events/decode.ts'
import { defaultRules, type RulesInForce } from './policy.ts'

export const initialRules: RulesInForce = defaultRules

/** The version is counted and not taken from the event, so that no event can make it jump. */
export const evolveRules = (before: RulesInForce, event: LogbookEvent<'RulesChanged'>): RulesInForce => ({
  rules: event.data.rules,
  version: before.version + 1,
})

export const decodeRules = decodeOf(['RulesChanged'])
