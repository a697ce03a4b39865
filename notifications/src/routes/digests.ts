import type { WallClock } from '@logbook/chassis/clock.ts'
import { handlersOf } from '@logbook/chassis/http/serve.ts'
import { notificationEndpoints } from '@logbook/contracts/endpoints/notifications.ts'
import { dayIn } from '@logbook/contracts/time-zone.ts'
import { digestDue } from '../domain/timing.ts'
import type { View } from '../domain/view.ts'
import { limits } from '../limits.ts'
import type { Digests } from '../read-model/digests.ts'

interface DigestsOptions {
  view: Pick<View, 'blog'>
  digests: Pick<Digests, 'latest' | 'pick' | 'shown'>
  clock: WallClock
}

/** The digests of past weeks, and a preview of the next one. */
export const digestHandlers = ({ view, digests, clock }: DigestsOptions) =>
  handlersOf(notificationEndpoints)({
    'GET /digests': () => ({
      body: digests.latest(view.blog().timeZone, limits.digestsShownMax),
      headers: { 'Cache-Control': 'no-cache' },
    }),
    'GET /digests/next'() {
      const { timeZone } = view.blog()
      const nowMs = clock.now().getTime()
      // The end of last week is the beginning of this one.
      const { toMs: fromMs } = digestDue(nowMs, timeZone)
      const week = dayIn(fromMs, timeZone)
      const picked = digests.pick({ fromMs, toMs: nowMs })
      return {
        body: digests.shown({ week, timeZone, ...picked }),
        headers: { 'Cache-Control': 'no-store' },
      }
    },
  })
