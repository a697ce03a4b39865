import type { Verify } from '@logbook/chassis/access/verify.ts'
import type { Clock } from '@logbook/chassis/clock.ts'
import { CommandHandler } from '@logbook/chassis/command/command-handler.ts'
import type { Database } from '@logbook/chassis/files/sqlite.ts'
import { SelfRebuild } from '@logbook/chassis/follow/self-rebuild.ts'
import { createHttpApp } from '@logbook/chassis/http/app.ts'
import { serve } from '@logbook/chassis/http/serve.ts'
import type { Ids } from '@logbook/chassis/ids.ts'
import type { Bus } from '@logbook/chassis/log/bus.ts'
import type { Logger } from '@logbook/chassis/logger.ts'
import type { Service } from '@logbook/chassis/start/run-service.ts'
import { postEndpoints } from '@logbook/contracts/endpoints/posts.ts'
import { type BlogSettings, initialSettings } from '@logbook/contracts/events/settings.ts'
import { currentDataVersion } from '@logbook/contracts/events/upcast.ts'
import { decodePost, evolve, initialPost, type Post, type PostEvent } from './domain/post.ts'
import { createFollower } from './follower.ts'
import { limits } from './limits.ts'
import { createDuePosts } from './planned/due.ts'
import { migrations } from './read-model/tables.ts'
import { history } from './routes/history.ts'
import { imports } from './routes/imports.ts'
import { commands, reads } from './routes/posts.ts'
import { settings } from './routes/settings.ts'
import { createWriter } from './routes/writer.ts'

export const source = '/posts'

export interface Posts {
  bus: Bus
  /** A file with this service's `migrations`. Closed with the service. */
  db: Database
  clock: Clock
  ids: Ids
  verify: Verify
  logger: Logger
  origins: readonly string[]
  /** The settings of the blog until they are changed for the first time. */
  initial?: BlogSettings
}

/** The posts service over any bus: commands, and the author's list that follows the log. */
export const createPosts = (options: Posts): Service => {
  const { bus, db, clock, ids, verify, logger, origins, initial = initialSettings() } = options
  const posts = new CommandHandler<Post, PostEvent>({
    bus,
    ids,
    source,
    initial: initialPost,
    evolve,
    decode: decodePost,
    dataVersion: currentDataVersion,
    cachedStreamsMax: limits.cachedPostsMax,
  })
  const forget = () => posts.forget()
  const rows = new SelfRebuild({
    ...{ db, migrations, logger, forget, agreed: bus.agreed },
    create: (file, onOtherLog) =>
      createFollower({ ...{ bus, clock, logger, source, posts, forget, onOtherLog }, db: file }),
  })
  const [list, follower] = [rows.standIn('list'), rows.standIn('follower')]
  const writer = createWriter({ posts, slugs: rows.standIn('slugs') })
  const due = createDuePosts({ list, writer, clock, logger, isReady: () => follower.caughtUp })
  const app = createHttpApp({
    name: 'posts',
    logger,
    origins,
    api: serve(
      postEndpoints,
      { verify, ids, follower, guard: rows.guard },
      {
        ...commands({ clock, ids, writer }),
        ...reads(list),
        ...history(bus),
        ...imports({ bus, clock, writer, list, follower }),
        ...settings({ bus, clock, ids, source, initial }),
      },
    ),
    health: () => ({ ready: follower.caughtUp, ...rows.health() }),
  })
  return {
    app,
    parked: rows.parked,
    start() {
      due.start()
      return rows.start()
    },
    async close() {
      await due.close()
      await rows.close()
    },
  }
}
