import { systemIds } from '@logbook/chassis/ids.ts'
import { createBusClient } from '@logbook/chassis/log/bus-client.ts'
import { runService } from '@logbook/chassis/run-service.ts'
import { openDatabase } from '@logbook/chassis/sqlite.ts'
import { createModeration } from './app.ts'
import { readConfig } from './config.ts'
import { source } from './reactor.ts'
import { migrations } from './tables.ts'

await runService({
  name: 'moderation',
  readConfig,
  create: ({ config: { busUrl, serviceToken, database, origins }, log }) => {
    const bus = createBusClient({ url: busUrl, token: serviceToken, source, log })
    const db = openDatabase({ file: database, migrations, durability: 'normal', exclusive: true })
    return createModeration({ bus, db, ids: systemIds, log, origins })
  },
})
