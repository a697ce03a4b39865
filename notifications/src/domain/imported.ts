/** A post or comment older than this when it is appended is an import, about which no message is sent. */
const importedMs = 60 * 60_000

export const isImported = (writtenAt: string, recordedAt: string): boolean =>
  Date.parse(recordedAt) - Date.parse(writtenAt) > importedMs
