import { verifyCallers } from '@logbook/chassis/access/caller-verify.ts'
import { openDatabase } from '@logbook/chassis/files/sqlite.ts'
import { systemIds } from '@logbook/chassis/ids.ts'
import { openBus } from '@logbook/chassis/sealing/open-bus.ts'
import { runService } from '@logbook/chassis/start/run-service.ts'
import { personal } from '@logbook/contracts/personal.ts'
import { createModeration } from './app.ts'
import { readConfig } from './config.ts'
import { source } from './follower.ts'
import { migrations } from './read-model/tables.ts'

await runService({
  name: 'moderation',
  readConfig,
  create: ({ config, logger }) => {
    const db = openDatabase({ file: config.database, migrations, durability: 'normal', exclusive: true })
    const own = { db, ids: systemIds, verify: verifyCallers(config), logger }
    return createModeration({ ...openBus({ ...config, source, logger, personal }), ...own, ...config })
  },
})
