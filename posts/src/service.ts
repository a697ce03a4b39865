import { verifyCallers } from '@logbook/chassis/access/caller-verify.ts'
import { systemClock } from '@logbook/chassis/clock.ts'
import { openDatabase } from '@logbook/chassis/files/sqlite.ts'
import { systemIds } from '@logbook/chassis/ids.ts'
import { openBus } from '@logbook/chassis/sealing/open-bus.ts'
import { defineService } from '@logbook/chassis/start/run-service.ts'
import { personal } from '@logbook/contracts/personal.ts'
import { createPosts, source } from './app.ts'
import { readConfig } from './config.ts'
import { migrations } from './read-model/tables.ts'

/** The service, its file and the log that it follows, as its settings say. */
export const service = defineService({
  name: 'posts',
  readConfig,
  create: ({ config, logger }) => {
    const db = openDatabase({ file: config.database, migrations, durability: 'normal', exclusive: true })
    const own = { db, clock: systemClock, ids: systemIds, verify: verifyCallers(config) }
    return createPosts({ ...openBus({ ...config, source, logger, personal }), ...own, logger, ...config })
  },
})
