/**
 * The subscribers of the blog's own hub, in the file of the outbox. They are no events: a lease ends by itself, subscribers renew it by
 * the standard, and strangers could make a log grow that is kept for ever.
 */
export const hubTables = `
  -- Requests to subscribe or unsubscribe that wait until the callback has agreed. id is made of callback and topic; host is the site of
  -- the callback, for which shares are counted. due_ms and expires_ms in ms since 1970. asked rises each time the same is asked for.
  CREATE TABLE hub_request (
    id TEXT PRIMARY KEY, mode TEXT NOT NULL, callback TEXT NOT NULL, topic TEXT NOT NULL, host TEXT NOT NULL, secret TEXT,
    lease_s INTEGER NOT NULL, attempts INTEGER NOT NULL, asked INTEGER NOT NULL, due_ms INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX hub_request_due ON hub_request (due_ms);
  CREATE INDEX hub_request_host ON hub_request (host);

  -- feed and path say what the topic is. position is that of the last change to send, digest that of the last content sent.
  -- due_ms is null where nothing waits: parked, if there were attempts.
  CREATE TABLE hub_subscription (
    id TEXT PRIMARY KEY, callback TEXT NOT NULL, topic TEXT NOT NULL, host TEXT NOT NULL, secret TEXT, feed TEXT NOT NULL,
    path TEXT NOT NULL, expires_ms INTEGER NOT NULL, position INTEGER NOT NULL, digest TEXT NOT NULL,
    attempts INTEGER NOT NULL, code TEXT, due_ms INTEGER, failed_ms INTEGER
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX hub_subscription_due ON hub_subscription (due_ms) WHERE due_ms IS NOT NULL;
  CREATE INDEX hub_subscription_feed ON hub_subscription (feed);
  CREATE INDEX hub_subscription_host ON hub_subscription (host);
  CREATE INDEX hub_subscription_expires ON hub_subscription (expires_ms);
`
