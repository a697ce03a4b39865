import { isDeepStrictEqual } from 'node:util'
import type { DomainEvent } from '@logbook/contracts/envelope.ts'
import type { EventData } from '@logbook/contracts/events/catalog.ts'
import { decodeOf } from '@logbook/contracts/events/decode.ts'
import { newEvent } from '@logbook/contracts/events/new-event.ts'
import type { BlogSettings } from '@logbook/contracts/events/settings.ts'
import type { PutSettings } from '@logbook/contracts/http/settings.ts'
import { type Caller, doerOf } from '@logbook/contracts/identity.ts'

export const decodeSettings = decodeOf(['BlogSettingsChanged'])

/** `at` is RFC 3339. Settings that are absent from `wanted` keep their values. No event where no value changes. */
export const decideSettings =
  ({ wanted, at, caller }: { wanted: PutSettings; at: string; caller: Caller }) =>
  (before: BlogSettings): DomainEvent<'BlogSettingsChanged', EventData<'BlogSettingsChanged'>>[] => {
    const named = Object.entries(wanted).filter(([, value]) => value !== undefined)
    const settings: BlogSettings = { ...before, ...Object.fromEntries(named) }
    if (isDeepStrictEqual(settings, before)) return []
    return [newEvent('BlogSettingsChanged', { settings, changedAt: at, by: doerOf(caller) })]
  }
