import type { IncomingMessage } from 'node:http'
import { headers as names } from '@logbook/contracts/http/headers.ts'
import type { Upstream } from '../routes.ts'
import type { LaneBounds } from './turns.ts'

/** What has connections of its own: a service, and the reads that wait there for a position of the log. */
export type LaneName = Upstream | `${Upstream} held`

const minPosition = names.minPosition.toLowerCase()

/** By which the client knows what a browser wrote last: its page waits until it is shown. */
const positionCookie = /(?:^|;\s*)position=/

/** True for a read that may be held until the log has come so far. */
const mayBeHeld = ({ headers }: IncomingMessage, to: Upstream): boolean =>
  (headers[minPosition] !== undefined && /\bwait\b/i.test(String(headers.prefer ?? ''))) ||
  (to === 'client' && headers.cookie !== undefined && positionCookie.test(headers.cookie))

export const laneOf = (req: IncomingMessage, to: Upstream): LaneName =>
  mayBeHeld(req, to) ? `${to} held` : to

export const lanesOf = (
  services: Iterable<Upstream>,
  { perService, heldPerService }: Record<'perService' | 'heldPerService', LaneBounds>,
): ReadonlyMap<LaneName, LaneBounds> =>
  new Map(
    [...services].flatMap((name): [LaneName, LaneBounds][] => [
      [name, perService],
      [`${name} held`, heldPerService],
    ]),
  )
