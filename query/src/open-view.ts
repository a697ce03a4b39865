import { type Database, openDatabase } from '@logbook/chassis/sqlite.ts'
import { limits } from './limits.ts'
import { migrations } from './projections/all.ts'
import { openSearchIndex } from './search.ts'

/** Opens this service's file, set up for reading a long log quickly: pages stay in memory, and the WAL is folded in rarely. */
const openView = (file: string): Database => {
  const db = openDatabase({ file, migrations, durability: 'normal', exclusive: true })
  db.pragma(`cache_size = -${limits.pageCacheKibibytesMax}`)
  db.pragma(`wal_autocheckpoint = ${limits.walPagesMax}`)
  return db
}

/** The view, and the index of `GET /search` beside it: `query.sqlite` has `query.sqlite-search`, so that they are deleted together. */
export const openFiles = (view: string): { db: Database; searchDb: Database } => ({
  db: openView(view),
  searchDb: openSearchIndex(view === ':memory:' ? view : `${view}-search`),
})
