import type { Database } from '@logbook/chassis/files/sqlite.ts'

/**
 * A query as of this log position; undefined is now. The past shows a caller the texts that are still public today and the texts of
 * `viewerId`; with `showsAll`, for moderators, it shows every text.
 */
export type AsOf = { position: number; showsAll: boolean; viewerId: string | null } | undefined

// A verdict withdraws the text that it is about, also if a later text of the same comment is public today.
const isLastVerdictOnText = `(
  SELECT last.status FROM comment_ever AS last
  WHERE last.id = comment.id AND last.public ->> '$.revision' = comment.public ->> '$.revision'
  ORDER BY last.position DESC LIMIT 1) = 'approved'`

const isPublished = (id: string): string =>
  `EXISTS (SELECT 1 FROM post AS present WHERE present.id = ${id} AND present.status = 'published')`

/** For each table, the condition that a state is public now or belongs to the person in the one parameter. */
const isSeenNow: Readonly<Record<string, string>> = {
  post: `(${isPublished('post.id')} OR post.person_id = ?)`,
  post_tag: `(${isPublished('post_tag.post_id')}
    OR EXISTS (SELECT 1 FROM post_ever AS own WHERE own.id = post_tag.post_id AND own.person_id = ?))`,
  // A state that is not approved holds no text.
  comment: `(comment.status <> 'approved' OR comment.person_id = ? OR (
    EXISTS (SELECT 1 FROM comment AS present WHERE present.id = comment.id AND present.status = 'approved')
    AND ${isLastVerdictOnText}))`,
}

// A comment that is shown without its author today is so in the past too.
const withoutHiddenAuthor = (alias: string): string => `
  CASE WHEN EXISTS (SELECT 1 FROM comment AS present WHERE present.id = ${alias}.id AND present.public ->> '$.anonymized')
  THEN json_set(${alias}.public, '$.author', NULL, '$.anonymized', json('true')) ELSE ${alias}.public END`

/** The parts of a query that differ between the present and the past. */
export interface Naming {
  /** The relation to read: `comment` now, or `comment_ever`, which has every state of every comment. */
  from: (table: string) => string
  /** The condition that a state is valid at the position, for each table. It must be the first condition with a parameter. */
  held: (...aliases: string[]) => string
  /** The JSON of a comment as it may be shown. */
  shown: (alias: string) => string
}

// The end of a present row. Without the column's affinity SQLite would copy both tables before it reads.
const never = `CAST(${Number.MAX_SAFE_INTEGER} AS INTEGER)`

/**
 * The history of a table, for its migration: `<table>_past` has the former states, each with the range of positions `[position, until)`
 * in which it was valid, and `<table>_ever` is the union with the present. `columns` are all columns of the table with their types,
 * `position` among them.
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

const asItIs = (alias: string): string => `${alias}.public`

/** A query over tables with a history, for now or for any position. */
export interface TemporalQuery<Parameters extends unknown[], Row> {
  all(asOf: AsOf, ...parameters: Parameters): Row[]
  get(asOf: AsOf, ...parameters: Parameters): Row | undefined
}

/**
 * Prepares a temporal query. Its text names tables with `from` and begins its conditions with `held`. It must select the columns that it
 * orders by: SQLite then merges the present and the past in the order of their indexes.
 */
export const temporalQuery = <Parameters extends unknown[], Row>(
  db: Database,
  text: (naming: Naming) => string,
): TemporalQuery<Parameters, Row> => {
  let aliasCount = 0
  const now = db.prepare<unknown[], Row>(text({ from: (table) => table, held: () => 'TRUE', shown: asItIs }))
  const thenIf = (condition: (alias: string) => string, shown = asItIs) => {
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
        shown,
      }),
    )
  }
  const whole = thenIf(() => '')
  const seen = thenIf((alias) => ` AND ${isSeenNow[alias]}`, withoutHiddenAuthor)
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
