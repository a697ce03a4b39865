import { type Database, type OpenDatabase, openDatabase } from '@logbook/chassis/files/sqlite.ts'

/**
 * Migrations for `openDatabase`. A subscription's rows belong to its *run*: a reset begins a new run, so that earlier rows are
 * dropped in one step, however many they are, and deleted later in small steps.
 */
export const subscriptionMigrations: readonly string[] = [
  `CREATE TABLE runs (
     run INTEGER PRIMARY KEY AUTOINCREMENT,
     name TEXT NOT NULL UNIQUE,
     revision INTEGER NOT NULL,
     settings TEXT NOT NULL,
     state TEXT NOT NULL CHECK (state IN ('active', 'paused', 'ended')),
     fault TEXT,
     created_at INTEGER NOT NULL,
     origin INTEGER NOT NULL,
     cursor INTEGER NOT NULL,
     previous INTEGER NOT NULL,
     sequence INTEGER NOT NULL,
     attempts INTEGER NOT NULL,
     acknowledged INTEGER NOT NULL,
     skipped INTEGER NOT NULL
   ) STRICT;
   CREATE TABLE deliveries (
     run INTEGER NOT NULL,
     position INTEGER NOT NULL,
     id TEXT NOT NULL,
     subject TEXT NOT NULL,
     previous INTEGER NOT NULL,
     time INTEGER NOT NULL,
     attempts INTEGER NOT NULL,
     first_attempt_at INTEGER,
     last_attempt_at INTEGER,
     status INTEGER,
     reason TEXT,
     body_excerpt TEXT,
     state TEXT NOT NULL CHECK (state IN ('waiting', 'leased', 'failed', 'behind')),
     token INTEGER,
     consumer TEXT,
     at INTEGER NOT NULL,
     PRIMARY KEY (run, position)
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX deliveries_parked ON deliveries (run, subject, position) WHERE state IN ('failed', 'behind');
   CREATE TABLE settled (
     run INTEGER NOT NULL,
     sequence INTEGER NOT NULL,
     position INTEGER NOT NULL,
     consumer INTEGER NOT NULL,
     skipped_at INTEGER,
     reason TEXT,
     PRIMARY KEY (run, sequence)
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX settled_by_position ON settled (run, position);
   CREATE INDEX settled_skipped ON settled (run, sequence) WHERE skipped_at IS NOT NULL;
   CREATE TABLE consumers (
     run INTEGER NOT NULL,
     consumer INTEGER NOT NULL,
     name TEXT NOT NULL,
     count INTEGER NOT NULL,
     confirmed INTEGER NOT NULL,
     hash TEXT NOT NULL,
     PRIMARY KEY (run, consumer)
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE gone (run INTEGER PRIMARY KEY) STRICT;
   CREATE TABLE fence (last_token INTEGER NOT NULL) STRICT;
   INSERT INTO fence VALUES (0);`,
  // Replayed deliveries are behind the cursor, and do not hold it back.
  'ALTER TABLE deliveries ADD COLUMN replayed INTEGER NOT NULL DEFAULT 0',
  // The rest of a lease or a backoff, in ms, when it was stored: the clock may be set before it is read.
  'ALTER TABLE deliveries ADD COLUMN left_ms INTEGER',
  // The log of the cursor, the marks of that log, and time and reason of the last reset.
  `ALTER TABLE runs ADD COLUMN log_id TEXT;
   ALTER TABLE runs ADD COLUMN log_epoch INTEGER;
   ALTER TABLE runs ADD COLUMN moved TEXT;
   CREATE TABLE marks (
     run INTEGER NOT NULL,
     position INTEGER NOT NULL,
     checksum TEXT NOT NULL,
     PRIMARY KEY (run, position)
   ) STRICT, WITHOUT ROWID;`,
]

/** Opens the subscriptions' file. Acknowledgements and attempts must survive a power cut. */
export const openSubscriptions = (
  file: string,
  { onUpgrade }: Pick<OpenDatabase, 'onUpgrade'> = {},
): Database => openDatabase({ file, migrations: subscriptionMigrations, durability: 'full', onUpgrade })
