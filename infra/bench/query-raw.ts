import { openRows } from '@logbook/query/open-view.ts'

/** The peer of the replay: the rows that query wrote, written by hand into an empty file with the same tables, indexes and settings. */
export interface RawTask {
  from: string
  to: string
}

interface Table {
  name: string
  key: string
  /** How often the history wrote each of its rows: a comment when it came and when it was approved. */
  times: number
}

const tables: readonly Table[] = [
  { name: 'post', key: 'id', times: 1 },
  { name: 'slug', key: 'slug', times: 1 },
  { name: 'post_tag', key: 'tag, kind, published_ms, post_id', times: 1 },
  { name: 'comment', key: 'id', times: 2 },
  { name: 'comment_past', key: 'id, position', times: 1 },
  { name: 'position_time', key: 'time_ms', times: 1 },
]
const rowsPerTransaction = 1_000

/** Seconds that it takes, with all rows at hand in memory. */
const rawUpserts = ({ from, to: target }: RawTask): number => {
  const to = openRows(target)
  to.prepare('ATTACH ? AS source').run(from)
  const work = tables.flatMap(({ name, key, times }) => {
    const rows = to.prepare<[], Record<string, unknown>>(`SELECT * FROM source.${name}`).all()
    const columns = Object.keys(rows[0] ?? {})
    const upsert = to.prepare(
      `INSERT INTO main.${name} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})
       ON CONFLICT (${key}) DO UPDATE SET ${columns.map((column) => `${column} = excluded.${column}`).join(', ')}`,
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
