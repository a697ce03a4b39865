import { erasureFollowers } from './events/users.ts'
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
  /** Access tokens for what a browser or script showed. */
  exchanges: ['gateway'],
} as const satisfies Record<string, readonly ServiceName[]>
