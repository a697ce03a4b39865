import type { ServiceName } from '@logbook/contracts/services.ts'

/** Who calls, as the table of every service tells them apart. A service is one that the log knows, and no operator. */
export const everyone = [
  'nobody',
  'guest',
  'reader',
  'author',
  'moderator',
  'owner',
  'service',
  'operator',
  'scraper',
] as const
export type Who = (typeof everyone)[number]

/** Services that know their callers. The gateway hands requests on, and the client has pages. */
export type Guarded = Exclude<ServiceName, 'client' | 'gateway'>

export type May = readonly Who[]

export const anyone: May = [...everyone]
export const people: May = ['reader', 'author', 'moderator', 'owner']
export const readers: May = ['guest', ...people]
export const writers: May = ['author', 'owner']
export const moderators: May = ['moderator', 'owner']
export const curators: May = ['author', 'moderator', 'owner']
export const curatorsOrOperator: May = ['author', 'moderator', 'owner', 'operator']
export const ownersOrOperator: May = ['owner', 'operator']
export const operator: May = ['operator']
export const scrapers: May = ['operator', 'scraper']
export const services: May = ['service', 'operator']
