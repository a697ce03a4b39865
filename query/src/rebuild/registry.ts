import { existsSync, readdirSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { type Database, openDatabase } from '@logbook/chassis/files/sqlite.ts'

/** Which of the files answers, which is being built, and which one answered before. */
const roles = ['live', 'next', 'previous'] as const
export type Role = (typeof roles)[number]

export interface RegisteredView {
  /** The whole path. */
  file: string
  /** What the projections' version was when it was begun. */
  version: number
  /** It is to take the live one's place as soon as it can. */
  swap: boolean
}

const tables = `
  -- One transaction here is what makes another file the live one.
  CREATE TABLE view (
    role TEXT PRIMARY KEY CHECK (role IN ('live', 'next', 'previous')),
    file TEXT NOT NULL, version INTEGER NOT NULL, swap INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
`

/** The index of words of a view, beside it: which of them belong together is said by their names alone. */
export const searchFileOf = (file: string): string => (file === ':memory:' ? file : `${file}-search`)

const remove = (file: string): void => {
  for (const part of [searchFileOf(file), file])
    for (const suffix of ['', '-wal', '-shm']) rmSync(part + suffix, { force: true })
}

/** Removes what a crash left of views that have no place on the registry any more. */
const removeOthers = (database: string, kept: readonly string[]): void => {
  const [folder, first] = [dirname(database), basename(database)]
  for (const name of readdirSync(folder)) {
    if (!name.startsWith(first)) continue
    const [matches, number = ''] =
      /^(-[1-9]\d*)?(?:-search)?(?:-wal|-shm)?$/.exec(name.slice(first.length)) ?? []
    const file = join(folder, first + number)
    if (matches !== undefined && !kept.includes(file)) remove(file)
  }
}

export type ViewRegistry = ReturnType<typeof openRegistry>

const statements = (db: Database) => ({
  get: db.prepare<[Role], { file: string; version: number; swap: 0 | 1 }>(
    'SELECT file, version, swap FROM view WHERE role = ?',
  ),
  put: db.prepare<[Role, string, number, 0 | 1]>(
    'INSERT OR REPLACE INTO view (role, file, version, swap) VALUES (?, ?, ?, ?)',
  ),
  move: db.prepare<[Role, Role]>('UPDATE view SET role = ?, swap = 0 WHERE role = ?'),
  remove: db.prepare<[Role]>('DELETE FROM view WHERE role = ?'),
  setSwap: db.prepare<[0 | 1]>("UPDATE view SET swap = ? WHERE role = 'next'"),
})

/**
 * Keeps the view's files: `database` with `database-search` is the first, `database-2` with its own and on are built beside it.
 * Which is which stands in `database-views`, and holding that open refuses a second process. Files without a place there are removed, so a crash leaves nothing behind.
 */
export const openRegistry = (database: string) => {
  const db = openDatabase({
    file: database === ':memory:' ? database : `${database}-views`,
    migrations: [tables],
    durability: 'full',
    exclusive: true,
  })
  const folder = dirname(database)
  const sql = statements(db)

  const get = (role: Role): RegisteredView | undefined => {
    const row = sql.get.get(role)
    return row && { file: join(folder, row.file), version: row.version, swap: row.swap === 1 }
  }
  const put = (role: Role, { file, version, swap }: RegisteredView): void =>
    void sql.put.run(role, basename(file), version, swap ? 1 : 0)

  const unusedFile = (): string => {
    for (let n = 2; ; n++) {
      const file = `${database}-${n}`
      if (!existsSync(file) && !existsSync(searchFileOf(file))) return file
    }
  }

  const discard = (role: Role): void => {
    const registered = get(role)
    sql.remove.run(role)
    if (registered) remove(registered.file)
  }

  const promote = db.transaction(() => {
    sql.remove.run('previous')
    sql.move.run('previous', 'live')
    sql.move.run('live', 'next')
  })
  const exchange = db.transaction((live: RegisteredView, previous: RegisteredView) => {
    put('live', previous)
    put('previous', live)
  })

  // Before the first start nothing is noted, and what is there may be of a release that noted nothing.
  if (get('live'))
    removeOthers(
      database,
      roles.flatMap((role) => get(role)?.file ?? []),
    )

  return {
    get,
    /** The live file, or a new one of this version where there is none. */
    live(version: number): RegisteredView {
      const known = get('live')
      if (known && existsSync(known.file)) return known
      // A file that nobody noted was written before there were notes.
      const first = { file: database, version: existsSync(database) ? 0 : version, swap: false }
      put('live', first)
      return first
    },
    /** Begins the live file anew, for one that can't be opened. */
    replaceLive(version: number): RegisteredView {
      discard('live')
      const fresh = { file: unusedFile(), version, swap: false }
      put('live', fresh)
      return fresh
    },
    beginNext(version: number, swap: boolean): RegisteredView {
      discard('next')
      const next = { file: unusedFile(), version, swap }
      put('next', next)
      return next
    },
    /** Whether the next one is to take the live one's place by itself. It survives a crash. */
    setSwap: (swap: boolean): void => void sql.setSwap.run(swap ? 1 : 0),
    /** Makes the next one live and the live one previous; the previous one is gone. Atomic and durable. */
    promote(): void {
      const last = get('previous')
      promote.immediate()
      if (last) remove(last.file)
    },
    /** Exchanges the live one and the previous one. Atomic and durable. */
    rollBack(): void {
      const [live, previous] = [get('live'), get('previous')]
      if (live && previous) exchange.immediate(live, previous)
    },
    discard,
    close: (): void => void db.close(),
  }
}
