import { type Clock, systemClock } from '@logbook/chassis/clock.ts'
import { type Database, openDatabase } from '@logbook/chassis/files/sqlite.ts'
import type { Bus } from '@logbook/chassis/log/bus.ts'
import type { LogStore } from '@logbook/chassis/log/log-store.ts'
import { silentLogger } from '@logbook/chassis/logger.ts'
import { callers, testAccess } from '@logbook/chassis/testing/access.ts'
import { testLog } from '@logbook/chassis/testing/test-log.ts'
import { startService } from '@logbook/chassis/testing/test-service.ts'
import type { RecordedEvent } from '@logbook/contracts/envelope.ts'
import { initialSettings } from '@logbook/contracts/events/settings.ts'
import { inlineRenderer } from '@logbook/markdown/testing/renderers.ts'
import type { Renderer } from '@logbook/markdown/threads/renderer.ts'
import { createQuery } from '../src/app.ts'
import { openSearchIndex, type ViewFiles } from '../src/open.ts'
import { migrations } from '../src/projections/all.ts'
import { startBuild } from '../src/rebuild/build.ts'
import { openRegistry, type ViewRegistry } from '../src/rebuild/registry.ts'

export const idOf = (n: number) => `01920000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`

export const logbook = (store?: LogStore) => testLog(store ? { store } : {})

/** The same bus, read in pages of this size. */
export const inPagesOf = (bus: Bus, limit: number): Bus => ({
  ...bus,
  async *follow({ after, types, signal }) {
    let position = after
    for (let more = true; more && !signal.aborted; ) {
      const page = await bus.read({ after: position, limit, ...(types ? { types } : {}) })
      position = page.position
      more = page.more
      yield { ...page, caughtUp: !more }
    }
    yield* bus.follow({ after: position, signal, ...(types ? { types } : {}) })
  },
})

export const openFile = (file = ':memory:'): Database =>
  openDatabase({ file, migrations, durability: 'normal' })

/** A view in memory. */
export const openFiles = (): ViewFiles => ({ db: openFile(), searchDb: openSearchIndex(':memory:') })

interface Boot {
  bus: Bus
  /** In memory unless it is given. */
  files?: ViewFiles
  /** Where rebuilds have their files; `files` are then the live ones of these. */
  registry?: ViewRegistry
  clock?: Clock
  renderer?: Renderer
}

export const tokens = await testAccess()
const owner = (await tokens.header(callers.owner)) ?? ''
const moderator = (await tokens.header(callers.moderator)) ?? ''

/** query over a bus, started, and closed when the test is over. */
export const bootQuery = ({
  bus,
  files = openFiles(),
  registry = openRegistry(':memory:'),
  clock = systemClock,
  renderer = inlineRenderer,
}: Boot) => {
  const service = createQuery({
    bus,
    files,
    registry,
    startBuild: (task) => startBuild({ ...task, bus, logger: silentLogger }),
    clock,
    renderer,
    verify: tokens.verify,
    logger: silentLogger,
    origins: ['http://localhost:3000'],
    publicUrl: 'https://blog.example',
    initial: initialSettings({ BLOG_TITLE: 'Ada’s log' }),
  })
  const running = startService(service, { access: tokens })
  return {
    ...running,
    authorization: owner,
    http: running.agent(),
    /** Who sees the whole past. */
    moderator: running.agent(moderator),
    owner: running.agent(owner),
    /** Resolves once the log has been read to its end. */
    settled: (head: () => number) =>
      running.healthy(
        ({ position, search, ready }) => position === head() && search.position === head() && ready,
      ),
  }
}

/** query with these events in its log, all read. */
export const booted = async (...events: RecordedEvent[]) => {
  const log = logbook()
  await log.publish(...events)
  const query = bootQuery(log)
  await query.settled(log.store.head)
  return {
    ...log,
    ...query,
    publishAndSettle: async (...more: RecordedEvent[]) => {
      await log.publish(...more)
      await query.settled(log.store.head)
    },
  }
}
