import type { Digests } from '@logbook/chassis/access/service-tokens.ts'
import type { Verify } from '@logbook/chassis/access/verify.ts'
import type { Clock } from '@logbook/chassis/clock.ts'
import { CommandHandler } from '@logbook/chassis/command/command-handler.ts'
import type { Database } from '@logbook/chassis/files/sqlite.ts'
import { SelfRebuild } from '@logbook/chassis/follow/self-rebuild.ts'
import { createHttpApp } from '@logbook/chassis/http/app.ts'
import { createVouchedAddressOf } from '@logbook/chassis/http/forwarded.ts'
import { serve } from '@logbook/chassis/http/serve.ts'
import type { Ids } from '@logbook/chassis/ids.ts'
import type { Bus } from '@logbook/chassis/log/bus.ts'
import type { Logger } from '@logbook/chassis/logger.ts'
import type { KeyRing } from '@logbook/chassis/sealing/key-ring.ts'
import type { Service } from '@logbook/chassis/start/run-service.ts'
import { commentEndpoints } from '@logbook/contracts/endpoints/comments.ts'
import { decodeOf } from '@logbook/contracts/events/decode.ts'
import { evolveMention, initialMention } from '@logbook/contracts/events/mentions.ts'
import { type BlogSettings, evolveSettings, initialSettings } from '@logbook/contracts/events/settings.ts'
import { currentDataVersion } from '@logbook/contracts/events/upcast.ts'
import { decodeComment, evolve, initialComment } from './domain/comment.ts'
import { decodePost, evolvePost, initialPost } from './domain/post-known.ts'
import { createCommentsFollower } from './follower.ts'
import { peopleOf } from './read-model/people.ts'
import { migrations } from './read-model/tables.ts'
import { threadsOf } from './read-model/threads.ts'
import { changes, creation, reads } from './routes/comments.ts'
import { createRateLimits, noRateLimits } from './routes/rate-limits.ts'
import { createWriter } from './routes/writer.ts'

export const source = '/comments'

export interface Comments {
  bus: Bus
  /** Where the keys behind the bus can be asked for before they are needed. */
  keys?: Pick<KeyRing, 'prefetch'>
  /** A file with this service's `migrations`. Closed with the service. */
  db: Database
  clock: Clock
  ids: Ids
  verify: Verify
  /** The settings of the blog until they are changed for the first time. */
  initial?: BlogSettings
  /** The gateway among them vouches for where a request comes from; without it nothing is counted. */
  knownCallers?: Digests | undefined
  /** False where something in front limits how often comments and votes are sent. */
  rateLimits?: boolean
  logger: Logger
  origins: readonly string[]
}

/** Comments over any bus: the command side, the threads that follow the log, and the answers to verdicts. */
export const createComments = ({
  bus,
  keys,
  db,
  clock,
  ids,
  verify,
  initial = initialSettings(),
  knownCallers,
  rateLimits = true,
  logger,
  origins,
}: Comments): Service => {
  const handling = { bus, ids, source, dataVersion: currentDataVersion }
  const comments = new CommandHandler({ ...handling, initial: initialComment, evolve, decode: decodeComment })
  const posts = new CommandHandler({
    ...handling,
    initial: initialPost,
    evolve: evolvePost,
    decode: decodePost,
  })
  const settings = new CommandHandler({
    ...{ ...handling, initial, cachedStreamsMax: 1 },
    evolve: evolveSettings,
    decode: decodeOf(['BlogSettingsChanged']),
  })
  const mentions = new CommandHandler({
    ...{ ...handling, initial: initialMention, evolve: evolveMention, cachedStreamsMax: 100 },
    decode: decodeOf(['MentionFound', 'MentionGone']),
  })
  const forget = () => {
    comments.forget()
    mentions.forget()
    posts.forget()
    settings.forget()
  }
  const rows = new SelfRebuild({
    ...{ db, migrations, logger, forget, agreed: bus.agreed },
    create(its, onOtherLog) {
      const own = { threads: threadsOf(its), people: peopleOf(its) }
      const follower = createCommentsFollower({
        ...{ bus, db: its, clock, logger, source, comments, mentions, forget, onOtherLog, ...own },
      })
      return { ...own, follower }
    },
  })
  const [threads, follower] = [rows.standIn('threads'), rows.standIn('follower')]
  const stopped = new AbortController()
  const writer = createWriter({ comments, posts, settings, threads })
  const vouchedAddressOf = createVouchedAddressOf(knownCallers?.gateway)
  const taken = rateLimits ? createRateLimits({ clock, vouchedAddressOf }) : noRateLimits
  const app = createHttpApp({
    name: 'comments',
    logger,
    origins,
    api: serve(
      commentEndpoints,
      { verify, ids, follower, guard: rows.guard },
      {
        ...creation({ clock, ids, writer, rateLimits: taken, threads }),
        ...changes({ clock, writer, rateLimits: taken }),
        ...reads(threads),
      },
    ),
    health: () => ({ ready: follower.caughtUp, ...rows.health() }),
  })
  return {
    app,
    parked: rows.parked,
    start() {
      rows.start()
      void keys?.prefetch(rows.current.people.latest(), stopped.signal)
    },
    async close() {
      stopped.abort()
      await rows.close()
    },
  }
}
