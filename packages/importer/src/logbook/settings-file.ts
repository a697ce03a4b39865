import type { BlogSettings } from '@logbook/contracts/events/settings.ts'
import { yamlOf } from './front-matter.ts'

/** The settings of the blog, where Jekyll has its own. */
export const settingsPath = '_config.yml'

/** What each setting is called there: by Jekyll's word where it has one. */
const settingKeys: Readonly<Record<keyof BlogSettings, string>> = {
  title: 'title',
  description: 'description',
  language: 'lang',
  timeZone: 'timezone',
  commentsFrom: 'comments_from',
  editMinutes: 'edit_minutes',
  countViews: 'count_views',
  mentions: 'mentions',
  hub: 'hub',
  navigation: 'navigation',
  accent: 'accent',
  icon: 'icon',
}

const names = Object.keys(settingKeys) as (keyof BlogSettings)[]

export const settingsFile = (settings: BlogSettings): { path: string; text: string } => ({
  path: settingsPath,
  text: yamlOf(Object.fromEntries(names.map((name) => [settingKeys[name], settings[name]]))),
})

/** What such a file says, by the names of the settings, not checked yet. */
export const settingsIn = (file: unknown): Partial<Record<keyof BlogSettings, unknown>> => {
  if (typeof file !== 'object' || file === null) return {}
  const said = new Map<string, unknown>(Object.entries(file))
  return Object.fromEntries(
    names.flatMap((name) => (said.has(settingKeys[name]) ? [[name, said.get(settingKeys[name])]] : [])),
  )
}
