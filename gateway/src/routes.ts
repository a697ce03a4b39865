import type { IncomingMessage } from 'node:http'
import { roomFor } from '@logbook/chassis/cache-room.ts'
import { canonicalAddress } from '@logbook/chassis/http/address.ts'
import { Problem } from '@logbook/chassis/problem.ts'
import { accountEndpoints } from '@logbook/contracts/endpoints/accounts.ts'
import { commentEndpoints } from '@logbook/contracts/endpoints/comments.ts'
import { mediaEndpoints } from '@logbook/contracts/endpoints/media.ts'
import { moderationEndpoints } from '@logbook/contracts/endpoints/moderation.ts'
import { notificationEndpoints } from '@logbook/contracts/endpoints/notifications.ts'
import { postEndpoints } from '@logbook/contracts/endpoints/posts.ts'
import { queryEndpoints } from '@logbook/contracts/endpoints/query.ts'
import type { Endpoint } from '@logbook/contracts/http/endpoint.ts'
import { isReadingAddress, withoutTracking } from '@logbook/contracts/http/reading-address.ts'
import { LRUCache } from 'lru-cache'
import { limits } from './limits.ts'

const services = [
  queryEndpoints,
  postEndpoints,
  commentEndpoints,
  moderationEndpoints,
  mediaEndpoints,
  accountEndpoints,
  notificationEndpoints,
] as const
export type Upstream = 'client' | (typeof services)[number]['service']

interface Route {
  /** Segments below the root; `:x` is one segment of any kind. */
  path: string
  methods: readonly string[]
  to: Upstream
  /** The start of the path, which the service does not see. */
  strip: string
}

const routeOf = (to: Upstream, row: string, under: string): Route => {
  const [method = '', path = ''] = row.split(' ')
  return { to, methods: method === 'GET' ? ['GET', 'HEAD'] : [method], path: under + path, strip: under }
}

/** The whole public API, as the services declare it. What is not here is a page of the client's, or, below /api, nothing. */
const table = services.flatMap(({ service, rows }) =>
  Object.entries<Endpoint>(rows).flatMap(([row, { under }]) =>
    under === undefined ? [] : [routeOf(service, row, under)],
  ),
)

const segmentsOf = (path: string): string[] => path.split('/').slice(1)

const matches = ({ path }: Route, segments: readonly string[]): boolean => {
  const pattern = segmentsOf(path)
  return (
    segments.length === pattern.length &&
    pattern.every((part, index) => (part.startsWith(':') ? segments[index] !== '' : part === segments[index]))
  )
}

/** Two paths of one shape differ only in the names of their parameters. */
const shapeOf = (path: string): string => path.replaceAll(/:\w+|\{\w+\}/g, ':')

/** The public path of a service's endpoint, its path as OpenAPI writes it; undefined for one that is not public. */
export const publicPathOf = ({
  to,
  method,
  path,
}: {
  to: Upstream
  method: string
  path: string
}): string | undefined => {
  const found = table.find(
    (each) =>
      each.to === to && each.methods.includes(method) && shapeOf(each.path) === each.strip + shapeOf(path),
  )
  return found && found.strip + path
}

export interface Destination {
  to: Upstream
  /** Path and query as the service sees them. */
  url: string
  /** Which row of the table it is, or that it is a page of the client's. */
  route: string
  /** The start of the public path, which the service does not see. */
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

const remembered = new LRUCache<string, Destination>(roomFor(limits.rememberedRoutesMax))

/** `destinationOf`, remembered: most readers ask for the same few pages. */
export const rememberedDestination = ({ method = 'GET', url = '/' }: IncomingMessage): Destination => {
  const key = `${method} ${url}`
  const known = remembered.get(key)
  if (known) return known
  const destination = destinationOf({ method, url })
  if (url.length < limits.rememberedUrlCharsMax) remembered.set(key, destination)
  return destination
}
