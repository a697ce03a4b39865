import { describedEvents } from '@logbook/contracts/events/described.ts'
import { publishers } from '@logbook/contracts/events/publishers.ts'
import { tokenGrants, topicGrants } from '@logbook/contracts/token-grants.ts'
import { busService } from './open.ts'

/** The log of Logbook: its events, their publishers, and its readers. */
export const service = busService({
  publishers,
  catalogue: describedEvents,
  readers: tokenGrants.readsLog,
  topics: topicGrants,
})
