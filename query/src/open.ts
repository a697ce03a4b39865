import { setFlagsFromString } from 'node:v8'
import { type Database, isStorageFault, openDatabase } from '@logbook/chassis/files/sqlite.ts'
import { followerTables } from '@logbook/chassis/follow/follower-tables.ts'
import type { Logger } from '@logbook/chassis/logger.ts'
import { openBus as openSealedBus } from '@logbook/chassis/sealing/open-bus.ts'
import type { FollowerConfig } from '@logbook/chassis/start/follower-config.ts'
import { personal } from '@logbook/contracts/personal.ts'
import { limits } from './limits.ts'
import { migrations, projectionsVersion } from './projections/all.ts'
import { openRegistry, searchFileOf, type ViewRegistry } from './rebuild/registry.ts'
import { searchTables } from './search/projection.ts'

/**
 * Makes V8 collect garbage as soon as the heap has grown by `limits.heapGrowthPercent`. While the log is read, the default waits longer
 * and takes half as much memory again, for a tenth more speed (decision 37).
 */
export const keepHeapSmall = (): void =>
  setFlagsFromString(`--heap-growing-percent=${limits.heapGrowthPercent}`)

type BusConfig = Pick<FollowerConfig, 'busUrl' | 'accountsUrl' | 'serviceToken'>

/** The bus client of this service, for each of its threads. */
export const openBus = ({ config, logger }: { config: BusConfig; logger: Logger }) =>
  openSealedBus({ ...config, source: '/query', logger, personal })

/** Opens a file for reading a long log quickly: pages stay in memory, and WAL checkpoints are rare. */
const openFile = (file: string, tables: readonly string[]): Database => {
  const pageBytes = limits.filePageBytes
  const db = openDatabase({ file, migrations: tables, durability: 'normal', pageBytes })
  db.pragma(`cache_size = -${limits.pageCacheKibibytesMax}`)
  db.pragma(`wal_autocheckpoint = ${limits.walPagesMax}`)
  return db
}

export const openRows = (file: string): Database => openFile(file, migrations)

/** The search index has a file of its own: filling it takes three times as long as filling the rows. */
export const openSearchIndex = (file: string): Database => openFile(file, [followerTables, searchTables])

/** A view on disk: its rows and its search index. They are built, swapped and removed together. */
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

/** Opens the live view; starts a new one if this code can't read it. */
const openLive = (registry: ViewRegistry): ViewFiles => {
  try {
    return openView(registry.live(projectionsVersion).file)
  } catch (error) {
    if (isStorageFault(error)) throw error
    return openView(registry.replaceLive(projectionsVersion).file)
  }
}

/** Opens the registry of the views beside this file, and the live view. */
export const openFiles = (view: string): { registry: ViewRegistry; files: ViewFiles } => {
  const registry = openRegistry(view)
  return { registry, files: openLive(registry) }
}
