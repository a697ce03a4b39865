import { receivedTables } from '../webmention/received.ts'
import { sentTables } from '../webmention/sent.ts'
import { hubTables } from '../websub/tables.ts'
import { outboxToldTable } from './told.ts'

/**
 * The outbox, in a file of its own: unlike the view it outlives a rebuild. It has ids of receivers and no addresses. Deleting it loses
 * waiting messages and sends none twice, since claims are in the log.
 */
export const outboxMigrations = [
  `
  CREATE TABLE instance (one INTEGER PRIMARY KEY CHECK (one = 1), id TEXT NOT NULL) STRICT;

  -- Which events this instance sends for. claimed: null while nobody has said so in the log.
  CREATE TABLE claim (event_id TEXT PRIMARY KEY, mine INTEGER NOT NULL) STRICT, WITHOUT ROWID;

  -- state: waiting, sending (counted, and not noted yet), done, parked. due_ms in ms since 1970.
  CREATE TABLE effect (
    key TEXT PRIMARY KEY, event_id TEXT NOT NULL, position INTEGER NOT NULL, at TEXT NOT NULL, kind TEXT NOT NULL,
    channel TEXT NOT NULL, receiver TEXT NOT NULL, post_id TEXT, comment_id TEXT, about_id TEXT,
    state TEXT NOT NULL DEFAULT 'waiting', attempts INTEGER NOT NULL DEFAULT 0, due_ms INTEGER NOT NULL, code TEXT,
    held INTEGER NOT NULL DEFAULT 0
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX effect_by_due ON effect (channel, due_ms) WHERE state IN ('waiting', 'sending');
  CREATE INDEX effect_by_receiver ON effect (receiver, channel) WHERE held = 1;
  CREATE INDEX effect_parked ON effect (at) WHERE state = 'parked';
  CREATE INDEX effect_done ON effect (at) WHERE state = 'done';
  `,
  `
  -- Of thousands that are due at one moment, the next hundred are read without sorting all.
  DROP INDEX effect_by_due;
  CREATE INDEX effect_by_due ON effect (channel, due_ms, position) WHERE state IN ('waiting', 'sending');
  `,
  'ALTER TABLE effect ADD COLUMN medium_id TEXT',
  receivedTables,
  sentTables,
  `
  -- Keys of messages that were sent since notes were settled.
  CREATE TABLE sent (key TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
  `,
  outboxToldTable,
  hubTables,
] as const
