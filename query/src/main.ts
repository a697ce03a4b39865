import { createBusClient } from '@logbook/chassis/log/bus-client.ts'
import { runService } from '@logbook/chassis/run-service.ts'
import { openDatabase } from '@logbook/chassis/sqlite.ts'
import { createQuery } from './app.ts'
import { readConfig } from './config.ts'
import { migrations } from './projections/all.ts'

await runService({
  name: 'query',
  readConfig,
  create: ({ config: { busUrl, database, origins }, log }) => {
    const bus = createBusClient({ url: busUrl, source: '/query', log })
    const db = openDatabase({ file: database, migrations, durability: 'normal', exclusive: true })
    return createQuery({ bus, db, log, origins })
  },
})
