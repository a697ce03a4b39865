import { runService } from '@logbook/chassis/run-service.ts'
import { createEventBus } from './app.ts'
import { readConfig } from './config.ts'
import { openLog } from './open-log.ts'
import { openSubscriptions } from './subscriptions/tables.ts'

await runService({
  name: 'event-bus',
  readConfig,
  create: ({ config: { database, subscriptionsDatabase, pushAllow, origins }, log }) => {
    const store = openLog(database)
    const db = openSubscriptions(subscriptionsDatabase)
    return createEventBus({ store, log, origins, subscriptions: { db, pushAllow } })
  },
})
