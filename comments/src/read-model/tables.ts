import { erasureTables } from '@logbook/chassis/follow/erasures.ts'
import { followerTables } from '@logbook/chassis/follow/follower-tables.ts'
import { reactionTables } from '@logbook/chassis/follow/reactions.ts'
import { eventShapes } from '@logbook/contracts/events/shapes.ts'

const threadTables = `
  -- body is the comment as everyone may see it, as JSON; reason is why it has its verdict, for its writer and moderators; seq is where in the log it was created, which orders the thread.
  CREATE TABLE comment (
    id TEXT PRIMARY KEY, post_id TEXT NOT NULL, parent_id TEXT, person_id TEXT, deleted INTEGER NOT NULL,
    seq INTEGER NOT NULL, version INTEGER NOT NULL, body TEXT NOT NULL, reason TEXT
  ) STRICT;
  CREATE INDEX comment_by_post ON comment (post_id, seq);
  CREATE INDEX comment_by_person ON comment (person_id) WHERE person_id IS NOT NULL;
  CREATE INDEX comment_by_parent ON comment (parent_id) WHERE parent_id IS NOT NULL;

  CREATE TABLE post (id TEXT PRIMARY KEY, status TEXT NOT NULL, version INTEGER NOT NULL) STRICT, WITHOUT ROWID;

  -- Who has an account: their keys are fetched before they are needed.
  CREATE TABLE person (id TEXT PRIMARY KEY, position INTEGER NOT NULL) STRICT, WITHOUT ROWID;

  -- The latest verdict on each comment: an older one that was not answered yet is answered by it.
  CREATE TABLE verdict (comment_id TEXT PRIMARY KEY, event_id TEXT NOT NULL) STRICT, WITHOUT ROWID;
`

export const migrations = [followerTables, reactionTables, erasureTables, threadTables, eventShapes] as const
