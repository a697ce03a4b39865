import type { IncomingMessage } from 'node:http'
import { codingFor } from '@logbook/chassis/http/coding.ts'
import { headers as names } from '@logbook/contracts/http/headers.ts'
import type { Destination, Upstream } from '../routes.ts'

const theme = /(?:^|;\s*)theme=(light|dark)(?:;|$)/
const position = /(?:^|;\s*)position=(\d{1,15})(?:;|$)/

/** Files, and the data that the application in the browser asks for. */
const isFile = /\.[a-z\d]+(?:\?|$)/i

const minPosition = names.minPosition.toLowerCase()

/** The position of the log that this browser's next page has to reflect, since it wrote there; 0 for any. */
export const positionWanted = ({ headers: { cookie } }: IncomingMessage, to: Upstream): number =>
  to === 'client' && cookie !== undefined ? Number(position.exec(cookie)?.[1] ?? 0) : 0

/**
 * All that the answer to a read by nobody depends on, the state of the view apart: service, coding, theme or media type, address.
 * Undefined for a request whose answer depends on more.
 */
export const keyOf = ({ headers }: IncomingMessage, { to, url }: Destination): string | undefined => {
  const coding = codingFor(headers['accept-encoding']) ?? ''
  if (to === 'client')
    return isFile.test(url)
      ? undefined
      : `client ${coding} ${headers.cookie === undefined ? '' : (theme.exec(headers.cookie)?.[1] ?? '')} ${url}`
  const asksForMore =
    headers.origin !== undefined || headers.prefer !== undefined || headers[minPosition] !== undefined
  return to !== 'query' || asksForMore ? undefined : `query ${coding} ${headers.accept} ${url}`
}
