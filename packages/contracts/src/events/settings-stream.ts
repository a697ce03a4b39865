import type { RecordedEvent } from '../envelope.ts'
import { decodeEvent, type LogbookEvent } from './catalog.ts'
import { type BlogSettings, settingsSubject } from './settings.ts'

type SettingsEvent = LogbookEvent<'BlogSettingsChanged'>

/** The fold: an event holds all settings. */
export const evolveSettings = (_before: BlogSettings, event: SettingsEvent): BlogSettings =>
  event.data.settings

/** Reads an event of the settings. One that stands on another stream than theirs was not written by posts: unreadable. */
export const decodeSettings = (
  recorded: RecordedEvent,
): { kind: 'event'; event: SettingsEvent } | { kind: 'foreign' } | { kind: 'unreadable'; reason: string } => {
  const decoded = decodeEvent(recorded)
  if (decoded.kind !== 'event') return decoded
  const { event } = decoded
  if (event.type !== 'BlogSettingsChanged') return { kind: 'foreign' }
  if (event.subject !== settingsSubject)
    return { kind: 'unreadable', reason: `it belongs on ${settingsSubject}` }
  return { kind: 'event', event }
}
