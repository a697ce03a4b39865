import { setImmediate as afterIo } from 'node:timers/promises'
import type { Database } from '@logbook/chassis/files/sqlite.ts'
import type { RowDifference, TableDifference, ViewDifference } from '@logbook/contracts/http/rebuild.ts'
import { limits } from '../limits.ts'

export interface Compared {
  table: string
  /** The relation with every state of the rows. */
  from: string
  key: readonly string[]
}

/** Each state of a row has a key of its own; tables without a history are compared as they are. */
export const rowTables: readonly Compared[] = [
  { table: 'post', from: 'post_ever', key: ['id', 'position'] },
  { table: 'post_tag', from: 'post_tag_ever', key: ['slug', 'kind', 'published_ms', 'post_id', 'position'] },
  { table: 'comment', from: 'comment_ever', key: ['id', 'position'] },
  { table: 'slug', from: 'slug', key: ['slug'] },
  { table: 'former_address', from: 'former_address', key: ['path'] },
  { table: 'portrait', from: 'portrait', key: ['person_id'] },
  { table: 'blog_settings', from: 'blog_settings', key: ['position'] },
  { table: 'post_views', from: 'post_views', key: ['day', 'post_id', 'counter'] },
  { table: 'post_referrer', from: 'post_referrer', key: ['day', 'post_id', 'host', 'counter'] },
  { table: 'digest', from: 'digest', key: ['week'] },
]

/** The same for the search index. */
export const searchedTables: readonly Compared[] = [{ table: 'search', from: 'search', key: ['position'] }]

type Value = string | number | null
type Row = Record<string, Value>

const columnsOf = (db: Database, from: string): string[] =>
  db
    .prepare<[], { name: string }>(`PRAGMA table_info(${from})`)
    .all()
    .map(({ name }) => name)

const keyValues = (row: Row, key: readonly string[]): Value[] => key.map((column) => row[column] ?? null)

/** The rows as of a position, in the order of their keys. Reads short pages, which do not delay checkpoints of the WAL. */
async function* rowsAsOf(
  db: Database,
  {
    from,
    key,
    columns,
    position,
  }: Omit<Compared, 'table'> & { columns: readonly string[]; position: number },
): AsyncGenerator<Row> {
  const known = columnsOf(db, from)
  if (known.length === 0) return
  // A later end is beyond the position.
  const shown = columns
    .map((column) =>
      column === 'until' ? `CASE WHEN until > ${position} THEN NULL ELSE until END AS until` : column,
    )
    .join(', ')
  const select = `SELECT ${shown} FROM ${from} WHERE position <= ${position}`
  const order = `ORDER BY ${key.join(', ')} LIMIT ${limits.diffPageRows}`
  const first = db.prepare<[], Row>(`${select} ${order}`)
  const later = db.prepare<Value[], Row>(
    `${select} AND (${key.join(', ')}) > (${key.map(() => '?').join(', ')}) ${order}`,
  )
  let page = first.all()
  for (;;) {
    yield* page
    const last = page.at(-1)
    if (last === undefined || page.length < limits.diffPageRows) return
    await afterIo()
    page = later.all(...keyValues(last, key))
  }
}

/** The order of SQLite: numbers by value, text by its bytes. */
const compareValues = (one: Value, other: Value): number => {
  if (typeof one === 'number' && typeof other === 'number') return one - other
  return Buffer.compare(Buffer.from(String(one)), Buffer.from(String(other)))
}

const compareKeys = (one: readonly Value[], other: readonly Value[]): number => {
  for (const [index, value] of one.entries()) {
    const order = compareValues(value, other[index] ?? null)
    if (order !== 0) return order
  }
  return 0
}

const excerpt = (row: Row): Row =>
  Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      typeof value === 'string' ? value.slice(0, limits.diffSampleCharsMax) : value,
    ]),
  )

const differing = (live: Row, next: Row): [Row, Row] => {
  const names = Object.keys(next).filter((name) => live[name] !== next[name])
  const pick = (row: Row): Row => Object.fromEntries(names.map((name) => [name, row[name] ?? null]))
  return [excerpt(pick(live)), excerpt(pick(next))]
}

class Counts {
  readonly difference: TableDifference = { same: 0, added: 0, removed: 0, changed: 0, samples: [] }

  note(kind: RowDifference['kind'], sample: () => Omit<RowDifference, 'kind'>): void {
    this.difference[kind]++
    const alike = this.difference.samples.filter((each) => each.kind === kind)
    if (alike.length < limits.diffSamplesMax) this.difference.samples.push({ kind, ...sample() })
  }

  compare(key: readonly string[], live: Row, next: Row): void {
    const names = Object.keys(next)
    if (names.every((name) => live[name] === next[name])) this.difference.same++
    else
      this.note('changed', () => {
        const [was, is] = differing(live, next)
        return { key: keyValues(next, key), live: was, next: is }
      })
  }
}

const compareTable = async (
  { live, next, position }: Omit<Pair, 'tables'> & { position: number },
  { from, key }: Compared,
): Promise<TableDifference> => {
  const known = columnsOf(live, from)
  const columns = columnsOf(next, from).filter((name) => known.length === 0 || known.includes(name))
  const counts = new Counts()
  const rows = (db: Database) => rowsAsOf(db, { from, key, columns, position })
  const [lives, nexts] = [rows(live), rows(next)]
  let [was, is] = [await lives.next(), await nexts.next()]
  while (!was.done || !is.done) {
    const order = was.done
      ? 1
      : is.done
        ? -1
        : compareKeys(keyValues(was.value, key), keyValues(is.value, key))
    if (order === 0 && !was.done && !is.done) counts.compare(key, was.value, is.value)
    else if (order < 0 && !was.done) {
      const { value } = was
      counts.note('removed', () => ({ key: keyValues(value, key), live: excerpt(value) }))
    } else if (!is.done) {
      const { value } = is
      counts.note('added', () => ({ key: keyValues(value, key), next: excerpt(value) }))
    }
    if (order <= 0) was = await lives.next()
    if (order >= 0) is = await nexts.next()
  }
  return counts.difference
}

interface Pair {
  live: Database
  next: Database
  tables: readonly Compared[]
}

/**
 * Compares the new files with the live ones row by row, history included, as of a position that all must have reached. Later rows are
 * ignored.
 */
export const viewDifference = async (pairs: readonly Pair[], position: number): Promise<ViewDifference> => {
  const tables: Record<string, TableDifference> = {}
  for (const { live, next, tables: compared } of pairs)
    for (const each of compared) tables[each.table] = await compareTable({ live, next, position }, each)
  return { position, tables }
}
