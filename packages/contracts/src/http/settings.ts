import { z } from 'zod'
import { bounds } from '../bounds.ts'
import { doer } from '../events/doer.ts'
import { blogSettingNames, blogSettings, navigationEntry } from '../events/settings.ts'
import { timestamp } from '../text.ts'
import { isTimeZone } from '../time-zone.ts'
import { isVisible } from '../visible.ts'
import { readAddress } from './address.ts'

const { shape } = blogSettings

const isLanguage = (tag: string): boolean => {
  try {
    return Intl.getCanonicalLocales(tag).length === 1
  } catch {
    return false
  }
}

/** A path that the gateway would refuse leads nowhere. */
const leadsSomewhere = (address: string): boolean => {
  if (!address.startsWith('/')) return true
  const { kind } = readAddress(address.replace(/#.*$/, ''))
  return kind === 'canonical' || kind === 'moved'
}

const isIconAddress = (address: string): boolean =>
  /^(?:\/|https:)/i.test(address) && shape.icon.safeParse(address).success

const { label, address } = navigationEntry.shape
const writtenEntry = z.strictObject({
  label: label.refine(isVisible, 'must show something'),
  address: address.refine(leadsSomewhere, 'must be the address of a page'),
})

/**
 * `PUT /settings`: the settings as they are to be. Those that may be absent stay as they are then. `If-Match` guards them against another
 * owner's change.
 */
export const putSettings = z.strictObject({
  ...shape,
  title: shape.title.refine(isVisible, 'must show something'),
  language: shape.language
    .refine(isLanguage, 'must be a language tag such as en or pt-BR')
    .overwrite((tag) => (isLanguage(tag) ? (Intl.getCanonicalLocales(tag)[0] ?? tag) : tag)),
  timeZone: shape.timeZone.refine(isTimeZone, 'must be a time zone such as Europe/Berlin'),
  commentsFrom: shape.commentsFrom.optional(),
  editMinutes: shape.editMinutes.optional(),
  countViews: shape.countViews.optional(),
  mentions: shape.mentions.optional(),
  hub: shape.hub.optional(),
  navigation: z
    .array(writtenEntry)
    .max(bounds.navigationEntriesMax, `must have at most ${bounds.navigationEntriesMax} entries`)
    .optional(),
  accent: z
    .string()
    .overwrite((colour) => colour.toLowerCase())
    .regex(/^#[0-9a-f]{6}$/, 'must be a colour such as #2f6f4f')
    .nullable()
    .optional(),
  icon: z
    .string()
    .refine(isIconAddress, 'must be a web address (https://…) or a path that begins with one slash')
    .nullable()
    .optional(),
})
export type PutSettings = z.infer<typeof putSettings>

/** `GET /settings` of query, for everyone: `version` is 0 until they are changed for the first time, and what `If-Match` takes. */
export const settingsAnswer = blogSettings.extend({ version: z.number().int().min(0) })
export type SettingsAnswer = z.infer<typeof settingsAnswer>

/** One entry of `GET /settings/history`: the settings from a version on, and which of them were others before. */
export const settingsHistoryEntry = z.object({
  version: z.number().int().min(1),
  changedAt: timestamp,
  by: doer.nullable(),
  changed: z.array(z.enum(blogSettingNames)),
  settings: blogSettings,
})
export type SettingsHistoryEntry = z.infer<typeof settingsHistoryEntry>
