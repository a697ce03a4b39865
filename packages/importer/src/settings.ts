import { bounds } from '@logbook/contracts/bounds.ts'
import { type BlogSettings, blogSettingNames } from '@logbook/contracts/events/settings.ts'
import { putSettings } from '@logbook/contracts/http/settings.ts'
import { oneLine, shorten } from './fields.ts'

export type SettingName = keyof BlogSettings

/** What the files of a blog say of it as a whole, as they have it. What is empty or undefined is not said. */
export type SaidSettings = { readonly [Name in SettingName]?: unknown }

/** The same as Logbook takes it. */
export interface FoundSettings {
  /** The file that says it. */
  where: string
  values: Partial<BlogSettings>
  /** Why something of it can't be taken. */
  faults: readonly string[]
}

const cut = (charsMax: number) => (value: unknown) =>
  typeof value === 'string' ? shorten(oneLine(value), charsMax) : value

/** `de_DE.UTF-8` is `de-DE`. */
const asTag = (value: unknown) =>
  typeof value === 'string'
    ? value
        .trim()
        .replace(/[.@].*$/, '')
        .replaceAll('_', '-')
    : value

const prepare: { readonly [Name in SettingName]?: (value: unknown) => unknown } = {
  title: cut(bounds.blogTitleCharsMax),
  description: cut(bounds.blogDescriptionCharsMax),
  language: asTag,
  timeZone: (value) => (typeof value === 'string' ? value.trim() : value),
}

/** `timeZone` in words: `time zone`. */
export const settingInWords = (name: string): string =>
  name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)

/** Takes each setting by itself: one that is none leaves the others. */
export const checkSettings = (said: SaidSettings, where: string): FoundSettings => {
  const values: Record<string, unknown> = {}
  const faults: string[] = []
  for (const name of blogSettingNames) {
    const value = (prepare[name] ?? ((same: unknown) => same))(said[name])
    if (value === undefined || value === null || value === '') continue
    const read = putSettings.shape[name].safeParse(value)
    if (read.success) values[name] = read.data
    else faults.push(`${settingInWords(name)}: ${read.error.issues[0]?.message ?? 'is none'}; it was not set`)
  }
  return { where, values: values as Partial<BlogSettings>, faults }
}
