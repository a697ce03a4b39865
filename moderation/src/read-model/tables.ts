import { erasureTables } from '@logbook/chassis/follow/erasures.ts'
import { followerTables } from '@logbook/chassis/follow/follower-tables.ts'
import { reactionTables } from '@logbook/chassis/follow/reactions.ts'
import { eventShapes } from '@logbook/contracts/events/shapes.ts'

export const moderationTables = `
  -- Every comment with the verdict on its current text. content is NULL once the comment is deleted.
  CREATE TABLE comment (
    id TEXT PRIMARY KEY, post_id TEXT NOT NULL, parent_id TEXT, person_id TEXT, author TEXT, content TEXT, created_at TEXT NOT NULL,
    revision INTEGER NOT NULL,
    -- The position of the event that brought the current text.
    since INTEGER NOT NULL,
    status TEXT NOT NULL DEFAULT 'pending', reason TEXT,
    judged_revision INTEGER NOT NULL DEFAULT 0,
    -- The position of the verdict on the current text.
    judged_at INTEGER,
    -- The version of moderation-<id> as of the last event applied.
    verdicts INTEGER NOT NULL DEFAULT 0,
    -- Flags with another value than a new comment has, each between two spaces.
    flags TEXT NOT NULL DEFAULT '',
    -- The event whose verdict is due, or NULL.
    owed TEXT,
    waits INTEGER GENERATED ALWAYS AS (content IS NOT NULL AND (judged_revision < revision OR status = 'pending')) VIRTUAL
  ) STRICT;
  CREATE INDEX comment_by_person ON comment (person_id) WHERE person_id IS NOT NULL;
  CREATE INDEX comment_waiting ON comment (waits, since);
  CREATE INDEX comment_by_time ON comment (since) WHERE content IS NOT NULL;
  CREATE INDEX comment_judged ON comment (judged_at) WHERE content IS NOT NULL;
  CREATE INDEX comment_judged_so ON comment (status, judged_at) WHERE content IS NOT NULL;
  CREATE INDEX comment_flagged ON comment (judged_at) WHERE flags <> '' AND content IS NOT NULL;

  CREATE TABLE verdict (
    position INTEGER PRIMARY KEY, comment_id TEXT NOT NULL, post_id TEXT NOT NULL, status TEXT NOT NULL,
    reason TEXT NOT NULL, by TEXT NOT NULL, person_id TEXT, revision INTEGER NOT NULL, time TEXT NOT NULL
  ) STRICT;
  CREATE INDEX verdict_by_person ON verdict (person_id, position) WHERE person_id IS NOT NULL;
  CREATE INDEX verdict_by_comment ON verdict (comment_id, position);

  -- Of each post that is not deleted, what names it in the queue.
  CREATE TABLE post (id TEXT PRIMARY KEY, slug TEXT NOT NULL, title TEXT NOT NULL) STRICT, WITHOUT ROWID;

  -- The rules in force. No row: the default rules.
  CREATE TABLE rules (
    only INTEGER PRIMARY KEY CHECK (only = 1), rules TEXT NOT NULL, version INTEGER NOT NULL, position INTEGER NOT NULL
  ) STRICT;
`

export const migrations = [
  followerTables,
  reactionTables,
  erasureTables,
  moderationTables,
  eventShapes,
] as const
