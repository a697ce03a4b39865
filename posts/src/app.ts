import type { Verify } from '@logbook/chassis/access/verify.ts'
import type { Clock } from '@logbook/chassis/clock.ts'
import { CommandHandler } from '@logbook/chassis/command/command-handler.ts'
import type { Database } from '@logbook/chassis/files/sqlite.ts'
import { type Decode, Follower } from '@logbook/chassis/follow/follower.ts'
import { SelfRebuild } from '@logbook/chassis/follow/self-rebuild.ts'
import { createHttpApp } from '@logbook/chassis/http/app.ts'
import type { Ids } from '@logbook/chassis/ids.ts'
import type { Bus } from '@logbook/chassis/log/bus.ts'
import type { Logger } from '@logbook/chassis/logger.ts'
import { createErasures } from '@logbook/chassis/sealing/erasures.ts'
import type { Service } from '@logbook/chassis/start/run-service.ts'
import { type BlogSettings, initialSettings } from '@logbook/contracts/events/settings.ts'
import { currentDataVersion } from '@logbook/contracts/events/upcast.ts'
import { confirmationBy, decodeErasure, type ErasureEvent } from '@logbook/contracts/personal.ts'
import { access } from './access.ts'
import { description } from './described.ts'
import { decodePost, evolve, initialPost, type Post, type PostEvent } from './domain/post.ts'
import { SlugBook } from './domain/slug-book.ts'
import { limits } from './limits.ts'
import { followedTypes, migrations, postListOf } from './read-model/post-list.ts'
import { createRoutes } from './routes/posts.ts'
import { createSettingsRoutes } from './routes/settings.ts'
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

const decodeFollowed: Decode<PostEvent | ErasureEvent> = (recorded) => {
  const erasure = decodeErasure(recorded)
  return erasure.kind === 'foreign' ? decodePost(recorded) : erasure
}

type Handler = CommandHandler<Post, PostEvent>

/** What follows the log into one file. */
const sideOf = (
  { bus, clock, logger }: Posts,
  { db, posts, onOtherLog }: { db: Database; posts: Handler; onOtherLog: () => void },
) => {
  const list = postListOf(db)
  const slugs = new SlugBook({ ownerOf: list.ownerOf })
  const erasures = createErasures({
    ...{ bus, db, clock, logger, source },
    confirmation: confirmationBy('posts'),
    purge: ({ personId }) => list.erasePerson(personId),
    forget: () => posts.forget(),
  })
  const follower = new Follower<PostEvent | ErasureEvent>({
    name: 'posts',
    bus,
    db,
    logger,
    decode: decodeFollowed,
    types: followedTypes,
    apply(event) {
      if (event.type === 'UserErased')
        erasures.erased({ id: event.id, position: event.position, personId: event.data.id })
      else if (event.type !== 'ErasureConfirmed') list.apply(event)
      else if (event.data.service === 'posts') erasures.confirmed(event.causationid)
    },
    onOtherLog,
    onCommit: ({ events, caughtUp }) => {
      erasures.committed({ caughtUp })
      for (const event of events) if (event.type === 'SlugReserved') slugs.known(event.data.slug)
    },
  })
  return { list, slugs, erasures, follower, quiet: () => erasures.stop() }
}

/** Posts over any bus: the command side, and the author's list that follows the log. */
export const createPosts = (given: Posts): Service => {
  const { bus, db, clock, ids, verify, logger, origins, initial = initialSettings() } = given
  const posts: Handler = new CommandHandler({
    bus,
    ids,
    source,
    initial: initialPost,
    evolve,
    decode: decodePost,
    dataVersion: (type) => currentDataVersion(type),
    cachedStreamsMax: limits.cachedPostsMax,
  })
  const forget = () => posts.forget()
  const rows = new SelfRebuild({
    ...{ db, migrations, logger, forget, agreed: bus.agreed },
    create: (its, onOtherLog) => sideOf(given, { db: its, posts, onOtherLog }),
  })
  const [list, follower] = [rows.standIn('list'), rows.standIn('follower')]
  const writer = createWriter({ posts, slugs: rows.standIn('slugs') })
  const app = createHttpApp({
    name: 'posts',
    logger,
    origins,
    access: { table: access, verify },
    description,
    guard: rows.guard,
    router: createRoutes({ bus, clock, ids, writer, list, follower }).use(
      createSettingsRoutes({ bus, clock, ids, source, initial }),
    ),
    health: () => ({
      ready: follower.caughtUp,
      ...rows.health(),
      erasures: rows.current.erasures.status(),
    }),
  })
  return {
    app,
    start: () => rows.start(),
    close: () => rows.close(),
  }
}
