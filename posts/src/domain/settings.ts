import { isDeepStrictEqual } from 'node:util'
import type { Bus } from '@logbook/chassis/log/bus.ts'
import type { DomainEvent } from '@logbook/contracts/envelope.ts'
import type { EventData } from '@logbook/contracts/events/catalog.ts'
import { decodeOf } from '@logbook/contracts/events/decode.ts'
import { type BlogSettings, blogSettingNames, settingsSubject } from '@logbook/contracts/events/settings.ts'
import type { PutSettings, SettingsHistoryEntry } from '@logbook/contracts/http/settings.ts'
import { type Caller, doerOf } from '@logbook/contracts/identity.ts'

export const decodeSettings = decodeOf(['BlogSettingsChanged'])

/** `at` is RFC 3339. What is not among `wanted` stays as it is. The same settings again change nothing. */
export const decideSettings =
  ({ wanted, at, caller }: { wanted: PutSettings; at: string; caller: Caller }) =>
  (before: BlogSettings): DomainEvent<'BlogSettingsChanged', EventData<'BlogSettingsChanged'>>[] => {
    const named = Object.entries(wanted).filter(([, value]) => value !== undefined)
    const settings: BlogSettings = { ...before, ...Object.fromEntries(named) }
    if (isDeepStrictEqual(settings, before)) return []
    return [
      {
        type: 'BlogSettingsChanged',
        subject: settingsSubject,
        data: { settings, changedAt: at, by: doerOf(caller) },
      },
    ]
  }

interface HistoryOfSettings {
  /** What counted before the first change. */
  initial: BlogSettings
  limit: number
  /** A version of the stream: only what came before it. */
  before?: number | undefined
}

/** Every change of the settings, the newest first. Throws `unavailable` without the bus. */
export const historyOfSettings = async (
  bus: Bus,
  { initial, limit, before = Number.MAX_SAFE_INTEGER }: HistoryOfSettings,
): Promise<{ entries: SettingsHistoryEntry[]; more: boolean }> => {
  let last = initial
  const all = (await bus.readStream(settingsSubject)).flatMap((recorded): SettingsHistoryEntry[] => {
    const decoded = decodeSettings(recorded)
    if (decoded.kind !== 'event') return []
    const { version, data } = decoded.event
    const changed = blogSettingNames.filter((name) => !isDeepStrictEqual(last[name], data.settings[name]))
    last = data.settings
    return [{ version, ...data, changed }]
  })
  const earlier = all.filter(({ version }) => version < before).reverse()
  return { entries: earlier.slice(0, limit), more: earlier.length > limit }
}
