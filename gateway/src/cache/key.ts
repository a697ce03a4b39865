import type { IncomingMessage } from 'node:http'
import { codingFor } from '@logbook/chassis/http/coding.ts'
import { headers as names } from '@logbook/contracts/http/headers.ts'
import type { Destination } from '../routes.ts'

const theme = /(?:^|;\s*)theme=(light|dark)(?:;|$)/
const position = /(?:^|;\s*)position=(\d{1,15})(?:;|$)/
const minPosition = names.minPosition.toLowerCase()

/** The position of the log that this browser's next page has to reflect, since it wrote there; 0 for any. */
export const positionWanted = ({ headers: { cookie } }: IncomingMessage, { to }: Destination): number =>
  to === 'client' && cookie !== undefined ? Number(position.exec(cookie)?.[1] ?? 0) : 0

const asksToConfirm = /(?:^|[\s,])(?:no-cache|max-age=0)(?:$|[\s,;])/i

/** Whether a cached answer has to be confirmed for this very request: for programs, and for a browser that reloads a page (RFC 9111, 5.2.1). */
export const wantsConfirmation = (
  { headers }: Pick<IncomingMessage, 'headers'>,
  { to }: Destination,
): boolean => {
  const control = headers['cache-control']
  return to !== 'client' || (control !== undefined && asksToConfirm.test(control))
}

interface Shared {
  /** All that the answer depends on, the state of the view apart: service, coding, theme or media type, address. */
  key: string
  /** Names and values in turn of what of the request the service is told: what the key says, and nothing else. */
  told: readonly string[]
}

/** The theme that a browser's cookies name; empty for the system's. */
export const themeIn = (cookie: string | undefined): string =>
  cookie === undefined ? '' : (theme.exec(cookie)?.[1] ?? '')

/** The cache key of an anonymous GET or HEAD; undefined where the answer depends on more than a key says. */
export const keyOf = (
  { headers }: Pick<IncomingMessage, 'headers'>,
  { to, url, isShared }: Destination,
): string | undefined => {
  if (!isShared) return undefined
  const coding = codingFor(headers['accept-encoding']) ?? 'identity'
  if (to === 'client') return `client ${coding} ${themeIn(headers.cookie)} ${url}`
  const asksForMore =
    headers.origin !== undefined || headers.prefer !== undefined || headers[minPosition] !== undefined
  return asksForMore ? undefined : `query ${coding} ${headers.accept} ${url}`
}

/**
 * How an anonymous read is sent once for all readers with the same key. A service that gets no more than the key says cannot make its answer
 * depend on anything else, however it parses a header.
 */
export const sharedOf = (req: IncomingMessage, destination: Destination): Shared | undefined => {
  const key = keyOf(req, destination)
  if (key === undefined || req.method !== 'GET' || positionWanted(req, destination) > 0) return undefined
  const { accept, cookie } = req.headers
  const told = ['accept-encoding', codingFor(req.headers['accept-encoding']) ?? 'identity']
  if (destination.to === 'client') {
    const chosen = themeIn(cookie)
    if (chosen !== '') told.push('cookie', `theme=${chosen}`)
  } else if (accept !== undefined) told.push('accept', accept)
  return { key, told }
}
