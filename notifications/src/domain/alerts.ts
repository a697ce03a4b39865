import type { LogbookEvent } from '@logbook/contracts/events/catalog.ts'
import { burstOf } from './burst.ts'
import { isImported } from './imported.ts'
import type { Notice } from './notice.ts'
import type { Notifier } from './notifier.ts'
import type { View } from './view.ts'

/** Files that could not be processed: to the person whose files they are, and to the owners of the blog. A burst is one notice. */
export const ofParked = (event: LogbookEvent<'MediaParked'>, view: View, notify: Notifier): Notice[] => {
  const { id: mediumId, parkedAt } = event.data
  const medium = view.medium(mediumId)
  if (medium === undefined || medium.parkedFor !== null || isImported(parkedAt, event.time)) return []
  const owner = medium.ownerId !== null && view.person(medium.ownerId) ? medium.ownerId : null
  const about = { mediumId }
  const { id: eventId, until: dueAt } = burstOf(view.burst(medium), event)
  return [
    ...notify.people('job', [owner, ...view.withRole('owner')], about),
    ...notify.hooks('job', about),
  ].map((notice) => ({ ...notice, eventId, dueAt }))
}

/** A backup that is old: to the owners. */
export const ofOverdue = (view: View, notify: Notifier): Notice[] => [
  ...notify.people('backup', view.withRole('owner'), {}),
  ...notify.hooks('backup', {}),
]
