import { erasureTables } from '@logbook/chassis/follow/erasures.ts'
import { followerTables } from '@logbook/chassis/follow/follower-tables.ts'
import { reactionTables } from '@logbook/chassis/follow/reactions.ts'
import { eventShapes } from '@logbook/contracts/events/shapes.ts'

const postListTables = `
  -- The author's list. body is the post's state as JSON, as it stood at version of its stream and position of the log.
  CREATE TABLE post (
    id TEXT PRIMARY KEY, status TEXT NOT NULL, person_id TEXT, created_at TEXT, version INTEGER NOT NULL, position INTEGER NOT NULL,
    body TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX post_by_person ON post (person_id) WHERE person_id IS NOT NULL;
  CREATE INDEX post_by_age ON post (created_at DESC, id DESC) WHERE status <> 'deleted';

  -- Every slug that any post has ever had.
  CREATE TABLE slug (slug TEXT PRIMARY KEY, post_id TEXT NOT NULL) STRICT, WITHOUT ROWID;
`

const authorIndex = `
  CREATE INDEX post_by_author ON post (person_id, created_at DESC, id DESC) WHERE status <> 'deleted';
`

const awaitedTables = `
  -- Media that texts of imported posts wait for.
  CREATE TABLE awaited_medium (medium_id TEXT NOT NULL, post_id TEXT NOT NULL, PRIMARY KEY (medium_id, post_id)) STRICT, WITHOUT ROWID;
  CREATE INDEX awaited_medium_by_post ON awaited_medium (post_id);
  ${reactionTables}
`

const dueIndex = `
  CREATE INDEX post_due ON post (body ->> '$.publishAt') WHERE status = 'draft' AND body ->> '$.publishAt' IS NOT NULL;
`

export const migrations = [
  ...[followerTables, erasureTables, postListTables, authorIndex, eventShapes],
  ...[awaitedTables, dueIndex],
] as const
