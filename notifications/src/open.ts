import { verifyCallers } from '@logbook/chassis/access/caller-verify.ts'
import { openDatabase } from '@logbook/chassis/files/sqlite.ts'
import { systemIds } from '@logbook/chassis/ids.ts'
import type { Logger } from '@logbook/chassis/logger.ts'
import { openBus } from '@logbook/chassis/sealing/open-bus.ts'
import type { Service } from '@logbook/chassis/start/run-service.ts'
import { personal } from '@logbook/contracts/personal.ts'
import { createNotifications } from './app.ts'
import { addressesFrom } from './channels/mail.ts'
import type { Config } from './config.ts'
import { source } from './log/source.ts'
import { outboxMigrations } from './outbox/tables.ts'
import { migrations } from './read-model/tables.ts'

/** Opens the service over its files and the log. */
export const openNotifications = ({ config, logger }: { config: Config; logger: Logger }): Service => {
  const { database: file, outboxDatabase } = config
  const { bus } = openBus({ ...config, source, logger, personal })
  return createNotifications({
    ...{
      bus,
      config,
      logger,
      verify: verifyCallers(config),
      ids: systemIds,
      addressOf: addressesFrom(config),
    },
    db: openDatabase({ file, migrations, durability: 'normal', exclusive: true }),
    // Durable, so that a power cut does not forget which messages were sent.
    outboxDb: openDatabase({
      file: outboxDatabase,
      migrations: outboxMigrations,
      durability: 'full',
      exclusive: true,
      // No backup has it: without it, what waits is not sent, and all else goes on.
      isSetAside: true,
    }),
  })
}
