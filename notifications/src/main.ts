import { verifyCallers } from '@logbook/chassis/access/caller-verify.ts'
import { runService } from '@logbook/chassis/start/run-service.ts'
import { readConfig } from './config.ts'
import { openNotifications } from './open.ts'

await runService({
  name: 'notifications',
  readConfig,
  create: ({ config, logger }) => openNotifications({ config, logger, verify: verifyCallers(config) }),
})
