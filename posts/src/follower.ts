import type { Clock } from '@logbook/chassis/clock.ts'
import type { CommandHandler } from '@logbook/chassis/command/command-handler.ts'
import type { Database } from '@logbook/chassis/files/sqlite.ts'
import { Follower } from '@logbook/chassis/follow/follower.ts'
import type { Bus } from '@logbook/chassis/log/bus.ts'
import type { Logger } from '@logbook/chassis/logger.ts'
import type { EventType } from '@logbook/contracts/events/catalog.ts'
import { decodeOf } from '@logbook/contracts/events/decode.ts'
import { erasureEventsFor } from '@logbook/contracts/personal.ts'
import type { Post, PostEvent } from './domain/post.ts'
import { SlugBook } from './domain/slug-book.ts'
import { createPlacements } from './pictures/placements.ts'
import { createPostList } from './read-model/post-list.ts'

const followedTypes = [
  'PostCreated',
  'PostUpdated',
  'PostPicturesAwaited',
  'SlugReserved',
  'MediaFinished',
] as const satisfies readonly EventType[]

const decode = decodeOf(followedTypes)

interface PostsFollower {
  bus: Bus
  /** A file with `migrations` of the read model. */
  db: Database
  clock: Clock
  logger: Logger
  source: string
  posts: CommandHandler<Post, PostEvent>
  /** Drops cached posts: one of them may hold what was erased. */
  forget: () => void
  onOtherLog: () => void
}

/** Follows the log into the author's list and the taken slugs, places pictures that texts wait for, and confirms erasures. */
export const createFollower = (options: PostsFollower) => {
  const { bus, db, clock, logger, source, forget, onOtherLog } = options
  const list = createPostList(db)
  const slugs = new SlugBook({ ownerOf: list.ownerOf })
  const placements = createPlacements(options)
  const follower = new Follower({
    ...{ name: 'posts', bus, db, logger, decode, types: followedTypes, onOtherLog },
    reactions: placements.reactions,
    erasure: {
      ...{ events: erasureEventsFor('posts'), source, clock, forget },
      purge: ({ personId }) => list.erasePerson(personId),
    },
    apply(event) {
      if (event.type === 'MediaFinished' || event.type === 'PostPicturesAwaited') placements.apply(event)
      else list.apply(event)
    },
    onCommit: ({ events }) => {
      for (const event of events) if (event.type === 'SlugReserved') slugs.applied(event.data.slug)
    },
  })
  return { list, slugs, follower }
}
