import { erasureTables } from '@logbook/chassis/follow/erasures.ts'
import { followerTables } from '@logbook/chassis/follow/follower-tables.ts'
import { eventShapes } from '@logbook/contracts/events/shapes.ts'
import { toldTable } from '../outbox/told.ts'

const notificationTables = `
  CREATE TABLE person (id TEXT PRIMARY KEY, role TEXT NOT NULL, name TEXT) STRICT, WITHOUT ROWID;
  CREATE INDEX person_by_role ON person (role);

  CREATE TABLE choice (
    person_id TEXT PRIMARY KEY, preferences TEXT, link_token TEXT, devices TEXT NOT NULL DEFAULT '[]',
    mail_ended INTEGER NOT NULL DEFAULT 0, read_up_to INTEGER NOT NULL DEFAULT 0
  ) STRICT, WITHOUT ROWID;
  -- People who want the kinds of message that go to everyone who wants them.
  CREATE TABLE wanted (kind TEXT NOT NULL, person_id TEXT NOT NULL, PRIMARY KEY (kind, person_id)) STRICT, WITHOUT ROWID;

  CREATE TABLE post (
    id TEXT PRIMARY KEY, slug TEXT NOT NULL, title TEXT NOT NULL, excerpt TEXT NOT NULL, content TEXT NOT NULL, tags TEXT NOT NULL,
    author_id TEXT, published INTEGER NOT NULL, told INTEGER NOT NULL, published_at TEXT
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX post_by_author ON post (author_id) WHERE author_id IS NOT NULL;

  CREATE TABLE comment (
    id TEXT PRIMARY KEY, post_id TEXT NOT NULL, parent_id TEXT, author_id TEXT, author_name TEXT, excerpt TEXT NOT NULL,
    status TEXT NOT NULL, revision INTEGER NOT NULL, score INTEGER NOT NULL, featured INTEGER NOT NULL, told INTEGER NOT NULL, held INTEGER NOT NULL,
    created_at TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX comment_by_author ON comment (author_id) WHERE author_id IS NOT NULL;
  CREATE INDEX comment_by_time ON comment (created_at) WHERE status = 'approved';

  CREATE TABLE subscription (
    id TEXT PRIMARY KEY, person_id TEXT, scope TEXT NOT NULL, scope_json TEXT NOT NULL, email TEXT NOT NULL, link_token TEXT NOT NULL,
    confirmed INTEGER NOT NULL, requested_at TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX subscription_by_scope ON subscription (scope, confirmed);
  CREATE INDEX subscription_by_email ON subscription (email, scope);
  CREATE INDEX subscription_by_person ON subscription (person_id) WHERE person_id IS NOT NULL;

  CREATE TABLE settings (one INTEGER PRIMARY KEY CHECK (one = 1), settings TEXT NOT NULL) STRICT;

  CREATE TABLE inbox (
    person_id TEXT NOT NULL, position INTEGER NOT NULL, kind TEXT NOT NULL, event_id TEXT NOT NULL, at TEXT NOT NULL,
    post_id TEXT, comment_id TEXT, about_id TEXT, medium_id TEXT, PRIMARY KEY (person_id, position, kind)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE medium (id TEXT PRIMARY KEY, owner_id TEXT, name TEXT NOT NULL, parked_for TEXT) STRICT, WITHOUT ROWID;
  CREATE INDEX medium_by_owner ON medium (owner_id) WHERE owner_id IS NOT NULL;
  -- overdue_at is the backup that the last reminder was about.
  CREATE TABLE backup (
    one INTEGER PRIMARY KEY CHECK (one = 1), since TEXT, taken_at TEXT, overdue_day TEXT, overdue_at TEXT
  ) STRICT;

  -- How many read a post on a day, as each counter has counted.
  CREATE TABLE reading (
    day TEXT NOT NULL, counter TEXT NOT NULL, post_id TEXT NOT NULL, readers INTEGER NOT NULL, PRIMARY KEY (day, counter, post_id)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE newsletter (post_id TEXT PRIMARY KEY, sent_at TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE digest (
    week TEXT NOT NULL, time_zone TEXT NOT NULL, most_read TEXT NOT NULL, posts TEXT NOT NULL, featured TEXT NOT NULL, comments TEXT NOT NULL, issued_at TEXT NOT NULL,
    event_id TEXT NOT NULL, PRIMARY KEY (week, time_zone)
  ) STRICT, WITHOUT ROWID;

  -- Has a row once the log was read to its end. Events before that are history, about which no message is sent.
  CREATE TABLE live (one INTEGER PRIMARY KEY CHECK (one = 1), since INTEGER NOT NULL) STRICT;
`

const failureTables = `
  ALTER TABLE medium ADD COLUMN imported INTEGER NOT NULL DEFAULT 0;
  -- The burst in which it was parked last.
  ALTER TABLE medium ADD COLUMN burst TEXT;
  CREATE INDEX medium_by_burst ON medium (burst) WHERE burst IS NOT NULL;

  -- The last burst of failures of each person, and of what imports brought for them. owner_id is '' for the operator.
  CREATE TABLE burst (
    owner_id TEXT NOT NULL, imported INTEGER NOT NULL, id TEXT NOT NULL, since TEXT NOT NULL, until TEXT NOT NULL,
    PRIMARY KEY (owner_id, imported)
  ) STRICT, WITHOUT ROWID;
`

export const migrations = [
  ...[followerTables, erasureTables, notificationTables, toldTable, eventShapes],
  failureTables,
] as const
