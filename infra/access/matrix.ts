import type { RowName } from '@logbook/chassis/access/table.ts'
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

type May = readonly Who[]

const anyone: May = everyone
const people: May = ['reader', 'author', 'moderator', 'owner']
const readers: May = ['guest', ...people]
const writers: May = ['author', 'owner']
const moderators: May = ['moderator', 'owner']
const caretakers: May = ['owner', 'operator']
const operator: May = ['operator']
const scrapers: May = ['operator', 'scraper']
const services: May = ['service', 'operator']

const subscription = '/subscriptions/:name' as const

/**
 * Every endpoint of every service and who may call it, said a second time and apart from the services' own tables: what changes
 * there has to be meant here too. Whose post and whose comment it is comes after, in `posts/test` and `comments/test`.
 */
export const matrix: Readonly<Record<Guarded, Readonly<Record<RowName, May>>>> = {
  posts: {
    'POST /posts': writers,
    'PATCH /posts/:id': writers,
    'POST /posts/:id/publish': writers,
    'POST /posts/:id/unpublish': writers,
    'DELETE /posts/:id': writers,
    'POST /posts/:id/take-down': moderators,
    'POST /imports': caretakers,
    'POST /imports/addresses': caretakers,
    'GET /posts': writers,
    'GET /posts/:id': writers,
    'GET /posts/:id/history': ['author', 'moderator', 'owner'],
    'GET /posts/:id/history/:version': writers,
    'GET /posts/:id/diff': writers,
    'GET /settings': caretakers,
    'PUT /settings': caretakers,
    'GET /settings/history': caretakers,
    'GET /metrics': scrapers,
  },
  comments: {
    'POST /posts/:id/comments': readers,
    'PATCH /comments/:id': readers,
    'PUT /comments/:id/vote': readers,
    'POST /comments/:id/promote': moderators,
    'DELETE /comments/:id': readers,
    'POST /comments/:id/take-down': moderators,
    'POST /imports': caretakers,
    'GET /posts/:id/comments': anyone,
    'GET /comments/:id': anyone,
    'GET /metrics': scrapers,
  },
  moderation: {
    'GET /queue': moderators,
    'GET /judged': moderators,
    'GET /log': moderators,
    'POST /comments/:id/verdict': moderators,
    'GET /rules': moderators,
    'PUT /rules': moderators,
    'POST /rules/dry-run': moderators,
    'GET /metrics': scrapers,
  },
  query: {
    'GET /posts': anyone,
    'GET /posts/:idOrSlug': anyone,
    'GET /posts/:idOrSlug/thread': anyone,
    'GET /comments/:id/history': anyone,
    'GET /former-addresses': anyone,
    'GET /tags': anyone,
    'GET /authors': anyone,
    'GET /search': anyone,
    'GET /archive': anyone,
    'GET /settings': anyone,
    'GET /changes': anyone,
    'GET /changes/missed': anyone,
    'GET /validity': anyone,
    'GET /marks': people,
    'GET /changes/feed': anyone,
    'GET /feed.xml': anyone,
    'GET /atom.xml': anyone,
    'GET /feed.json': anyone,
    'GET /sitemap.xml': anyone,
    'GET /robots.txt': anyone,
    'GET /rebuild': caretakers,
    'POST /rebuild': caretakers,
    'DELETE /rebuild': caretakers,
    'POST /rebuild/swap': caretakers,
    'POST /rebuild/rollback': caretakers,
    'GET /metrics': scrapers,
  },
  accounts: {
    'POST /auth/sign-up/email': anyone,
    'POST /auth/sign-in/email': anyone,
    'POST /auth/sign-in/social': anyone,
    'GET /auth/callback/:provider': anyone,
    'POST /auth/sign-out': anyone,
    'POST /auth/sign-out-everywhere': people,
    'POST /auth/request-password-reset': anyone,
    'POST /auth/reset-password': anyone,
    'POST /auth/send-verification-email': anyone,
    'GET /auth/verify-email': anyone,
    'POST /auth/verify-email': anyone,
    'GET /auth/passkey/generate-authenticate-options': anyone,
    'POST /auth/passkey/verify-authentication': anyone,
    'POST /auth/change-email': people,
    'POST /auth/change-password': people,
    'GET /auth/passkey/generate-register-options': people,
    'POST /auth/passkey/verify-registration': people,
    'GET /auth/passkey/list-user-passkeys': people,
    'POST /auth/passkey/delete-passkey': people,
    'GET /sign-in-options': anyone,
    'GET /setup': anyone,
    'POST /setup': anyone,
    'POST /invitations/look': anyone,
    'POST /invitations/accept': anyone,
    'GET /me': people,
    'PATCH /me': people,
    'GET /sessions': people,
    'DELETE /sessions/:id': people,
    'GET /tokens': people,
    'POST /tokens': people,
    'DELETE /tokens/:id': people,
    'GET /people': ['owner'],
    'PATCH /people/:id': ['owner'],
    'POST /people/:id/password-link': ['owner'],
    'GET /invitations': ['owner'],
    'POST /invitations': ['owner'],
    'DELETE /invitations/:id': ['owner'],
    'GET /people/:id/data': people,
    'DELETE /people/:id': [...people, 'operator'],
    'GET /erasures': caretakers,
    'GET /erasures/:id': anyone,
    'GET /metrics': scrapers,
    'GET /.well-known/jwks.json': anyone,
    // The gateway alone, which the service of this matrix is not.
    'POST /exchange': [],
    'POST /keys': ['service'],
    // Notifications alone.
    'POST /addresses': [],
    'GET /operator/setup': operator,
    'GET /operator/tokens': caretakers,
    'POST /operator/tokens': operator,
    'POST /operator/backup': operator,
    'DELETE /operator/tokens/:id': caretakers,
  },
  notifications: {
    'GET /inbox': people,
    'POST /inbox/read': people,
    'GET /inbox/changes': people,
    'GET /preferences': people,
    'PUT /preferences': people,
    'GET /push-key': people,
    'PUT /devices': people,
    'DELETE /devices': people,
    'POST /mail-subscriptions': anyone,
    'POST /mail-subscriptions/confirm': anyone,
    'GET /unsubscribe': anyone,
    'POST /unsubscribe': anyone,
    'GET /subscribers': ['owner'],
    'GET /outbox': caretakers,
    'POST /outbox/retry': caretakers,
    'GET /metrics': scrapers,
  },
  // A subscription names the services that it is for: `event-bus/test/guard.test.ts`.
  'event-bus': {
    'POST /events': services,
    'GET /events': services,
    'GET /streams/:subject': services,
    'GET /openapi.json': services,
    'GET /asyncapi.json': services,
    'GET /metrics': scrapers,
    'GET /subscriptions': services,
    [`GET ${subscription}`]: operator,
    [`PUT ${subscription}`]: operator,
    [`DELETE ${subscription}`]: operator,
    [`GET ${subscription}/secret`]: operator,
    [`POST ${subscription}/pause`]: operator,
    [`POST ${subscription}/resume`]: operator,
    [`POST ${subscription}/reset`]: operator,
    [`GET ${subscription}/parked`]: operator,
    [`POST ${subscription}/parked/replay`]: operator,
    [`POST ${subscription}/parked/skip`]: operator,
    [`GET ${subscription}/proof`]: operator,
    [`POST ${subscription}/claim`]: operator,
    [`POST ${subscription}/ack`]: operator,
    [`POST ${subscription}/nack`]: operator,
    [`POST ${subscription}/extend`]: operator,
    // A topic names those that may ask and answer it: `event-bus/test/questions/rubbish.test.ts`.
    'GET /questions': operator,
    'POST /questions/:topic': services,
    'POST /questions/:topic/claim': services,
    'POST /questions/:topic/reply': services,
  },
}
