import { type Database, isStorageFault, openDatabase } from '@logbook/chassis/files/sqlite.ts'
import { limits } from './limits.ts'
import { migrations, projectionsVersion } from './projections/all.ts'
import { openShelf, type Shelf, searchFileOf } from './rebuild/view-files.ts'
import { openSearchIndex } from './search/search.ts'

/** Opens the rows of a view, set up for reading a long log quickly: pages stay in memory, and the WAL is folded in rarely. */
export const openRows = (file: string): Database => {
  const db = openDatabase({ file, migrations, durability: 'normal', pageBytes: limits.filePageBytes })
  db.pragma(`cache_size = -${limits.pageCacheKibibytesMax}`)
  db.pragma(`wal_autocheckpoint = ${limits.walPagesMax}`)
  return db
}

/** A view on disk: its rows, and beside them its index of words. They are built, exchanged and removed together. */
export interface ViewFiles {
  db: Database
  searchDb: Database
}

export const openView = (file: string): ViewFiles => {
  const db = openRows(file)
  try {
    return { db, searchDb: openSearchIndex(searchFileOf(file)) }
  } catch (error) {
    db.close()
    throw error
  }
}

/** The live view; one that this code can't read any more is begun anew. */
const openLive = (shelf: Shelf): ViewFiles => {
  try {
    return openView(shelf.live(projectionsVersion).file)
  } catch (error) {
    if (isStorageFault(error)) throw error
    return openView(shelf.replaceLive(projectionsVersion).file)
  }
}

/** The shelf of the views that begin with this file, and the live one of them. */
export const openFiles = (view: string): { shelf: Shelf; files: ViewFiles } => {
  const shelf = openShelf(view)
  return { shelf, files: openLive(shelf) }
}
