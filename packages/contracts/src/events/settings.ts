import { z } from 'zod'
import { bounds } from '../bounds.ts'
import { line, timestamp } from '../text.ts'
import { doer } from './doer.ts'

/**
 * What an owner decides about the blog as a whole. Names of languages and time zones have their form here and no more: which of them
 * there are differs from one machine to the next, and an event must be readable on each. `http/settings.ts` asks for known ones.
 */
export const blogSettings = z.object({
  title: line({ charsMin: 1, charsMax: bounds.blogTitleCharsMax }),
  /** What the blog is about, in one line; empty for none. */
  description: line({ charsMax: bounds.blogDescriptionCharsMax }),
  /** The language that the texts are in, as BCP 47 writes it: `en`, `pt-BR`. */
  language: z
    .string()
    .max(bounds.languageCharsMax)
    .regex(/^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*$/, 'must be a language tag such as en or pt-BR'),
  /** Whose days and months the dates, the archive and the feeds count, by its IANA name: `Europe/Berlin`. */
  timeZone: z
    .string()
    .max(bounds.timeZoneCharsMax)
    .regex(/^[A-Za-z][A-Za-z0-9_+-]*(?:\/[A-Za-z0-9_+-]+)*$/, 'must be a time zone such as Europe/Berlin'),
})
export type BlogSettings = z.infer<typeof blogSettings>

/** The names of the settings, in the order in which they are shown. */
export const blogSettingNames = Object.keys(blogSettings.shape) as (keyof BlogSettings)[]

export const settingsEvents = {
  /** All settings as they are from now on. */
  BlogSettingsChanged: z.object({ settings: blogSettings, changedAt: timestamp, by: doer.nullable() }),
} as const

/** There is one blog, hence one stream. */
export const settingsSubject = 'blog-settings'

/** What counts until the settings are changed for the first time. */
export const initialSettings = (title: string): BlogSettings => ({
  title,
  description: '',
  language: 'en',
  timeZone: 'UTC',
})
