import type { AppendOutcome } from '@logbook/chassis/log/log-store.ts'
import { runProcess } from '@logbook/chassis/start/run-process.ts'
import { defineService } from '@logbook/chassis/start/run-service.ts'
import { createEventBus } from '@logbook/event-bus/app.ts'
import { readConfig } from '@logbook/event-bus/config.ts'
import { openLog } from '@logbook/event-bus/log/open-log.ts'
import { openSubscriptions } from '@logbook/event-bus/subscriptions/tables.ts'

/** The event bus without group commit: what came together is committed one request after another, each with its own fsync. */
const service = defineService({
  name: 'event-bus',
  readConfig,
  create({ config, logger }) {
    const store = openLog(config.database)
    const append = async (requests: Parameters<typeof store.append>[0]) => {
      const outcomes: AppendOutcome[] = []
      for (const request of requests) outcomes.push(...(await store.append([request])))
      return outcomes
    }
    return createEventBus({
      subscriptions: { db: openSubscriptions(':memory:'), pushAllow: [] },
      store: { ...store, append },
      logger,
    })
  },
})

await runProcess([service])
