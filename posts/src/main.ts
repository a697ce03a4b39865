import { systemClock } from '@logbook/chassis/clock.ts'
import { systemIds } from '@logbook/chassis/ids.ts'
import { createBusClient } from '@logbook/chassis/log/bus-client.ts'
import { runService } from '@logbook/chassis/run-service.ts'
import { openDatabase } from '@logbook/chassis/sqlite.ts'
import { createPosts, source } from './app.ts'
import { readConfig } from './config.ts'
import { migrations } from './post-list.ts'

await runService({
  name: 'posts',
  readConfig,
  create: ({ config: { busUrl, serviceToken, database, origins }, log }) => {
    const bus = createBusClient({ url: busUrl, token: serviceToken, source, log })
    const db = openDatabase({ file: database, migrations, durability: 'normal', exclusive: true })
    return createPosts({ bus, db, clock: systemClock, ids: systemIds, log, origins })
  },
})
