import type { BlogSettings, CommentsFrom } from '@logbook/contracts/events/settings.ts'

export const names: Readonly<Record<keyof BlogSettings, string>> = {
  title: 'Title',
  description: 'Description',
  language: 'Language of the texts',
  timeZone: 'Time zone',
  commentsFrom: 'Who may comment',
  editMinutes: 'Minutes in which a comment can be edited',
  countViews: 'Count views of posts',
  mentions: 'Mention other sites, and be mentioned',
  hub: 'Hub of the feeds',
  navigation: 'Links in the header',
  accent: 'Accent colour',
  icon: 'Icon',
}

export const commentsFromWords: Readonly<Record<CommentsFrom, string>> = {
  guests: 'Everyone, guests included',
  members: 'People with an account',
  nobody: 'No one new',
}

/** Of a setting that is on or off. */
export const switchWords: Readonly<Record<'true' | 'false', string>> = { true: 'Yes', false: 'No' }

/** A setting as the history of changes says it; empty for none. */
export const valueInWords = (settings: BlogSettings, name: keyof BlogSettings): string => {
  if (name === 'commentsFrom') return commentsFromWords[settings.commentsFrom]
  if (name === 'countViews' || name === 'mentions') return switchWords[`${settings[name]}`]
  if (name === 'hub') return settings.hub ?? ''
  if (name === 'editMinutes' && settings.editMinutes === 0) return '0 (never)'
  if (name === 'navigation') return settings.navigation.map(({ label }) => label).join(', ')
  if (name === 'accent' || name === 'icon') return settings[name] ?? 'Logbook’s own'
  return String(settings[name])
}

export const quoted = (words: string): string => (words === '' ? 'none' : `“${words}”`)
