import type { Database } from '@logbook/chassis/files/sqlite.ts'

/**
 * What is asked for is what held after this log position; undefined is now. Of the past a caller is shown the texts that anybody
 * may see today, and those of `viewerId`; `showsAll` is for moderators, who may see all of it.
 */
export type AsOf = { position: number; showsAll: boolean; viewerId: string | null } | undefined

// A comment's text is withdrawn by a verdict on that text, also where a later text of the same comment is shown today.
const isLastVerdictOnText = `(
  SELECT last.status FROM comment_ever AS last
  WHERE last.id = comment.id AND last.public ->> '$.revision' = comment.public ->> '$.revision'
  ORDER BY last.position DESC LIMIT 1) = 'approved'`

const isPublished = (id: string): string =>
  `EXISTS (SELECT 1 FROM post AS present WHERE present.id = ${id} AND present.status = 'published')`

/** True of a state that anybody may see now, or whose person is the one parameter, by the table of the state. */
const isSeenNow: Readonly<Record<string, string>> = {
  post: `(${isPublished('post.id')} OR post.person_id = ?)`,
  post_tag: `(${isPublished('post_tag.post_id')}
    OR EXISTS (SELECT 1 FROM post_ever AS own WHERE own.id = post_tag.post_id AND own.person_id = ?))`,
  // What is not approved holds no text.
  comment: `(comment.status <> 'approved' OR comment.person_id = ? OR (
    EXISTS (SELECT 1 FROM comment AS present WHERE present.id = comment.id AND present.status = 'approved')
    AND ${isLastVerdictOnText}))`,
}

/** How a query names what it reads, so that one text serves both the present and the past. */
export interface Naming {
  /** The relation to read: `comment` now, or `comment_ever`, which has every state that a comment was ever in. */
  from: (table: string) => string
  /** True of the states that held then, each by its table's name. It must be the first condition that takes a parameter. */
  held: (...aliases: string[]) => string
}

// A live row has no end yet. With the column's own affinity, without which SQLite would copy both tables before it looks.
const never = `CAST(${Number.MAX_SAFE_INTEGER} AS INTEGER)`

/**
 * The past of a table, for its migration: `<table>_past` has the states that were, each with the range of positions
 * `[position, until)` in which it held, and `<table>_ever` is both together. `columns` are all of the table's columns, with their
 * types, `position` among them.
 */
export const historyTables = ({
  table,
  columns,
  primaryKey,
}: {
  table: string
  columns: string
  primaryKey: string
}): string => {
  const names = columns.split(',').map((column) => column.trim().split(/\s/)[0])
  return `
  CREATE TABLE ${table}_past (${columns}, until INTEGER NOT NULL, PRIMARY KEY (${primaryKey}, position)) STRICT, WITHOUT ROWID;
  CREATE VIEW ${table}_ever AS
    SELECT ${names.join(', ')}, ${never} AS until FROM ${table}
    UNION ALL SELECT ${names.join(', ')}, until FROM ${table}_past;
`
}

/** A query over tables that have a past, asked of now or of any position. */
export interface TemporalQuery<Parameters extends unknown[], Row> {
  all(asOf: AsOf, ...parameters: Parameters): Row[]
  get(asOf: AsOf, ...parameters: Parameters): Row | undefined
}

/**
 * Prepares it. Its text names tables with `from` and begins its conditions with `held`. Columns that it orders by must stand in
 * its answer: SQLite then merges the present and the past in the order of their indexes.
 */
export const temporalQuery = <Parameters extends unknown[], Row>(
  db: Database,
  text: (naming: Naming) => string,
): TemporalQuery<Parameters, Row> => {
  let aliasCount = 0
  const now = db.prepare<unknown[], Row>(text({ from: (table) => table, held: () => 'TRUE' }))
  const thenIf = (condition: (alias: string) => string) => {
    aliasCount = 0
    return db.prepare<unknown[], Row>(
      text({
        from: (table) => `${table}_ever AS ${table}`,
        held: (...aliases) => {
          aliasCount += aliases.length
          return aliases
            .map((alias) => `${alias}.position <= ? AND ${alias}.until > ?${condition(alias)}`)
            .join(' AND ')
        },
      }),
    )
  }
  const whole = thenIf(() => '')
  const seen = thenIf((alias) => ` AND ${isSeenNow[alias]}`)
  const asked = ({ position, showsAll, viewerId }: NonNullable<AsOf>) => {
    const bound = showsAll ? [position, position] : [position, position, viewerId]
    return { statement: showsAll ? whole : seen, at: Array.from({ length: aliasCount }, () => bound).flat() }
  }
  return {
    all(asOf, ...parameters) {
      if (asOf === undefined) return now.all(...parameters)
      const { statement, at } = asked(asOf)
      return statement.all(...at, ...parameters)
    },
    get(asOf, ...parameters) {
      if (asOf === undefined) return now.get(...parameters)
      const { statement, at } = asked(asOf)
      return statement.get(...at, ...parameters)
    },
  }
}
