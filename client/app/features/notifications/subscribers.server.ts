import type { OutboxAnswer, SubscribersAnswer } from '@logbook/contracts/http/notifications.ts'
import { data } from 'react-router'
import { refuse as refuseToLoad } from '../../services/ask.server.ts'
import { viewerWith } from '../../services/viewer.server.ts'
import { type Command, refuse } from '../accounts/ask-accounts.server.ts'
import type { FormAnswer } from '../accounts/form-answer.ts'
import { askNotifications } from './ask.server.ts'

/** Confirmed subscribers, counted, and the messages that wait or were parked. For owners. */
export const loadSubscribers = async ({ blog, request }: Omit<Command, 'form'>) => {
  viewerWith(request, ['owner'])
  const [subscribers, outbox] = await Promise.all([
    askNotifications<SubscribersAnswer>({ blog, request, path: '/subscribers' }),
    askNotifications<OutboxAnswer>({ blog, request, path: '/outbox' }),
  ])
  if (!subscribers.ok) return refuseToLoad({ request }, subscribers)
  if (!outbox.ok) return refuseToLoad({ request }, outbox)
  return { subscribers: subscribers.body, outbox: outbox.body }
}

/** Tries every message again that was parked. */
export const retryParked = async ({ blog, request, form }: Command) => {
  viewerWith(request, ['owner'])
  const path = '/outbox/retry'
  const answer = await askNotifications<{ retried: number }>({
    ...{ blog, request, path, method: 'POST', body: {} },
  })
  if (!answer.ok) return refuse(answer, form)
  const { retried } = answer.body
  const done = retried === 1 ? 'One message will be retried.' : `${retried} messages will be retried.`
  return data({ intent: '', done, errors: {}, values: {} } satisfies FormAnswer)
}
