import { systemClock } from '@logbook/chassis/clock.ts'
import { openDatabase } from '@logbook/chassis/files/sqlite.ts'
import { listen } from '@logbook/chassis/http/server.ts'
import { systemIds } from '@logbook/chassis/ids.ts'
import { silentLogger } from '@logbook/chassis/logger.ts'
import type { Service } from '@logbook/chassis/start/run-service.ts'
import { serviceToken, testAccess } from '@logbook/chassis/testing/access.ts'
import { busOver } from '@logbook/chassis/testing/memory-bus.ts'
import { memoryLog } from '@logbook/chassis/testing/memory-log.ts'
import { createComments } from '@logbook/comments/app.ts'
import { migrations as commentTables } from '@logbook/comments/read-model/tables.ts'
import type { EventData, EventType } from '@logbook/contracts/events/catalog.ts'
import { mediaWorker, operator } from '@logbook/contracts/identity.ts'
import { createPosts } from '@logbook/posts/app.ts'
import { migrations as postTables } from '@logbook/posts/read-model/tables.ts'

const access = await testAccess({ services: [mediaWorker] })
const { verify } = access

/** Posts and comments themselves over a log in memory, for who imports with the operator's token. */
export const startRealServices = async () => {
  const bus = busOver(memoryLog())
  const file = (migrations: readonly string[]) =>
    openDatabase({ file: ':memory:', migrations, durability: 'normal' })
  const common = { bus, ids: systemIds, verify, logger: silentLogger, origins: [], clock: systemClock }
  const serve = async (service: Service) => {
    const { url, close } = await listen(service.app, { host: '127.0.0.1', port: 0 })
    await service.start()
    return { url, close: () => close().then(() => service.close()) }
  }
  const posts = await serve(createPosts({ ...common, db: file(postTables) }))
  const comments = await serve(createComments({ ...common, db: file(commentTables) }))
  return {
    bus,
    verify,
    postsUrl: posts.url,
    commentsUrl: comments.url,
    token: serviceToken(operator),
    /** The Authorization header of a caller. */
    header: access.header,
    /** The data of all events of a type, in the order of the log. */
    async all<Type extends EventType>(type: Type): Promise<EventData<Type>[]> {
      const { events } = await bus.read({ after: 0, limit: 100_000 })
      return events.filter((event) => event.type === type).map(({ data }) => data as EventData<Type>)
    },
    async close() {
      await posts.close()
      await comments.close()
    },
  }
}
