import { notificationEndpoints } from '@logbook/contracts/endpoints/notifications.ts'
import { data } from 'react-router'
import { refuse as refuseToLoad } from '../../services/ask.server.ts'
import { call } from '../../services/call.server.ts'
import { viewerWith } from '../../services/viewer.server.ts'
import { type Command, refuse } from '../accounts/form.server.ts'
import type { FormAnswer } from '../accounts/form-answer.ts'
import { loadOptions } from '../accounts/mail.server.ts'

/** Confirmed subscribers, counted, and the messages that wait or were parked. For owners. */
export const loadSubscribers = async ({ blog, request }: Omit<Command, 'form'>) => {
  viewerWith(request, ['owner'])
  const [subscribers, outbox, digest, { mail }] = await Promise.all([
    call(notificationEndpoints, 'GET /subscribers', { blog, request }),
    call(notificationEndpoints, 'GET /outbox', { blog, request }),
    call(notificationEndpoints, 'GET /digests/next', { blog, request }),
    loadOptions({ blog, request }),
  ])
  if (!subscribers.ok) return refuseToLoad({ request }, subscribers)
  if (!outbox.ok) return refuseToLoad({ request }, outbox)
  if (!digest.ok) return refuseToLoad({ request }, digest)
  return { subscribers: subscribers.body, outbox: outbox.body, digest: digest.body, mail }
}

/** Tries every message again that was parked. */
export const retryParked = async ({ blog, request, form }: Command) => {
  viewerWith(request, ['owner'])
  const answer = await call(notificationEndpoints, 'POST /outbox/retry', { blog, request })
  if (!answer.ok) return refuse(answer, form)
  const { retried } = answer.body
  const done = retried === 1 ? 'One message will be retried.' : `${retried} messages will be retried.`
  return data({ intent: '', done, errors: {}, values: {} } satisfies FormAnswer)
}
