import { systemClock } from '@logbook/chassis/clock.ts'
import { systemIds } from '@logbook/chassis/ids.ts'
import { createBusClient } from '@logbook/chassis/log/bus-client.ts'
import { runService } from '@logbook/chassis/run-service.ts'
import { openDatabase } from '@logbook/chassis/sqlite.ts'
import { createComments, source } from './app.ts'
import { readConfig } from './config.ts'
import { migrations } from './thread.ts'

await runService({
  name: 'comments',
  readConfig,
  create: ({ config: { busUrl, serviceToken, database, origins }, log }) => {
    const bus = createBusClient({ url: busUrl, token: serviceToken, source, log })
    const db = openDatabase({ file: database, migrations, durability: 'normal', exclusive: true })
    return createComments({ bus, db, clock: systemClock, ids: systemIds, log, origins })
  },
})
