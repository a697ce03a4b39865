import { handlersOf } from '@logbook/chassis/http/serve.ts'
import { notificationEndpoints } from '@logbook/contracts/endpoints/notifications.ts'
import { receiverText } from '../domain/notice.ts'
import { limits } from '../limits.ts'
import type { Dispatch } from '../outbox/dispatch.ts'
import type { Outbox } from '../outbox/outbox.ts'
import type { Subscribers } from '../read-model/subscribers.ts'

interface OwnerOptions {
  subscribers: Pick<Subscribers, 'counts'>
  outbox: Pick<Outbox, 'parked'>
  dispatch: Pick<Dispatch, 'status' | 'retry'>
}

/** Numbers of subscribers and the outbox, for owners. */
export const ownerHandlers = ({ subscribers, outbox, dispatch }: OwnerOptions) =>
  handlersOf(notificationEndpoints)({
    'GET /subscribers': () => ({ body: subscribers.counts(), headers: { 'Cache-Control': 'no-cache' } }),
    'GET /outbox'() {
      const entries = outbox
        .parked(limits.parkedShownMax)
        .map(({ key, kind, channel, receiver, at, attempts, code }) => ({
          ...{ key, kind, channel, receiver: receiverText(receiver), at, attempts, code },
        }))
      return { body: { ...dispatch.status(), entries }, headers: { 'Cache-Control': 'no-cache' } }
    },
    'POST /outbox/retry': () => ({ body: { retried: dispatch.retry() } }),
  })
