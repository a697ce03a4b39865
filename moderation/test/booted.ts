import { type Database, openDatabase } from '@logbook/chassis/files/sqlite.ts'
import { systemIds } from '@logbook/chassis/ids.ts'
import type { Bus } from '@logbook/chassis/log/bus.ts'
import type { LogStore } from '@logbook/chassis/log/log-store.ts'
import { silentLogger } from '@logbook/chassis/logger.ts'
import { callers, testAccess } from '@logbook/chassis/testing/access.ts'
import { testLog } from '@logbook/chassis/testing/test-log.ts'
import { startService } from '@logbook/chassis/testing/test-service.ts'
import type { RecordedEvent } from '@logbook/contracts/envelope.ts'
import type { EventData } from '@logbook/contracts/events/catalog.ts'
import { createModeration } from '../src/app.ts'
import { migrations } from '../src/read-model/tables.ts'

/** A log with a bus over it, and what a test asks of them. */
export const logbook = (store?: LogStore) => {
  const log = testLog(store ? { store } : {})
  return {
    ...log,
    verdicts: async () =>
      (await log.ofType('CommentModerated')) as RecordedEvent<string, EventData<'CommentModerated'>>[],
  }
}

export const openFile = (file = ':memory:'): Database =>
  openDatabase({ file, migrations, durability: 'normal' })

const access = await testAccess()
const moderator = await access.header(callers.moderator)

/** Moderation over a bus, started, and closed when the test is over. `http` is a moderator. */
export const bootModeration = ({ bus, db = openFile() }: { bus: Bus; db?: Database }) => {
  const { verify } = access
  const service = createModeration({ bus, db, ids: systemIds, verify, logger: silentLogger, origins: [] })
  const running = startService(service, { access })
  return {
    ...running,
    authorization: moderator ?? '',
    http: running.agent(moderator),
    /** Resolves once the log has been read to its end and every answer stands in it. */
    settled: (head: () => number) =>
      running.healthy(
        ({ position, reactions, ready }) => position === head() && reactions.due === 0 && ready,
      ),
  }
}
