import type { Database } from '@logbook/chassis/files/sqlite.ts'
import type { RecordedEvent } from '@logbook/contracts/envelope.ts'
import { blogSettings, settingsSubject } from '@logbook/contracts/events/settings.ts'
import { z } from 'zod'

export const blogTitleTable = `
  -- What the log says that the blog is called; empty until its settings are changed.
  CREATE TABLE blog_title (one INTEGER PRIMARY KEY CHECK (one = 1), title TEXT NOT NULL) STRICT;
`

const titled = z.object({ settings: z.object({ title: blogSettings.shape.title }) })

/** The title that an event of the settings gives the blog, whether the rest of it is sealed or not. */
export const titleIn = ({ type, subject, data }: RecordedEvent): string | undefined =>
  type === 'BlogSettingsChanged' && subject === settingsSubject
    ? titled.safeParse(data).data?.settings.title
    : undefined

export type BlogTitle = ReturnType<typeof blogTitleOf>

/** What the blog is called, as far as the log was read: for mails, and for passwords that follow from it. */
export const blogTitleOf = (db: Database, { initial }: { initial: string }) => {
  const read = db.prepare<[], string>('SELECT title FROM blog_title').pluck()
  const put = db.prepare<[string]>(
    'INSERT INTO blog_title (one, title) VALUES (1, ?) ON CONFLICT DO UPDATE SET title = excluded.title',
  )
  const drop = db.prepare('DELETE FROM blog_title')
  return {
    now: (): string => read.get() ?? initial,
    /** As part of the caller's transaction. */
    follow: (title: string): void => void put.run(title),
    forget: (): void => void drop.run(),
  }
}
