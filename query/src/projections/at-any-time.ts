import type { Database } from '@logbook/chassis/sqlite.ts'

/** A log position: what is asked for is what held after it. Undefined is now. */
export type AsOf = number | undefined

/** How a query names what it reads, so that one text serves both the present and the past. */
export interface Naming {
  /** The relation to read: `comment` now, or `comment_ever`, which has every state that a comment was ever in. */
  from: (table: string) => string
  /** True of the states that held then. It must be the first condition that takes a parameter. */
  held: (...aliases: string[]) => string
}

// A live row has no end yet. With the column's own affinity, without which SQLite would copy both tables before it looks.
const never = `CAST(${Number.MAX_SAFE_INTEGER} AS INTEGER)`

/**
 * The past of a table, for its migration: `<table>_past` has the states that were, each with the range of positions
 * `[position, until)` in which it held, and `<table>_ever` is both together. `columns` are all of the table's columns, with their
 * types, `position` among them.
 */
export const pastOf = ({
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
export interface AnyTime<Parameters extends unknown[], Row> {
  all(asOf: AsOf, ...parameters: Parameters): Row[]
  get(asOf: AsOf, ...parameters: Parameters): Row | undefined
}

/**
 * Prepares it. Its text names tables with `from` and begins its conditions with `held`. Columns that it orders by must stand in
 * its answer: SQLite then merges the present and the past in the order of their indexes.
 */
export const atAnyTime = <Parameters extends unknown[], Row>(
  db: Database,
  text: (naming: Naming) => string,
): AnyTime<Parameters, Row> => {
  let bounds = 0
  const now = db.prepare<unknown[], Row>(text({ from: (table) => table, held: () => 'TRUE' }))
  const then = db.prepare<unknown[], Row>(
    text({
      from: (table) => `${table}_ever AS ${table}`,
      held: (...aliases) => {
        bounds += 2 * aliases.length
        return aliases.map((alias) => `${alias}.position <= ? AND ${alias}.until > ?`).join(' AND ')
      },
    }),
  )
  const at = (asOf: number): number[] => Array<number>(bounds).fill(asOf)
  return {
    all: (asOf, ...parameters) =>
      asOf === undefined ? now.all(...parameters) : then.all(...at(asOf), ...parameters),
    get: (asOf, ...parameters) =>
      asOf === undefined ? now.get(...parameters) : then.get(...at(asOf), ...parameters),
  }
}
