import { existsSync, readdirSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { type Database, openDatabase } from '@logbook/chassis/files/sqlite.ts'

/** The roles of files: the one that answers, the one that is being built, and the one that answered before. */
const roles = ['live', 'next', 'previous'] as const
export type Role = (typeof roles)[number]

export interface RegisteredView {
  /** The whole path. */
  file: string
  /** The version of the projections that it is built by. */
  version: number
  /** True if it becomes the live one as soon as it is ready. */
  swap: boolean
}

const tables = `
  -- One transaction here is what makes another file the live one.
  CREATE TABLE view (
    role TEXT PRIMARY KEY CHECK (role IN ('live', 'next', 'previous')),
    file TEXT NOT NULL, version INTEGER NOT NULL, swap INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
`

/** The file of the search index that belongs to a view, by its name. */
export const searchFileOf = (file: string): string => (file === ':memory:' ? file : `${file}-search`)

const remove = (file: string): void => {
  for (const part of [searchFileOf(file), file])
    for (const suffix of ['', '-wal', '-shm']) rmSync(part + suffix, { force: true })
}

/** Removes files of views that are no longer registered, which a crash may leave. */
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

const openFile = (database: string): Database =>
  openDatabase({
    file: database === ':memory:' ? database : `${database}-views`,
    migrations: [tables],
    durability: 'full',
    exclusive: true,
    // The log rebuilds what it names.
    isSetAside: true,
  })

/**
 * Registers the files of views: `database` with `database-search` is the first, and `database-2` and so on are built beside it. Their
 * roles are in `database-views`, whose lock keeps out a second process. Unregistered files are removed.
 */
export const openRegistry = (database: string) => {
  const db = openFile(database)
  const folder = dirname(database)
  const sql = statements(db)

  const get = (role: Role): RegisteredView | undefined => {
    const row = sql.get.get(role)
    return row && { ...row, file: join(folder, row.file), swap: row.swap === 1 }
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

  // Without a live file in the registry, the files may be of a release that had no registry.
  if (get('live'))
    removeOthers(
      database,
      roles.flatMap((role) => get(role)?.file ?? []),
    )

  return {
    get,
    /** The live file; registers one of this version if there is none. */
    live(version: number): RegisteredView {
      const known = get('live')
      if (known && existsSync(known.file)) return known
      // An unregistered file is of a release that had no registry.
      const first = { file: database, version: existsSync(database) ? 0 : version, swap: false }
      put('live', first)
      return first
    },
    /** Replaces a live file that can't be opened by an empty one. */
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
    /** Sets whether the next file becomes the live one by itself. It survives a crash. */
    setSwap: (swap: boolean): void => void sql.setSwap.run(swap ? 1 : 0),
    /** Makes the next file live and the live one previous, and removes the previous one. Atomic and durable. */
    promote(): void {
      const last = get('previous')
      promote.immediate()
      if (last) remove(last.file)
    },
    /** Swaps the roles of the live and the previous file. Atomic and durable. */
    rollBack(): void {
      const [live, previous] = [get('live'), get('previous')]
      if (live && previous) exchange.immediate(live, previous)
    },
    discard,
    close: (): void => void db.close(),
  }
}
