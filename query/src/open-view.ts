import { type Database, openDatabase } from '@logbook/chassis/sqlite.ts'
import { limits } from './limits.ts'
import { migrations } from './projections/all.ts'

/** Opens this service's file, set up for reading a long log quickly: pages stay in memory, and the WAL is folded in rarely. */
export const openView = (file: string): Database => {
  const db = openDatabase({ file, migrations, durability: 'normal', exclusive: true })
  db.pragma(`cache_size = -${limits.pageCacheKibibytesMax}`)
  db.pragma(`wal_autocheckpoint = ${limits.walPagesMax}`)
  return db
}
