import type { Clock } from '@logbook/chassis/clock.ts'
import type { Follower } from '@logbook/chassis/follow/follower.ts'
import type { Ids } from '@logbook/chassis/ids.ts'
import type { Bus } from '@logbook/chassis/log/bus.ts'
import { Router } from 'express'
import type { Known } from '../domain/known.ts'
import type { Streams } from '../log/streams.ts'
import type { Dispatch } from '../outbox/dispatch.ts'
import type { Outbox } from '../outbox/outbox.ts'
import type { Digests } from '../read-model/digests.ts'
import type { Inbox } from '../read-model/inbox.ts'
import type { Subscribers } from '../read-model/subscribers.ts'
import { routeInbox } from './inbox.ts'
import type { Watchers } from './inbox-stream.ts'
import { routeIssues } from './issues.ts'
import { routeMailSubscriptions } from './mail-subscriptions.ts'
import { routeOwner } from './owner.ts'
import { routePreferences } from './preferences.ts'

export interface RoutesOptions {
  known: Known
  inbox: Inbox
  subscribers: Subscribers
  digests: Digests
  bus: Bus
  follower: Pick<Follower<never>, 'position' | 'reached' | 'log'>
  streams: Streams
  outbox: Outbox
  dispatch: Dispatch
  watchers: Watchers
  clock: Clock
  ids: Ids
  publicUrl: string
  /** False where mails are written to a folder. */
  mailConnected: boolean
  /** The public key for Web Push, in base64url. */
  pushKey: () => string
  /** Why no message may be posted to an address, or undefined. */
  objectionTo: (url: string) => Promise<string | undefined>
}

/** HTTP in, HTTP out. */
export const createRoutes = (options: RoutesOptions): Router => {
  const router = Router()
  routeInbox(router, options)
  routePreferences(router, options)
  routeMailSubscriptions(router, options)
  routeOwner(router, options)
  routeIssues(router, options)
  return router
}
