import { verifyCallers } from '@logbook/chassis/access/caller-verify.ts'
import { runService } from '@logbook/chassis/run-service.ts'
import { readConfig } from './config.ts'
import { openNotifications } from './open.ts'

await runService({
  name: 'notifications',
  readConfig,
  create: ({ config, log }) => openNotifications({ config, log, verify: verifyCallers(config) }),
})
