import { systemClock as clock } from '@logbook/chassis/clock.ts'
import { upgradesTo } from '@logbook/chassis/files/before-upgrade.ts'
import { systemIds as ids } from '@logbook/chassis/ids.ts'
import { createBusClient } from '@logbook/chassis/log/bus-client.ts'
import type { Logger } from '@logbook/chassis/logger.ts'
import type { Service } from '@logbook/chassis/start/run-service.ts'
import { createAccounts, source } from './app.ts'
import type { Config } from './config.ts'
import { openPost } from './mail/open-post.ts'
import { refuseBesideSealed } from './storage/new-accounts.ts'
import { openAccountsFile } from './storage/tables.ts'

/** Opens the service as its settings say: the log, the accounts file, and where mails go. */
export const openAccounts = async ({
  config,
  logger,
}: {
  config: Config
  logger: Logger
}): Promise<Service> => {
  const bus = createBusClient({ url: config.busUrl, token: config.serviceToken, source, logger })
  if (!config.newAccounts) await refuseBesideSealed({ file: config.database, bus })
  return createAccounts({
    bus,
    db: openAccountsFile(config.database, { onUpgrade: upgradesTo(logger) }),
    clock,
    ids,
    logger,
    post: openPost(config, logger),
    config,
    knownCallers: config.knownCallers,
  })
}
