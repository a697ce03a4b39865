import type { Clock } from '@logbook/chassis/clock.ts'
import type { Database } from '@logbook/chassis/files/sqlite.ts'
import { Follower } from '@logbook/chassis/follow/follower.ts'
import type { Bus } from '@logbook/chassis/log/bus.ts'
import type { Logger } from '@logbook/chassis/logger.ts'
import { createErasures } from '@logbook/chassis/sealing/erasures.ts'
import type { EventType } from '@logbook/contracts/events/catalog.ts'
import { decodeOf } from '@logbook/contracts/events/decode.ts'
import { confirmationBy, erasureTypes } from '@logbook/contracts/personal.ts'
import { SlugBook } from './domain/slug-book.ts'
import { postListOf } from './read-model/post-list.ts'

const followedTypes = [
  'PostCreated',
  'PostUpdated',
  'SlugReserved',
  ...erasureTypes,
] as const satisfies readonly EventType[]

const decode = decodeOf(followedTypes)

interface PostsFollower {
  bus: Bus
  /** A file with `migrations` of the read model. */
  db: Database
  clock: Clock
  logger: Logger
  source: string
  /** Drops cached posts: one of them may hold what was erased. */
  forget: () => void
  onOtherLog: () => void
}

/** Follows the log into the author's list and the slugs that are taken, and answers erasures. */
export const createFollower = ({ bus, db, clock, logger, source, forget, onOtherLog }: PostsFollower) => {
  const list = postListOf(db)
  const slugs = new SlugBook({ ownerOf: list.ownerOf })
  const erasures = createErasures({
    ...{ bus, db, clock, logger, source, forget },
    confirmation: confirmationBy('posts'),
    purge: ({ personId }) => list.erasePerson(personId),
  })
  const follower = new Follower({
    name: 'posts',
    ...{ bus, db, logger, onOtherLog },
    decode,
    types: followedTypes,
    apply(event) {
      if (event.type === 'UserErased')
        erasures.erased({ id: event.id, position: event.position, personId: event.data.id })
      else if (event.type !== 'ErasureConfirmed') list.apply(event)
      else if (event.data.service === 'posts') erasures.confirmed(event.causationid)
    },
    onCommit: ({ events, caughtUp }) => {
      erasures.committed({ caughtUp })
      for (const event of events) if (event.type === 'SlugReserved') slugs.known(event.data.slug)
    },
  })
  return { list, slugs, erasures, follower, quiet: () => erasures.stop() }
}
