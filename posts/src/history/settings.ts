import { isDeepStrictEqual } from 'node:util'
import type { Bus } from '@logbook/chassis/log/bus.ts'
import { type BlogSettings, blogSettingNames, settingsSubject } from '@logbook/contracts/events/settings.ts'
import type { SettingsHistoryEntry } from '@logbook/contracts/http/settings.ts'
import { decodeSettings } from '../domain/settings.ts'

interface SettingsHistory {
  /** The settings before the first change. */
  initial: BlogSettings
  limit: number
  /** Only changes before this version of the stream. */
  before?: number | undefined
}

/** The changes of the settings, newest first. Throws `unavailable` without the bus. */
export const settingsHistory = async (
  bus: Bus,
  { initial, limit, before = Number.MAX_SAFE_INTEGER }: SettingsHistory,
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
