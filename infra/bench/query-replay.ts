import { statSync } from 'node:fs'
import { join } from 'node:path'
import { createBusClient } from '@logbook/chassis/log/bus-client.ts'
import { silentLog } from '@logbook/chassis/log.ts'
import { type Database, openDatabase } from '@logbook/chassis/sqlite.ts'
import { createQuery } from '../../query/src/app.ts'
import { migrations } from '../../query/src/projections/all.ts'

/** A process of its own replays a log into an empty file, then writes the same rows by hand. */
export interface ReplayTask {
  busUrl: string
  folder: string
  events: number
}

export interface ReplayAnswer {
  replayPerSecond: number
  rawPerSecond: number
  /** Resident memory in bytes after a tenth of the log, and at its end. */
  rssEarly: number
  rssEnd: number
  fileBytes: number
}

const open = (file: string): Database => openDatabase({ file, migrations, durability: 'normal' })
const reached = async (done: () => boolean): Promise<void> => {
  while (!done()) await new Promise((resolve) => setTimeout(resolve, 1))
}

const replay = async ({ busUrl, folder, events }: ReplayTask) => {
  const bus = createBusClient({ url: busUrl, source: '/query', log: silentLog })
  const db = open(join(folder, `replay-${process.pid}.sqlite`))
  const service = createQuery({ bus, db, log: silentLog, origins: [] })
  const position = db.prepare<[], number>('SELECT position FROM checkpoint').pluck()
  const begun = performance.now()
  void service.start()
  await reached(() => (position.get() ?? 0) >= events / 10)
  const rssEarly = process.memoryUsage.rss()
  await reached(() => position.get() === events)
  const seconds = (performance.now() - begun) / 1_000
  const rssEnd = process.memoryUsage.rss()
  const file = db.name
  await service.close()
  bus.close()
  return { file, replayPerSecond: events / seconds, rssEarly, rssEnd }
}

interface Table {
  name: string
  key: string
  /** How often the history wrote each of its rows. */
  times: number
}

const tables: readonly Table[] = [
  { name: 'post', key: 'id', times: 1 },
  { name: 'slug', key: 'slug', times: 1 },
  { name: 'post_tag', key: 'tag, kind, published_ms, post_id', times: 1 },
  { name: 'comment', key: 'id', times: 2 },
]

const transactionRows = 1_000

/** Upserts into the same tables with the same indexes, the rows at hand in memory: what SQLite can do at best. */
const raw = ({ file, folder }: { file: string; folder: string }): number => {
  const from = open(file)
  const to = open(join(folder, `raw-${process.pid}.sqlite`))
  const work = tables.flatMap(({ name, key, times }) => {
    const rows = from.prepare<[], Record<string, unknown>>(`SELECT * FROM ${name}`).all()
    const columns = Object.keys(rows[0] ?? {})
    const upsert = to.prepare(
      `INSERT INTO ${name} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})
       ON CONFLICT (${key}) DO UPDATE SET ${columns.map((column) => `${column} = excluded.${column}`).join(', ')}`,
    )
    const values = rows.map((row) => Object.values(row))
    return Array.from({ length: times }, () => values.map((each) => ({ upsert, each }))).flat()
  })
  const write = to.transaction((some: typeof work) => {
    for (const { upsert, each } of some) upsert.run(...each)
  })
  const begun = performance.now()
  for (let at = 0; at < work.length; at += transactionRows)
    write.immediate(work.slice(at, at + transactionRows))
  const seconds = (performance.now() - begun) / 1_000
  from.close()
  to.close()
  return seconds
}

const task = JSON.parse(process.argv[2] ?? '{}') as ReplayTask
const { file, ...replayed } = await replay(task)
const rawSeconds = raw({ file, folder: task.folder })
const answer: ReplayAnswer = {
  ...replayed,
  rawPerSecond: task.events / rawSeconds,
  fileBytes: statSync(file).size,
}
process.send?.(answer, () => process.exit(0))
