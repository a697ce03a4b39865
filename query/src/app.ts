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

export interface Query {
  bus: Bus
  /** A file with this service's `migrations`. Closed with the service. */
  db: Database
  log: Logger
  origins: readonly string[]
}

/** The view of posts with their comments, over any bus. */
export const createQuery = ({ bus, db, log, origins }: Query): Service => {
  const projections = createProjections(db)
  const cache = createPageCache()
  const changes = createChanges(changeMessages(projections))
  const answers = createAnswers(projections)
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
    onCommit({ position }) {
      positionText = String(position)
      changes.flush(position)
    },
  })
  positionText = String(follower.position)

  const app = createHttpApp({
    name: 'query',
    log,
    origins,
    early: createEarly({ cache, position: () => positionText }),
    router: createRoutes({ posts: projections.posts, answers, changes, cache, follower }),
    health: () => ({
      ready: follower.caughtUp,
      ...follower.status(),
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
      await follower.stop()
      db.close()
    },
  }
}
