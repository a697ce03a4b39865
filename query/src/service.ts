import { verifyCallers } from '@logbook/chassis/access/caller-verify.ts'
import { defineService } from '@logbook/chassis/start/run-service.ts'
import { createQuery } from './app.ts'
import { readConfig } from './config.ts'
import { keepHeapSmall, openBus, openFiles } from './open.ts'
import { startInThread } from './rebuild/start-in-thread.ts'

/** The service, its view and the log that it follows, as its settings say. */
export const service = defineService({
  name: 'query',
  readConfig,
  tune: keepHeapSmall,
  create: ({ config, logger }) => {
    const { bus } = openBus({ config, logger })
    const parts = { bus, ...openFiles(config.database), startBuild: startInThread(config) }
    return createQuery({ ...parts, verify: verifyCallers(config), logger, ...config })
  },
})
