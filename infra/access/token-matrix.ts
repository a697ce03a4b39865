import type { RowName } from '@logbook/contracts/http/endpoint.ts'
import type { ServiceName } from '@logbook/contracts/services.ts'
import type { Guarded } from './who.ts'

type Row = `${Guarded}: ${RowName}`

const ofEveryService: readonly Row[] = [
  // Each event is its owner's to append, each subscription for those it names, and each topic for its grants: these rows alone open none.
  'event-bus: POST /events',
  'event-bus: GET /subscriptions',
  'event-bus: POST /questions/:topic',
  'event-bus: POST /questions/:topic/claim',
  'event-bus: POST /questions/:topic/reply',
  'event-bus: GET /openapi.json',
  'event-bus: GET /asyncapi.json',
]
const readsLog: readonly Row[] = ['event-bus: GET /events', 'event-bus: GET /streams/:subject']
const asksForKeys: readonly Row[] = ['accounts: POST /keys']
const ofFollower = [...ofEveryService, ...readsLog, ...asksForKeys]

/**
 * All that the token of a service opens, beside what anyone may call: said a second time and apart from the services' own tables, so
 * that what changes there has to be meant here too. A service without a token of its own has no row.
 */
export const tokenMatrix: Readonly<Partial<Record<ServiceName, readonly Row[]>>> = {
  posts: ofFollower,
  comments: ofFollower,
  moderation: ofFollower,
  media: ofFollower,
  query: ofFollower,
  notifications: [...ofFollower, 'accounts: POST /addresses'],
  accounts: [...ofEveryService, ...readsLog],
  gateway: [
    ...ofEveryService,
    'accounts: POST /exchange',
    'notifications: GET /inbox/feed',
    'notifications: GET /people/:personId/unread',
  ],
}
