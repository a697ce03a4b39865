import type { WallClock } from '@logbook/chassis/clock.ts'
import { handlersOf } from '@logbook/chassis/http/serve.ts'
import { notificationEndpoints } from '@logbook/contracts/endpoints/notifications.ts'
import { dayIn } from '@logbook/contracts/time-zone.ts'
import type { RelatedPosts } from '../channels/related-posts.ts'
import { digestDue } from '../domain/timing.ts'
import type { View } from '../domain/view.ts'
import type { Digests } from '../read-model/digests.ts'

interface DigestsOptions {
  view: Pick<View, 'blog'>
  digests: Pick<Digests, 'pick' | 'shown'>
  clock: WallClock
  relatedPosts: RelatedPosts
}

/** A preview of the next digest. Past ones are query's to show. */
export const digestHandlers = ({ view, digests, clock, relatedPosts }: DigestsOptions) =>
  handlersOf(notificationEndpoints)({
    async 'GET /digests/next'() {
      const { timeZone } = view.blog()
      const nowMs = clock.now().getTime()
      // The end of last week is the beginning of this one.
      const { toMs: fromMs } = digestDue(nowMs, timeZone)
      const week = dayIn(fromMs, timeZone)
      const picked = digests.pick({ fromMs, toMs: nowMs, timeZone })
      const shown = digests.shown({ week, timeZone, ...picked })
      return {
        body: { ...shown, related: await relatedPosts(shown) },
        headers: { 'Cache-Control': 'no-store' },
      }
    },
  })
