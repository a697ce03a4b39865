import { openRows } from '@logbook/query/open.ts'

/** The peer of the replay: the rows that query wrote, written by hand into an empty file with the same tables, indexes and settings. */
export interface RawTask {
  from: string
  to: string
}

interface Table {
  name: string
  /** How often the history wrote each of its rows: a comment when it came and when it was approved. */
  times: number
}

const tables: readonly Table[] = [
  { name: 'post', times: 1 },
  { name: 'slug', times: 1 },
  { name: 'post_tag', times: 1 },
  { name: 'comment', times: 2 },
  { name: 'comment_past', times: 1 },
  { name: 'position_time', times: 1 },
]
const rowsPerTransaction = 1_000

/** Seconds that it takes, with all rows at hand in memory. */
const rawUpserts = ({ from, to: target }: RawTask): number => {
  const to = openRows(target)
  to.prepare('ATTACH ? AS source').run(from)
  const keyOf = to
    .prepare<[string], string>(
      "SELECT group_concat(name, ', ') FROM (SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk)",
    )
    .pluck()
  const work = tables.flatMap(({ name, times }) => {
    const rows = to.prepare<[], Record<string, unknown>>(`SELECT * FROM source.${name}`).all()
    const columns = Object.keys(rows[0] ?? {})
    const upsert = to.prepare(
      `INSERT INTO main.${name} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})
       ON CONFLICT (${keyOf.get(name)}) DO UPDATE SET ${columns.map((column) => `${column} = excluded.${column}`).join(', ')}`,
    )
    const values = rows.map((row) => Object.values(row))
    return Array.from({ length: times }, () => values.map((each) => ({ upsert, each }))).flat()
  })
  to.exec('DETACH source')
  const write = to.transaction((some: typeof work) => {
    for (const { upsert, each } of some) upsert.run(...each)
  })
  const begun = performance.now()
  for (let at = 0; at < work.length; at += rowsPerTransaction)
    write.immediate(work.slice(at, at + rowsPerTransaction))
  const seconds = (performance.now() - begun) / 1_000
  to.close()
  return seconds
}

process.send?.(rawUpserts(JSON.parse(process.argv[2] ?? '{}') as RawTask), () => process.exit(0))
