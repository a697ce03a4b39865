import type { LogbookEvent } from '@logbook/contracts/events/catalog.ts'

/** A post or comment older than this when it is appended is an import, about which no message is sent. */
const importedMs = 60 * 60_000

export const isImported = (writtenAt: string, recordedAt: string): boolean =>
  Date.parse(recordedAt) - Date.parse(writtenAt) > importedMs

/** True of an event with which an import brings a post, or a picture of it later, whatever its age. */
export const bringsPost = ({ data }: LogbookEvent<'PostCreated' | 'PostUpdated'>): boolean =>
  'imported' in data && data.imported === true
