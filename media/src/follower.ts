import type { Clock } from '@logbook/chassis/clock.ts'
import type { Database } from '@logbook/chassis/files/sqlite.ts'
import { type Decode, Follower } from '@logbook/chassis/follow/follower.ts'
import type { Bus } from '@logbook/chassis/log/bus.ts'
import type { Logger } from '@logbook/chassis/logger.ts'
import { createErasures, type Erasures } from '@logbook/chassis/sealing/erasures.ts'
import type { LogbookEvent } from '@logbook/contracts/events/catalog.ts'
import { decodeEvent } from '@logbook/contracts/events/catalog.ts'
import { postSubject } from '@logbook/contracts/events/posts.ts'
import {
  confirmationBy,
  decodeErasure,
  type ErasureEvent,
  erasureTypes,
} from '@logbook/contracts/personal.ts'
import { decodeMedium, type MediaEvent } from './domain/medium.ts'
import { createApply, followedTypes, type PostEvent } from './read-model/apply.ts'
import type { Objects } from './read-model/objects.ts'

export const source = '/media'

type Followed = MediaEvent | PostEvent | ErasureEvent

interface MediaFollowerOptions {
  bus: Bus
  db: Database
  logger: Logger
  clock: Clock
  objects: Pick<Objects, 'countGarbage'>
  /** Drops cached streams. */
  forget: () => void
  onOtherLog: () => void
  /** After each commit: which media have changed. */
  onChange: (changed: readonly MediaEvent[]) => void
}

export interface MediaFollower {
  follower: Follower<Followed>
  erasures: Pick<Erasures, 'status' | 'stop'>
}

const isPost = (event: LogbookEvent): event is PostEvent =>
  event.type === 'PostCreated' || event.type === 'PostUpdated'

const decodeFollowed: Decode<Followed> = (recorded) => {
  const erasure = decodeErasure(recorded)
  if (erasure.kind !== 'foreign') return erasure
  const medium = decodeMedium(recorded)
  if (medium.kind !== 'foreign') return medium
  const decoded = decodeEvent(recorded)
  if (decoded.kind !== 'event') return decoded
  const { event } = decoded
  if (!isPost(event)) return { kind: 'foreign' }
  const own = postSubject(event.data.id)
  return event.subject === own
    ? { kind: 'event', event }
    : { kind: 'unreadable', reason: `it belongs on ${own}` }
}

/** Follows media, the posts that show them, and erasures. An erasure is confirmed once the person's objects are deleted. */
export const createMediaFollower = (options: MediaFollowerOptions): MediaFollower => {
  const { bus, db, logger, clock, objects, forget, onOtherLog, onChange } = options
  const rows = createApply(db)
  // For erasures the storage is another file of this service, up to date once no object is left to delete.
  const storage = { db, position: () => (objects.countGarbage() === 0 ? follower.position : 0) }
  const erasures = createErasures({
    ...{ bus, db, clock, logger, source, forget },
    others: [storage],
    confirmation: confirmationBy('media'),
    purge: ({ personId }) => rows.erase(personId),
  })
  const follower: Follower<Followed> = new Follower({
    ...{ name: 'media', bus, db, logger, decode: decodeFollowed, onOtherLog },
    types: [...followedTypes, ...erasureTypes],
    apply(event) {
      if (event.type === 'UserErased')
        erasures.erased({ id: event.id, position: event.position, personId: event.data.id })
      else if (event.type === 'ErasureConfirmed') {
        if (event.data.service === 'media') erasures.confirmed(event.causationid)
      } else if (isPost(event)) rows.post(event)
      else rows.medium(event)
    },
    onCommit({ events, caughtUp }) {
      onChange(events.filter((event): event is MediaEvent => event.type.startsWith('Media')))
      erasures.committed({ caughtUp })
    },
  })
  return { follower, erasures }
}
