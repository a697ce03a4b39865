import { erasureTables } from '@logbook/chassis/follow/erasures.ts'
import { followerTables } from '@logbook/chassis/follow/follower-tables.ts'
import { eventShapes } from '@logbook/contracts/events/shapes.ts'

const mediaTables = `
  CREATE TABLE medium (
    id TEXT PRIMARY KEY,
    -- Null for what the operator brought.
    owner TEXT,
    -- That of the request: the order of the queue, which a retry keeps.
    position INTEGER NOT NULL,
    status TEXT NOT NULL, lease INTEGER NOT NULL DEFAULT 0, attempts INTEGER NOT NULL DEFAULT 0, worker TEXT,
    -- In ms since 1970; 0 where the next attempt may begin at once.
    retry_at INTEGER NOT NULL DEFAULT 0,
    reason TEXT, name TEXT NOT NULL, alt TEXT NOT NULL, focus TEXT,
    request TEXT NOT NULL, progress TEXT, made TEXT,
    -- What the next lease is for: all that is made of a file, or the crops of a finished picture.
    task TEXT NOT NULL DEFAULT 'all',
    version INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX medium_by_owner ON medium (owner, position);
  CREATE INDEX medium_by_name ON medium (owner, name);
  CREATE INDEX medium_by_status ON medium (status, position);
  CREATE INDEX medium_queue ON medium (coalesce(owner, ''), retry_at, position) WHERE status = 'waiting';

  -- Who has jobs that wait, and where in the log they were last served: whoever was served longest ago is next.
  CREATE TABLE turn (
    owner TEXT PRIMARY KEY, waiting INTEGER NOT NULL, served INTEGER NOT NULL DEFAULT 0
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX turn_next ON turn (served, owner) WHERE waiting > 0;

  -- The objects of the storage that a medium needs. Media with the same bytes name the same object.
  CREATE TABLE object (
    key TEXT NOT NULL, medium_id TEXT NOT NULL, sha256 TEXT NOT NULL, bytes INTEGER NOT NULL,
    PRIMARY KEY (key, medium_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX object_by_medium ON object (medium_id);
  CREATE INDEX object_by_content ON object (sha256);

  -- What has to leave the storage: single objects, and what leases that ended left of a medium.
  CREATE TABLE doomed (kind TEXT NOT NULL, name TEXT NOT NULL, PRIMARY KEY (kind, name)) STRICT, WITHOUT ROWID;

  -- The settings since they were changed for the first time.
  CREATE TABLE setting (one INTEGER PRIMARY KEY CHECK (one = 1), settings TEXT NOT NULL) STRICT;

  -- How many jobs each worker ended in a minute, counted from 1970, of the last day.
  CREATE TABLE pace (
    minute INTEGER NOT NULL, worker TEXT NOT NULL, finished INTEGER NOT NULL DEFAULT 0, failed INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (minute, worker)
  ) STRICT, WITHOUT ROWID;

  -- Which posts show a medium.
  CREATE TABLE use (
    post_id TEXT NOT NULL, medium_id TEXT NOT NULL, is_public INTEGER NOT NULL, PRIMARY KEY (post_id, medium_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX use_by_medium ON use (medium_id);
`

const portraitTables = `
  -- The picture that each person shows beside their name. It is public where its medium is their own.
  CREATE TABLE portrait (person_id TEXT PRIMARY KEY, medium_id TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE INDEX portrait_by_medium ON portrait (medium_id);
`

const sentPortraits = `
  -- Where in the log a person chose; '' for medium_id since they withdrew their portrait.
  ALTER TABLE portrait ADD COLUMN position INTEGER NOT NULL DEFAULT 0;
  CREATE INDEX medium_sent_as_portrait ON medium (owner, position) WHERE request ->> '$.use' = 'portrait';
`

const faultsAndHosts = `
  -- Where the reason of the last failure lies: host, outside or service. Null where no event says so.
  ALTER TABLE medium ADD COLUMN fault TEXT;
  -- The host of its link.
  ALTER TABLE medium ADD COLUMN host TEXT;
  CREATE INDEX medium_by_host ON medium (host, position) WHERE status = 'waiting' AND host IS NOT NULL;
`

export const migrations = [
  ...[followerTables, erasureTables, mediaTables, eventShapes, portraitTables, sentPortraits],
  faultsAndHosts,
] as const
