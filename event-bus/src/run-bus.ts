import { runService } from '@logbook/chassis/run-service.ts'
import { createEventBus, type EventBus } from './app.ts'
import { readConfig } from './config.ts'
import { openLog } from './open-log.ts'
import { openSubscriptions } from './subscriptions/tables.ts'

/** Runs the bus as a process, by its environment. What it is given says what it is to know of the events; it needs none of it. */
export const runBus = (known: Pick<EventBus, 'publishers' | 'catalogue'> = {}): Promise<void> =>
  runService({
    name: 'event-bus',
    readConfig,
    create: ({ config: { database, subscriptionsDatabase, pushAllow, ...config }, log }) => {
      const store = openLog(database)
      const db = openSubscriptions(subscriptionsDatabase)
      return createEventBus({ ...config, ...known, store, log, subscriptions: { db, pushAllow } })
    },
  })
