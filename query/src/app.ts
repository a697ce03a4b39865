import { Follower } from '@logbook/chassis/follow/follower.ts'
import { createHttpApp } from '@logbook/chassis/http/app.ts'
import type { Bus } from '@logbook/chassis/log/bus.ts'
import type { Logger } from '@logbook/chassis/log.ts'
import type { Service } from '@logbook/chassis/run-service.ts'
import type { Database } from '@logbook/chassis/sqlite.ts'
import { decodeEvent, type LogbookEvent } from '@logbook/contracts/events/catalog.ts'
import { createAnswers } from './answers.ts'
import { changeMessages } from './change-messages.ts'
import { createChanges } from './changes.ts'
import { createEarly } from './early.ts'
import { createPageCache } from './page-cache.ts'
import { appliedTypes, createProjections, type Touched } from './projections/all.ts'
import { createRoutes } from './routes.ts'
import { createSearch } from './search.ts'
import { createSearchRoutes } from './search-routes.ts'

export interface Query {
  bus: Bus
  /** A file with this service's `migrations`. Closed with the service. */
  db: Database
  /** The index of `GET /search`, a file of its own. Closed with the service. */
  searchDb: Database
  log: Logger
  origins: readonly string[]
}

/** The view of posts with their comments, over any bus. */
export const createQuery = ({ bus, db, searchDb, log, origins }: Query): Service => {
  const projections = createProjections(db)
  const cache = createPageCache()
  const changes = createChanges(changeMessages(projections))
  const answers = createAnswers(projections)
  const search = createSearch({ bus, db: searchDb, log })
  let positionText = '0'

  const touch = (touched: Touched): void => {
    // Nothing can read between here and the commit, so no page from before it is remembered.
    cache.invalidate(touched.postId)
    changes.touch(touched)
  }

  const follower = new Follower<LogbookEvent>({
    name: 'query',
    bus,
    db,
    log,
    decode: decodeEvent,
    types: appliedTypes,
    batch: {
      begin: () => projections.begin(),
      end: () => projections.end().forEach(touch),
    },
    apply(event) {
      const touched = projections.apply(event)
      if (touched) touch(touched)
    },
    onCommit({ position, caughtUp }) {
      positionText = String(position)
      changes.flush(position)
      // Pages first: until they are all there, nothing else takes this process's time.
      if (caughtUp) search.start()
    },
  })
  positionText = String(follower.position)

  const app = createHttpApp({
    name: 'query',
    log,
    origins,
    early: createEarly({ cache, position: () => positionText }),
    router: createRoutes({ posts: projections.posts, answers, changes, cache, follower }).use(
      createSearchRoutes(search),
    ),
    health: () => ({
      ready: follower.caughtUp,
      ...follower.status(),
      search: search.follower.status(),
      watchers: changes.count(),
      cacheBytes: cache.bytes(),
    }),
  })
  return {
    app,
    start: () => follower.start(),
    drain: () => changes.close(),
    async close() {
      changes.close()
      await Promise.all([follower.stop(), search.close()])
      db.close()
    },
  }
}
