import type { IncomingMessage } from 'node:http'
import { roomFor } from '@logbook/chassis/cache-room.ts'
import { referrerHost } from '@logbook/contracts/events/figures.ts'
import { isbot } from 'isbot'
import { LRUCache } from 'lru-cache'
import { isNavigation } from '../checks/navigation.ts'
import { limits } from '../limits.ts'

type Asked = Pick<IncomingMessage, 'method' | 'headers'>

const programs = new LRUCache<string, boolean>(roomFor(limits.views.agentsMax))

/** True of a user agent that is not a browser that a person uses, by the list of the library `isbot`. */
const isProgram = (agent: string): boolean => {
  const known = programs.get(agent)
  if (known !== undefined) return known
  const is = isbot(agent)
  programs.set(agent, is)
  return is
}

/** As a request's browser names itself, cut to a length. */
export const agentOf = ({ headers }: Asked): string =>
  (headers['user-agent'] ?? '').slice(0, limits.views.agentCharsMax)

/**
 * The rule for what counts as a view, as far as a request says: a GET by which a browser opens a page. Left out are what a page's script
 * fetches, pages that are loaded before anyone opens them, programs, and readers whose browser asks not to be tracked.
 */
export const isCounted = (req: Asked): boolean => {
  const { method, headers } = req
  if (method !== 'GET' || !isNavigation(req)) return false
  const destination = headers['sec-fetch-dest']
  if (destination !== undefined && destination !== 'document') return false
  const purpose = headers['sec-purpose'] ?? headers.purpose ?? headers['x-moz']
  if (purpose !== undefined) return false
  if (headers['sec-gpc'] === '1' || headers.dnt === '1') return false
  const agent = agentOf(req)
  return agent !== '' && !isProgram(agent)
}

/** The host of the page that a reader came from, without `www.`; undefined where there is none, or it is this blog, or has no public name. */
export const referrerOf = ({ headers: { referer } }: Asked, ownHost: string): string | undefined => {
  if (referer === undefined || referer.length > limits.views.referrerCharsMax || !URL.canParse(referer))
    return undefined
  const { protocol, host, hostname } = new URL(referer)
  if (!/^https?:$/.test(protocol) || host === ownHost) return undefined
  const name = hostname.replace(/^www\./, '').replace(/\.$/, '')
  return referrerHost.safeParse(name).success ? name : undefined
}
