import { chmodSync, closeSync, mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import { type Database, type OpenDatabase, openDatabase } from '@logbook/chassis/files/sqlite.ts'
import { followerTables } from '@logbook/chassis/follow/follower-tables.ts'
import { blogTitleTable } from './blog-title.ts'

/** better-auth has its own tables in the file: user, account, session, verification, passkey. */
export const migrations = [
  followerTables,
  `
  -- Proves that a master key is the one that this file was written with.
  CREATE TABLE master_check (one INTEGER PRIMARY KEY CHECK (one = 1), wrapped BLOB NOT NULL) STRICT;

  -- The key of a person, wrapped; null once the person is erased.
  CREATE TABLE person_key (person_id TEXT PRIMARY KEY, wrapped BLOB, erased_at TEXT) STRICT, WITHOUT ROWID;

  CREATE TABLE signing_key (
    kid TEXT PRIMARY KEY, public TEXT NOT NULL, wrapped BLOB NOT NULL, active_from TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;

  -- API tokens as hashes. Without a person, a token belongs to a machine and has a role of its own.
  CREATE TABLE api_token (
    id TEXT PRIMARY KEY, hash BLOB NOT NULL UNIQUE, person_id TEXT, role TEXT, name TEXT NOT NULL, scopes TEXT,
    created_at TEXT NOT NULL, expires_at TEXT, last_used_at TEXT
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX api_token_by_person ON api_token (person_id, id);

  CREATE TABLE invitation (
    id TEXT PRIMARY KEY, hash BLOB NOT NULL UNIQUE, email TEXT NOT NULL UNIQUE, role TEXT NOT NULL, by TEXT NOT NULL,
    created_at TEXT NOT NULL, expires_at TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;

  -- The token of the link that creates the first owner; empty once there is an owner.
  CREATE TABLE setup (one INTEGER PRIMARY KEY CHECK (one = 1), token TEXT NOT NULL) STRICT;

  -- What was published of a person.
  CREATE TABLE announced (person_id TEXT PRIMARY KEY, name TEXT NOT NULL, role TEXT NOT NULL) STRICT, WITHOUT ROWID;

  CREATE TABLE erasure (
    person_id TEXT PRIMARY KEY, erased_at TEXT NOT NULL, by TEXT, announced INTEGER NOT NULL DEFAULT 0
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE erasure_confirmed (
    person_id TEXT NOT NULL, service TEXT NOT NULL, confirmed_at TEXT NOT NULL, PRIMARY KEY (person_id, service)
  ) STRICT, WITHOUT ROWID;

  -- The events that are sealed with a person's key.
  CREATE TABLE person_event (
    person_id TEXT NOT NULL, position INTEGER NOT NULL, id TEXT NOT NULL, type TEXT NOT NULL,
    PRIMARY KEY (person_id, position)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- Secrets that sign cookies, wrapped: they survive a rotation of the master key.
  CREATE TABLE kept_secret (purpose TEXT PRIMARY KEY, wrapped BLOB NOT NULL) STRICT, WITHOUT ROWID;
  `,
  `
  -- What each Idempotency-Key created, by an id derived from key and caller.
  CREATE TABLE made_once (
    id TEXT PRIMARY KEY, fingerprint BLOB NOT NULL, made TEXT NOT NULL, at TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- Mails that are not sent yet; due_ms in ms since 1970.
  CREATE TABLE mail (
    id TEXT PRIMARY KEY, at TEXT NOT NULL, person_id TEXT, recipient TEXT NOT NULL, subject TEXT NOT NULL, text TEXT NOT NULL,
    link TEXT, tries INTEGER NOT NULL, due_ms INTEGER NOT NULL, parked INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX mail_by_due ON mail (parked, due_ms);
  `,
  `
  -- The hash of the link that changes a person's address.
  CREATE TABLE email_change (person_id TEXT PRIMARY KEY, hash BLOB NOT NULL, expires_at TEXT NOT NULL) STRICT, WITHOUT ROWID;
  `,
  `
  -- Set while these accounts are a restored copy and the log has not been read since.
  CREATE TABLE restored (one INTEGER PRIMARY KEY CHECK (one = 1), at TEXT NOT NULL) STRICT;
  `,
  'ALTER TABLE mail DROP COLUMN link;',
  'ALTER TABLE mail ADD COLUMN invitation_id TEXT;',
  blogTitleTable,
  'ALTER TABLE announced ADD COLUMN picture TEXT;',
] as const

/** Opens the accounts file, the source of truth about people. Deleted rows are overwritten. */
export const openAccountsFile = (
  file: string,
  { onUpgrade }: Pick<OpenDatabase, 'onUpgrade'> = {},
): Database => {
  // It holds addresses and sessions: only its owner may read it, and the files that SQLite puts beside it.
  if (file !== ':memory:') {
    mkdirSync(dirname(file), { recursive: true })
    closeSync(openSync(file, 'a', 0o600))
    chmodSync(file, 0o600)
  }
  const db = openDatabase({ file, migrations, durability: 'full', exclusive: true, onUpgrade })
  db.pragma('secure_delete = ON')
  return db
}
