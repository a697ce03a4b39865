import { describedEvents } from '@logbook/contracts/events/described.ts'
import { publishers } from '@logbook/contracts/events/publishers.ts'
import { tokenGrants, topicGrants } from '@logbook/contracts/token-grants.ts'
import { runBus } from './open.ts'

await runBus({
  publishers,
  catalogue: describedEvents,
  readers: tokenGrants.readsLog,
  topics: topicGrants,
})
