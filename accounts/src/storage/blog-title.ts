import type { Database } from '@logbook/chassis/files/sqlite.ts'
import type { RecordedEvent } from '@logbook/contracts/envelope.ts'
import { blogSettings, settingsSubject } from '@logbook/contracts/events/settings.ts'
import { z } from 'zod'

export const blogTitleTable = `
  -- The title of the blog, as the log has it; empty until the settings are changed.
  CREATE TABLE blog_title (one INTEGER PRIMARY KEY CHECK (one = 1), title TEXT NOT NULL) STRICT;
`

const titled = z.object({ settings: z.object({ title: blogSettings.shape.title }) })

/** The title in an event of the settings, whether or not the rest of it is sealed. */
export const titleIn = ({ type, subject, data }: RecordedEvent): string | undefined =>
  type === 'BlogSettingsChanged' && subject === settingsSubject
    ? titled.safeParse(data).data?.settings.title
    : undefined

export type BlogTitle = ReturnType<typeof createBlogTitle>

/** The title of the blog, as far as the log was read. Mails use it, and passwords must not. */
export const createBlogTitle = (db: Database, { initial }: { initial: string }) => {
  const read = db.prepare<[], string>('SELECT title FROM blog_title').pluck()
  const put = db.prepare<[string]>(
    'INSERT INTO blog_title (one, title) VALUES (1, ?) ON CONFLICT DO UPDATE SET title = excluded.title',
  )
  const drop = db.prepare('DELETE FROM blog_title')
  return {
    now: (): string => read.get() ?? initial,
    /** Part of the caller's transaction. */
    follow: (title: string): void => void put.run(title),
    forget: (): void => void drop.run(),
  }
}
