import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { parseCookie, stringifySetCookie } from 'cookie'
import { limits } from '../limits.ts'

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const cookieName = 'visitor'

export interface Visitor {
  id: string
  /** The Set-Cookie header that makes the browser remember it; undefined where it does already, or is no browser. */
  setCookie?: string
}

/**
 * Who a guest is from one request to the next: a random id in a cookie that scripts on the page can't read. A caller without
 * the cookie may bring an id of its own in `Visitor-Id`, as scripts do; a browser's page can't, since that needs no cookie.
 */
export const visitorOf = (
  req: Pick<IncomingMessage, 'headers'>,
  { secure }: { secure: boolean },
): Visitor => {
  const remembered = parseCookie(req.headers.cookie ?? '')[cookieName]
  if (remembered !== undefined && uuid.test(remembered)) return { id: remembered }
  const brought = req.headers['visitor-id']
  if (typeof brought === 'string' && uuid.test(brought)) return { id: brought }
  const id = randomUUID()
  const setCookie = stringifySetCookie({
    name: cookieName,
    value: id,
    httpOnly: true,
    sameSite: 'lax',
    secure,
    path: '/',
    maxAge: limits.visitorSecondsMax,
  })
  return { id, setCookie }
}
