import { erasureFollowers } from './events/users.ts'
import { parkedTopic } from './http/parked.ts'
import { healthTopic } from './http/service-report.ts'
import { operator } from './identity.ts'
import type { ServiceName } from './services.ts'

/**
 * What the token of a service opens at another service, by name: no service has a right that it does not use. Which events each may
 * append is in `events/publishers.ts`; what the operator may do is in each service's own table.
 */
export const tokenGrants = {
  /** The whole log: those that follow it. */
  readsLog: [...erasureFollowers, 'accounts'],
  /** The keys that people's words are sealed with: those that write or show them. */
  asksForKeys: erasureFollowers,
  /** May read the confirmed addresses of people, to send them mail. */
  asksForAddresses: ['notifications'],
  /** Access tokens for what a browser or script showed. */
  exchanges: ['gateway'],
  /** Whose inbox changed, and how many notices a person has not read: shown on every page. */
  countsNotices: ['gateway'],
} as const satisfies Record<string, readonly ServiceName[]>

/** The services that say over the bus how they do: those that have a token for it. */
export const healthAnswerers = [...tokenGrants.readsLog, 'gateway'] as const

/** The services that park what they give up, and say so over the bus: those that follow the log. */
export const parkedAnswerers = tokenGrants.readsLog

/** Who may ask and who may answer each topic of the bus, by the names of callers. Other topics are the operator's. */
export const topicGrants: Readonly<Record<string, { ask: readonly string[]; answer: readonly string[] }>> =
  Object.fromEntries(
    [
      ...healthAnswerers.map((service) => [healthTopic(service), service] as const),
      ...parkedAnswerers.map((service) => [parkedTopic(service), service] as const),
    ].map(([topic, service]) => [topic, { ask: [operator], answer: [service] }]),
  )
