import { verifyCallers } from '@logbook/chassis/access/caller-verify.ts'
import { systemClock } from '@logbook/chassis/clock.ts'
import { systemIds } from '@logbook/chassis/ids.ts'
import { runService } from '@logbook/chassis/run-service.ts'
import { openBus } from '@logbook/chassis/sealing/open-bus.ts'
import { openDatabase } from '@logbook/chassis/sqlite.ts'
import { personal } from '@logbook/contracts/personal.ts'
import { createComments, source } from './app.ts'
import { readConfig } from './config.ts'
import { migrations } from './thread.ts'

await runService({
  name: 'comments',
  readConfig,
  create: ({ config, log }) => {
    const { database, origins, from } = config
    const { bus, keys } = openBus({ ...config, source, log, personal })
    const db = openDatabase({ file: database, migrations, durability: 'normal', exclusive: true })
    const parts = { bus, keys, db, clock: systemClock, ids: systemIds, verify: verifyCallers(config) }
    return createComments({ ...parts, from, log, origins })
  },
})
