import type { IncomingMessage } from 'node:http'
import { canonicalAddress } from '@logbook/chassis/http/address.ts'
import { Problem } from '@logbook/chassis/problem.ts'
import { isReadingAddress, withoutTracking } from '@logbook/contracts/http/reading-address.ts'
import { LRUCache } from 'lru-cache'
import { limits } from './limits.ts'

export type Upstream =
  | 'client'
  | 'posts'
  | 'comments'
  | 'query'
  | 'moderation'
  | 'accounts'
  | 'notifications'
  | 'media'

interface Route {
  /** Segments below the root; `:x` is one segment of any kind, and `*` at the end is one or more. */
  path: string
  methods: readonly string[]
  to: Upstream
  /** What of the path the service does not see. */
  strip: string
}

const reads = ['GET', 'HEAD']
const route = (to: Upstream, methods: readonly string[], path: string, strip = '/api'): Route => ({
  to,
  methods,
  path,
  strip,
})

/** The whole public API, by resource. What is not here is a page of the client's, or, below /api, nothing. */
const table: readonly Route[] = [
  route('query', reads, '/api/posts'),
  route('query', reads, '/api/posts/:idOrSlug'),
  route('query', reads, '/api/posts/:idOrSlug/thread'),
  route('query', reads, '/api/former-addresses'),
  route('query', reads, '/api/tags'),
  route('query', reads, '/api/authors'),
  route('query', reads, '/api/archive'),
  route('query', reads, '/api/search'),
  route('query', reads, '/api/settings'),
  route('query', reads, '/api/changes'),
  route('query', reads, '/api/comments/:id/history'),
  route('query', ['GET', 'HEAD', 'POST', 'DELETE'], '/api/rebuild'),
  route('query', ['POST'], '/api/rebuild/swap'),
  route('query', ['POST'], '/api/rebuild/rollback'),
  route('query', reads, '/feed.xml', ''),
  route('query', reads, '/atom.xml', ''),
  route('query', reads, '/feed.json', ''),
  route('query', reads, '/sitemap.xml', ''),
  route('query', reads, '/robots.txt', ''),

  route('posts', ['POST'], '/api/posts'),
  route('posts', ['PATCH', 'DELETE'], '/api/posts/:id'),
  route('posts', ['POST'], '/api/posts/:id/publish'),
  route('posts', ['POST'], '/api/posts/:id/unpublish'),
  route('posts', ['POST'], '/api/posts/:id/take-down'),
  route('posts', reads, '/api/posts/:id/history'),
  route('posts', reads, '/api/posts/:id/history/:version'),
  route('posts', reads, '/api/posts/:id/diff'),
  route('posts', ['POST'], '/api/posts/imports', '/api/posts'),
  route('posts', ['POST'], '/api/posts/imports/addresses', '/api/posts'),
  route('posts', ['PUT'], '/api/settings'),
  route('posts', reads, '/api/settings/history'),
  route('posts', reads, '/api/author/settings', '/api/author'),
  // What only an author sees: drafts too.
  route('posts', reads, '/api/author/posts', '/api/author'),
  route('posts', reads, '/api/author/posts/:id', '/api/author'),

  route('comments', ['GET', 'HEAD', 'POST'], '/api/posts/:id/comments'),
  route('comments', ['GET', 'HEAD', 'PATCH', 'DELETE'], '/api/comments/:id'),
  route('comments', ['PUT'], '/api/comments/:id/vote'),
  route('comments', ['POST'], '/api/comments/:id/promote'),
  route('comments', ['POST'], '/api/comments/:id/take-down'),
  route('comments', ['POST'], '/api/comments/imports', '/api/comments'),

  route('moderation', reads, '/api/moderation/queue', '/api/moderation'),
  route('moderation', reads, '/api/moderation/judged', '/api/moderation'),
  route('moderation', reads, '/api/moderation/log', '/api/moderation'),
  route('moderation', ['GET', 'HEAD', 'PUT'], '/api/moderation/rules', '/api/moderation'),
  route('moderation', ['POST'], '/api/moderation/rules/dry-run', '/api/moderation'),
  route('moderation', ['POST'], '/api/moderation/comments/:id/verdict', '/api/moderation'),

  route('media', ['GET', 'HEAD', 'POST'], '/api/media'),
  route('media', ['POST'], '/api/media/uploads'),
  route('media', ['HEAD', 'PATCH', 'DELETE'], '/api/media/uploads/:id'),
  route('media', ['GET', 'HEAD', 'PATCH', 'DELETE'], '/api/media/:id'),
  route('media', ['POST'], '/api/media/:id/cancel'),
  route('media', ['POST'], '/api/media/:id/retry'),
  route('media', reads, '/api/media/:id/progress'),
  route('media', reads, '/api/media/:id/:variant'),

  route('accounts', ['GET', 'HEAD', 'POST'], '/api/accounts/auth/*', '/api/accounts'),
  route('accounts', reads, '/api/accounts/sign-in-options', '/api/accounts'),
  route('accounts', ['GET', 'HEAD', 'POST'], '/api/accounts/setup', '/api/accounts'),
  route('accounts', ['GET', 'HEAD', 'PATCH'], '/api/accounts/me', '/api/accounts'),
  route('accounts', reads, '/api/accounts/sessions', '/api/accounts'),
  route('accounts', ['DELETE'], '/api/accounts/sessions/:id', '/api/accounts'),
  route('accounts', ['GET', 'HEAD', 'POST'], '/api/accounts/tokens', '/api/accounts'),
  route('accounts', ['DELETE'], '/api/accounts/tokens/:id', '/api/accounts'),
  route('accounts', reads, '/api/accounts/people', '/api/accounts'),
  route('accounts', ['PATCH', 'DELETE'], '/api/accounts/people/:id', '/api/accounts'),
  route('accounts', reads, '/api/accounts/people/:id/data', '/api/accounts'),
  route('accounts', ['POST'], '/api/accounts/people/:id/password-link', '/api/accounts'),
  route('accounts', ['GET', 'HEAD', 'POST'], '/api/accounts/invitations', '/api/accounts'),
  route('accounts', ['POST'], '/api/accounts/invitations/look', '/api/accounts'),
  route('accounts', ['POST'], '/api/accounts/invitations/accept', '/api/accounts'),
  route('accounts', ['DELETE'], '/api/accounts/invitations/:id', '/api/accounts'),
  route('accounts', reads, '/api/accounts/erasures', '/api/accounts'),
  route('accounts', reads, '/api/accounts/erasures/:id', '/api/accounts'),

  route('notifications', reads, '/api/notifications/inbox', '/api/notifications'),
  route('notifications', ['POST'], '/api/notifications/inbox/read', '/api/notifications'),
  route('notifications', reads, '/api/notifications/inbox/changes', '/api/notifications'),
  route('notifications', ['GET', 'HEAD', 'PUT'], '/api/notifications/preferences', '/api/notifications'),
  route('notifications', reads, '/api/notifications/push-key', '/api/notifications'),
  route('notifications', ['PUT', 'DELETE'], '/api/notifications/devices', '/api/notifications'),
  route('notifications', ['POST'], '/api/notifications/mail-subscriptions', '/api/notifications'),
  route('notifications', ['POST'], '/api/notifications/mail-subscriptions/confirm', '/api/notifications'),
  route('notifications', ['GET', 'HEAD', 'POST'], '/api/notifications/unsubscribe', '/api/notifications'),
  route('notifications', reads, '/api/notifications/subscribers', '/api/notifications'),
  route('notifications', reads, '/api/notifications/newsletters/:id', '/api/notifications'),
  route('notifications', ['POST'], '/api/notifications/newsletters/:id/test', '/api/notifications'),
  route('notifications', ['POST'], '/api/notifications/newsletters/:id/send', '/api/notifications'),
  route('notifications', reads, '/api/notifications/digests', '/api/notifications'),
  route('notifications', reads, '/api/notifications/digests/next', '/api/notifications'),
  route('notifications', reads, '/api/notifications/outbox', '/api/notifications'),
  route('notifications', ['POST'], '/api/notifications/outbox/retry', '/api/notifications'),
]

const segmentsOf = (path: string): string[] => path.split('/').slice(1)

const matches = ({ path }: Route, segments: readonly string[]): boolean => {
  const pattern = segmentsOf(path)
  const [given, open] = [segments.length, pattern.at(-1) === '*']
  return (
    (open ? given >= pattern.length : given === pattern.length) &&
    pattern.every((part, index) =>
      part === '*' || part.startsWith(':') ? segments[index] !== '' : part === segments[index],
    )
  )
}

const shape = (path: string): string => path.replaceAll(/:\w+|\{\w+\}/g, ':')

/** Where the world finds a service's endpoint, its path as OpenAPI writes it; undefined for what is not passed on. */
export const publicPathOf = ({
  to,
  method,
  path,
}: {
  to: Upstream
  method: string
  path: string
}): string | undefined => {
  const found = table.find((each) => {
    const served = shape(each.path.slice(each.strip.length))
    const isThere = served.endsWith('/*')
      ? shape(path).startsWith(served.slice(0, -1))
      : served === shape(path)
    return each.to === to && each.methods.includes(method) && isThere
  })
  return found && found.strip + path
}

export interface Destination {
  to: Upstream
  /** Path and query as the service sees them. */
  url: string
  /** Which row of the table it is, or that it is a page of the client's. */
  route: string
  /** What of the path the service does not see. */
  prefix: string
  /** True where every anonymous GET gets the same answer: everything of query, and pages for readers. */
  isShared: boolean
}

const ofPages = ['GET', 'HEAD', 'POST']

const refuseMethod = (path: string, methods: readonly string[]): never => {
  const allow = [...new Set(methods)]
  throw new Problem('method-not-allowed', {
    detail: `${path} takes ${allow.join(', ')}.`,
    extensions: { allow },
  })
}

/**
 * Where a request goes. Throws `not-found`, `method-not-allowed` (with `allow` among its extensions), `bad-encoding` for an
 * address that is not canonical, and `invalid` for a field of the query that stands there twice.
 */
export const destinationOf = ({ method, url }: { method: string; url: string }): Destination => {
  const { path, segments } = canonicalAddress(url)
  const query = url.slice(path.length)
  const there = table.filter((each) => matches(each, segments))
  const found = there.find(({ methods }) => methods.includes(method))
  if (found) {
    const { to, strip } = found
    const url = path.slice(strip.length) + query
    return { to, url, prefix: strip, route: found.path, isShared: to === 'query' }
  }
  if (there.length > 0)
    return refuseMethod(
      path,
      there.flatMap(({ methods }) => methods),
    )
  if (segments[0] === 'api')
    throw new Problem('not-found', { detail: `There is nothing at ${path.slice(0, 200)}.` })
  // React Router takes every other method for a form that is sent.
  if (!ofPages.includes(method)) return refuseMethod(path, ofPages)
  const page = withoutTracking(url)
  const isShared = isReadingAddress(page)
  return { to: 'client', url: isShared ? page : url, prefix: '', route: '/{page}', isShared }
}

const remembered = new LRUCache<string, Destination>({ max: limits.rememberedRoutesMax })

/** `destinationOf`, remembered: most readers ask for the same few pages. */
export const rememberedDestination = ({ method = 'GET', url = '/' }: IncomingMessage): Destination => {
  const key = `${method} ${url}`
  const known = remembered.get(key)
  if (known) return known
  const destination = destinationOf({ method, url })
  if (url.length < limits.rememberedUrlCharsMax) remembered.set(key, destination)
  return destination
}
