import { type Database, isStorageFault, openDatabase } from '@logbook/chassis/sqlite.ts'
import { limits } from './limits.ts'
import { migrations, projectionsVersion } from './projections/all.ts'
import { openShelf, type Shelf } from './rebuild/shelf.ts'
import { openSearchIndex } from './search.ts'

/** Opens a file of the view, set up for reading a long log quickly: pages stay in memory, and the WAL is folded in rarely. */
export const openView = (file: string): Database => {
  const db = openDatabase({ file, migrations, durability: 'normal', pageBytes: limits.filePageBytes })
  db.pragma(`cache_size = -${limits.pageCacheKibibytesMax}`)
  db.pragma(`wal_autocheckpoint = ${limits.walPagesMax}`)
  return db
}

/** The live file; one that this code can't read any more is begun anew. */
const openLive = (shelf: Shelf): Database => {
  try {
    return openView(shelf.live(projectionsVersion).file)
  } catch (error) {
    if (isStorageFault(error)) throw error
    return openView(shelf.replaceLive(projectionsVersion).file)
  }
}

export interface Files {
  shelf: Shelf
  db: Database
  searchDb: Database
}

/** The view, and the index of `GET /search` beside it: `query.sqlite` has `query.sqlite-search`, so that they are deleted together. */
export const openFiles = (view: string): Files => {
  const shelf = openShelf(view)
  return {
    shelf,
    db: openLive(shelf),
    searchDb: openSearchIndex(view === ':memory:' ? view : `${view}-search`),
  }
}
