import type { Clock } from '@logbook/chassis/clock.ts'
import type { Database } from '@logbook/chassis/files/sqlite.ts'
import { Follower } from '@logbook/chassis/follow/follower.ts'
import type { Bus } from '@logbook/chassis/log/bus.ts'
import type { Logger } from '@logbook/chassis/logger.ts'
import { createErasures, type Erasures } from '@logbook/chassis/sealing/erasures.ts'
import type { LogbookEvent } from '@logbook/contracts/events/catalog.ts'
import { decodeOf } from '@logbook/contracts/events/decode.ts'
import { confirmationBy, type ErasureEvent, erasureTypes } from '@logbook/contracts/personal.ts'
import type { MediaEvent } from './domain/medium.ts'
import { createApply, followedTypes, type PostEvent } from './read-model/apply.ts'
import type { Objects } from './read-model/objects.ts'

export const source = '/media'

const types = [...followedTypes, ...erasureTypes]
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
    ...{ name: 'media', bus, db, logger, decode: decodeOf(types), types, onOtherLog },
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
