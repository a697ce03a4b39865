import type { Database } from '@logbook/chassis/files/sqlite.ts'
import type { LogbookEvent } from '@logbook/contracts/events/catalog.ts'
import type { MediaSettings } from '@logbook/contracts/events/media-settings.ts'

/** The settings of media as of the last event applied. */
export const settingsOf = (db: Database) => {
  const read = db.prepare<[], string>('SELECT settings FROM setting').pluck()
  const write = db.prepare<[string]>('INSERT OR REPLACE INTO setting (one, settings) VALUES (1, ?)')
  return {
    apply: ({ data }: LogbookEvent<'MediaSettingsChanged'>): void =>
      void write.run(JSON.stringify(data.settings)),
    /** Undefined until they are changed for the first time. */
    current(): MediaSettings | undefined {
      const text = read.get()
      return text === undefined ? undefined : JSON.parse(text)
    },
  }
}
