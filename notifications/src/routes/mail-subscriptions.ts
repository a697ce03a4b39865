import type { WallClock } from '@logbook/chassis/clock.ts'
import { rawBody } from '@logbook/chassis/http/body.ts'
import { handlersOf } from '@logbook/chassis/http/serve.ts'
import type { Ids } from '@logbook/chassis/ids.ts'
import { invalid, Problem } from '@logbook/chassis/problem.ts'
import { notificationEndpoints } from '@logbook/contracts/endpoints/notifications.ts'
import {
  type MailScope,
  mailSubscriptionSubject,
  preferencesSubject,
} from '@logbook/contracts/events/notifications.ts'
import { decideConfirm, decideEnd, requestSubscription } from '../domain/mail-subscription.ts'
import { decideUnsubscribe } from '../domain/person.ts'
import type { View } from '../domain/view.ts'
import { limits } from '../limits.ts'
import type { Streams } from '../log/streams.ts'
import type { Subscribers } from '../read-model/subscribers.ts'
import { isLinkToken, newLinkToken } from './link-token.ts'

interface MailSubscriptionsOptions {
  view: Pick<View, 'post' | 'comment'>
  streams: Streams
  subscribers: Pick<Subscribers, 'ofAddress'>
  clock: WallClock
  ids: Ids
  publicUrl: string
}

const hourMs = 3_600_000
const headers = { 'Cache-Control': 'no-store' } as const

// RFC 8058: mail programs send a form of either type. Its fields say nothing that the query does not.
const formTypes = ['application/x-www-form-urlencoded', 'multipart/form-data', 'application/json']
const readForm = rawBody({ bytesMax: limits.formBytesMax, types: formTypes })

const assertScopeExists = (scope: MailScope, view: MailSubscriptionsOptions['view']): void => {
  if (scope.kind === 'thread' && !view.post(scope.postId)?.isPublished)
    throw invalid('scope.postId', 'must be a published post')
  // The author of a pending comment may subscribe to its replies, which come only once it is approved.
  if (scope.kind === 'replies' && view.comment(scope.commentId) === undefined)
    throw invalid('scope.commentId', 'must be a comment')
}

/** Subscriptions of mail addresses, and the links in mails that confirm and end them. */
export const mailSubscriptionHandlers = (options: MailSubscriptionsOptions) => {
  const { view, streams, subscribers, clock, ids, publicUrl } = options
  return handlersOf(notificationEndpoints)({
    async 'POST /mail-subscriptions'({ body: { email: given, scope }, command }, caller) {
      assertScopeExists(scope, view)
      const email = given.toLowerCase()
      const now = clock.now()
      const { count, isConfirmed, lastRequestedAt } = subscribers.ofAddress(email, scope)
      const isRecent =
        lastRequestedAt !== undefined &&
        now.getTime() - Date.parse(lastRequestedAt) < limits.confirmationHoursMin * hourMs
      if (!isConfirmed && !isRecent && count < limits.subscriptionsPerAddressMax) {
        const id = ids.next()
        const personId = caller.kind === 'person' || caller.kind === 'guest' ? caller.id : null
        const requested = requestSubscription({
          ...{ id, personId, scope, email, linkToken: newLinkToken() },
          requestedAt: now.toISOString(),
        })
        const subject = mailSubscriptionSubject(id)
        await streams.subscriptions.handle({ ...command, subject, decide: () => requested, isNew: true })
      }
      // The same answer for any address, so that it does not tell who subscribes to this blog.
      return { body: { status: 'check-your-mail' }, headers }
    },
    async 'POST /mail-subscriptions/confirm'({ body: { subscription: id, token }, command }) {
      await streams.subscriptions.handle({
        ...command,
        subject: mailSubscriptionSubject(id),
        decide: decideConfirm({
          ...{ id, at: clock.now().toISOString(), isToken: isLinkToken(token) },
          msMax: limits.confirmationDaysMax * 24 * hourMs,
        }),
      })
      return { body: { status: 'confirmed' }, headers }
    },
    // Programs that open links must not end anything, so the link leads to a page with a button.
    'GET /unsubscribe'({ query }) {
      const fields = Object.entries(query).filter(
        (field): field is [string, string] => field[1] !== undefined,
      )
      return { location: `${publicUrl}/unsubscribe?${new URLSearchParams(fields)}` }
    },
    'POST /unsubscribe': {
      before: readForm,
      async handle({ query: { subscription, person, kind = 'all', token }, command }) {
        const link = { at: clock.now().toISOString(), isToken: isLinkToken(token) }
        if (subscription !== undefined)
          await streams.subscriptions.handle({
            ...command,
            subject: mailSubscriptionSubject(subscription),
            decide: decideEnd('unsubscribed', { id: subscription, ...link }),
          })
        else if (person !== undefined)
          await streams.people.handle({
            ...command,
            subject: preferencesSubject(person),
            decide: decideUnsubscribe(kind, { id: person, ...link }),
          })
        else throw new Problem('invalid', { detail: 'The link names neither a subscription nor a person.' })
        return { body: { status: 'unsubscribed' }, headers }
      },
    },
  })
}
