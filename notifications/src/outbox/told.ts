import type { Database } from '@logbook/chassis/files/sqlite.ts'
import { isSameLog } from '@logbook/chassis/log/agreed-log.ts'
import type { LogIdentity } from '@logbook/contracts/http/log-identity.ts'

const columns = `one INTEGER PRIMARY KEY CHECK (one = 1), log_id TEXT, epoch INTEGER, position INTEGER NOT NULL`

/** The view notes it too, so that an outbox that is older than the view is detected. */
export const toldTable = `CREATE TABLE told (${columns}) STRICT;`

export const outboxToldTable = `
  -- Up to where, and of which log, messages about events were added here, and since when (ms since 1970). log_id is null where that is unknown.
  CREATE TABLE told (${columns}, since_ms INTEGER NOT NULL) STRICT;
  INSERT INTO told SELECT 1, NULL, NULL, max(position), 0 FROM effect HAVING max(position) IS NOT NULL;
`

/** Up to where messages about the events of a log were added. `log` is undefined where that is unknown. */
export interface Told {
  log: LogIdentity | undefined
  position: number
}

interface Row {
  id: string | null
  epoch: number | null
  position: number
}

const toldOf = ({ id, epoch, position }: Row): Told => ({
  log: id === null || epoch === null ? undefined : { id, epoch },
  position,
})

/** What the view knows of the outbox, part of the caller's transaction. */
export const toldByView = (db: Database) => {
  const row = db.prepare<[], Row>('SELECT log_id AS id, epoch, position FROM told')
  const put = db.prepare<[string | null, number | null, number]>(
    'INSERT OR REPLACE INTO told (one, log_id, epoch, position) VALUES (1, ?, ?, ?)',
  )
  return {
    get: (): Told | undefined => {
      const found = row.get()
      return found && toldOf(found)
    },
    put: ({ log, position }: Told): void => void put.run(log?.id ?? null, log?.epoch ?? null, position),
  }
}

export const toldByOutbox = (db: Database) => {
  const row = db.prepare<[], Row & { sinceMs: number }>(
    'SELECT log_id AS id, epoch, position, since_ms AS sinceMs FROM told',
  )
  const put = db.prepare<[string | null, number | null, number, number]>(
    `INSERT INTO told (one, log_id, epoch, position, since_ms) VALUES (1, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET log_id = excluded.log_id, epoch = excluded.epoch, position = excluded.position`,
  )
  const advance = db.prepare<[number]>('UPDATE told SET position = max(position, ?)')
  const forget = db.prepare("UPDATE told SET log_id = '', epoch = 0")
  return {
    get: (): (Told & { sinceMs: number }) | undefined => {
      const found = row.get()
      return found && { ...toldOf(found), sinceMs: found.sinceMs }
    },
    advance: (position: number): void => void advance.run(position),
    begin: ({ log, position }: Told, nowMs: number): void =>
      void put.run(log?.id ?? null, log?.epoch ?? null, position, nowMs),
    /** The log is another than it was added from, though its identity may be the same. */
    forgetLog: (): void => void forget.run(),
  }
}

/** True where both are of one log, as far as is known. */
export const isOneLog = (one: LogIdentity | undefined, other: LogIdentity | undefined): boolean =>
  one === undefined || other === undefined || isSameLog(one, other)
