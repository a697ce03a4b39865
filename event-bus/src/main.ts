import { runService } from '@logbook/chassis/run-service.ts'
import { describedEvents } from '@logbook/contracts/events/described.ts'
import { publishers } from '@logbook/contracts/events/publishers.ts'
import { createEventBus } from './app.ts'
import { readConfig } from './config.ts'
import { openLog } from './open-log.ts'
import { openSubscriptions } from './subscriptions/tables.ts'

await runService({
  name: 'event-bus',
  readConfig,
  create: ({ config: { database, subscriptionsDatabase, pushAllow, ...config }, log }) => {
    const store = openLog(database)
    const db = openSubscriptions(subscriptionsDatabase)
    const subscriptions = { db, pushAllow }
    return createEventBus({ ...config, store, log, subscriptions, publishers, catalogue: describedEvents })
  },
})
