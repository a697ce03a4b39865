import type { Database } from '@logbook/chassis/files/sqlite.ts'
import type { LogbookEvent } from '@logbook/contracts/events/catalog.ts'
import type { BlogSettings } from '@logbook/contracts/events/settings.ts'
import type { SettingsAnswer } from '@logbook/contracts/http/settings.ts'

export const settingsTables = `
  -- Each state of the settings of the blog, from the position of its event on. The last one counts.
  CREATE TABLE blog_settings (position INTEGER PRIMARY KEY, version INTEGER NOT NULL, settings TEXT NOT NULL) STRICT;
`

/** The settings of the blog. */
export const settingsProjection = (db: Database) => {
  const add = db.prepare<[number, number, string]>(
    'INSERT INTO blog_settings (position, version, settings) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
  )
  const last = db.prepare<[], { version: number; settings: string }>(
    'SELECT version, settings FROM blog_settings ORDER BY position DESC LIMIT 1',
  )
  return {
    /** False for an event that is known. */
    apply({ position, version, data }: LogbookEvent<'BlogSettingsChanged'>): boolean {
      return add.run(position, version, JSON.stringify(data.settings)).changes > 0
    },
    /** Undefined until they are changed for the first time. */
    current(): SettingsAnswer | undefined {
      const row = last.get()
      return row && { ...(JSON.parse(row.settings) as BlogSettings), version: row.version }
    },
    timeZone(): string {
      return this.current()?.timeZone ?? 'UTC'
    },
  }
}
