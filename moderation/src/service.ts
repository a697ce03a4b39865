import { verifyCallers } from '@logbook/chassis/access/caller-verify.ts'
import { openDatabase } from '@logbook/chassis/files/sqlite.ts'
import { systemIds } from '@logbook/chassis/ids.ts'
import { openBus } from '@logbook/chassis/sealing/open-bus.ts'
import { defineService } from '@logbook/chassis/start/run-service.ts'
import { personal } from '@logbook/contracts/personal.ts'
import { createModeration } from './app.ts'
import { readConfig } from './config.ts'
import { source } from './follower.ts'
import { migrations } from './read-model/tables.ts'

/** The service, its file and the log that it follows, as its settings say. */
export const service = defineService({
  name: 'moderation',
  readConfig,
  create: ({ config, logger }) => {
    const db = openDatabase({ file: config.database, migrations, durability: 'normal', exclusive: true })
    const own = { db, ids: systemIds, verify: verifyCallers(config) }
    return createModeration({
      ...openBus({ ...config, source, logger, personal }),
      ...own,
      logger,
      ...config,
    })
  },
})
