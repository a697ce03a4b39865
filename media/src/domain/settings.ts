import { isDeepStrictEqual } from 'node:util'
import { invalid } from '@logbook/chassis/problem.ts'
import { decodeOf } from '@logbook/contracts/events/decode.ts'
import type { MediaSettings } from '@logbook/contracts/events/media-settings.ts'
import { newEvent } from '@logbook/contracts/events/new-event.ts'
import type { PutMediaSettings } from '@logbook/contracts/http/media.ts'
import { type Caller, doerOf } from '@logbook/contracts/identity.ts'

export const decodeMediaSettings = decodeOf(['MediaSettingsChanged'])

/** What the operator allows at most, whatever an owner sets. */
export type Ceilings = Pick<MediaSettings, 'fileBytesMax' | 'personBytesMax'>

const ceilingNames = ['fileBytesMax', 'personBytesMax'] as const

/** The settings that count: an operator may have lowered what is allowed since they were set. */
export const within = (settings: MediaSettings, ceilings: Ceilings): MediaSettings => ({
  ...settings,
  fileBytesMax: Math.min(settings.fileBytesMax, ceilings.fileBytesMax),
  personBytesMax: Math.min(settings.personBytesMax, ceilings.personBytesMax),
})

interface Change {
  wanted: PutMediaSettings
  ceilings: Ceilings
  /** RFC 3339. */
  at: string
  caller: Caller
}

/**
 * Settings that are absent from `wanted` keep their values. No event where no value changes. Throws `invalid` naming the field that
 * exceeds what the operator allows.
 */
export const decideMediaSettings =
  ({ wanted, ceilings, at, caller }: Change) =>
  (before: MediaSettings) => {
    for (const name of ceilingNames)
      if ((wanted[name] ?? 0) > ceilings[name])
        throw invalid(name, `must be at most ${ceilings[name]}, which the operator of this blog allows`)
    const named = Object.entries(wanted).filter(([, value]) => value !== undefined)
    const settings: MediaSettings = { ...within(before, ceilings), ...Object.fromEntries(named) }
    if (isDeepStrictEqual(settings, before)) return []
    return [newEvent('MediaSettingsChanged', { settings, changedAt: at, by: doerOf(caller) })]
  }
