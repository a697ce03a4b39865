import type { Clock } from '@logbook/chassis/clock.ts'
import type { Database } from '@logbook/chassis/files/sqlite.ts'
import { Follower } from '@logbook/chassis/follow/follower.ts'
import type { Bus } from '@logbook/chassis/log/bus.ts'
import type { Logger } from '@logbook/chassis/logger.ts'
import type { LogbookEvent } from '@logbook/contracts/events/catalog.ts'
import { decodeOf } from '@logbook/contracts/events/decode.ts'
import { erasureEventsFor } from '@logbook/contracts/personal.ts'
import type { MediaEvent } from './domain/medium.ts'
import { createApply, followedTypes } from './read-model/apply.ts'
import type { Objects } from './read-model/objects.ts'
import { settingsOf } from './read-model/settings.ts'
import type { PortraitEvent, PostEvent } from './read-model/uses.ts'

export const source = '/media'

type SettingsEvent = LogbookEvent<'MediaSettingsChanged'>
type Followed = MediaEvent | PostEvent | PortraitEvent | SettingsEvent

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
  /** After a commit in which people chose a portrait, or withdrew it. */
  onPortrait: () => void
}

const isPost = (event: LogbookEvent): event is PostEvent =>
  event.type === 'PostCreated' || event.type === 'PostUpdated'

/** Follows media, the posts and people that show them, and erasures. An erasure is confirmed once the person's objects are deleted. */
export const createMediaFollower = (options: MediaFollowerOptions): Follower<Followed> => {
  const { bus, db, logger, clock, objects, forget, onOtherLog, onChange, onPortrait } = options
  const rows = createApply(db)
  const settings = settingsOf(db)
  // For erasures the storage is another file of this service, up to date once no object is left to delete.
  const storage = { db, position: () => (objects.countGarbage() === 0 ? follower.position : 0) }
  const follower: Follower<Followed> = new Follower({
    ...{ name: 'media', bus, db, logger, onOtherLog },
    ...{ decode: decodeOf(followedTypes), types: followedTypes },
    erasure: {
      ...{ events: erasureEventsFor('media'), others: [storage], source, clock, forget },
      purge: ({ personId }) => rows.erase(personId),
    },
    apply(event) {
      if (isPost(event)) rows.post(event)
      else if (event.type === 'UserPictured') rows.portrait(event)
      else if (event.type === 'MediaSettingsChanged') settings.apply(event)
      else rows.medium(event)
    },
    onCommit({ events }) {
      if (events.some(({ type }) => type === 'UserPictured')) onPortrait()
      onChange(
        events.filter(
          (event): event is MediaEvent =>
            event.type.startsWith('Media') && event.type !== 'MediaSettingsChanged',
        ),
      )
    },
  })
  return follower
}
