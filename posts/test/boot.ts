import { openDatabase } from '@logbook/chassis/files/sqlite.ts'
import { silentLogger } from '@logbook/chassis/logger.ts'
import { callers, testAccess } from '@logbook/chassis/testing/access.ts'
import { fixedClock, sequentialIds } from '@logbook/chassis/testing/deterministic.ts'
import { testLog } from '@logbook/chassis/testing/test-log.ts'
import { listenForTest } from '@logbook/chassis/testing/test-service.ts'
import { createPosts } from '../src/app.ts'
import { migrations } from '../src/read-model/tables.ts'

const access = await testAccess()

/** Posts on a free port over a log in memory. `http` is the owner. */
export const bootPosts = async ({
  bus = testLog().bus,
  file = ':memory:',
  clock = fixedClock(),
  ids = sequentialIds(),
} = {}) => {
  const db = openDatabase({ file, migrations, durability: 'normal' })
  const { verify } = access
  const posts = createPosts({ bus, db, clock, ids, verify, logger: silentLogger, origins: [] })
  const running = await listenForTest(posts, access)
  const authorization = await running.headerOf(callers.owner)
  return { ...running, bus, db, clock, http: await running.as(callers.owner), authorization }
}
