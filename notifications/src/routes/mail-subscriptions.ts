import { callerOf } from '@logbook/chassis/access/gate.ts'
import { jsonBody, rawBody } from '@logbook/chassis/http/body.ts'
import { causeOf } from '@logbook/chassis/http/request-cause.ts'
import { validate } from '@logbook/chassis/http/validate.ts'
import { invalid, Problem } from '@logbook/chassis/problem.ts'
import {
  type MailScope,
  mailSubscriptionSubject,
  preferencesSubject,
} from '@logbook/contracts/events/notifications.ts'
import { subscribeByMail, subscriptionLink, unsubscribeLink } from '@logbook/contracts/http/notifications.ts'
import type { Request, Response, Router } from 'express'
import { decideConfirm, decideEnd, requestSubscription } from '../domain/mail-subscription.ts'
import { decideUnsubscribe } from '../domain/person.ts'
import { limits } from '../limits.ts'
import { isLinkToken, newLinkToken } from './link-token.ts'
import type { RoutesOptions } from './routes.ts'

const hourMs = 3_600_000

/** The same whether the address is known, new, or has had its mail: nobody learns who reads this blog. */
const checkYourMail = { status: 'check-your-mail' } as const

export const routeMailSubscriptions = (router: Router, options: RoutesOptions): void => {
  const { known, streams, subscribers, ids, clock, publicUrl } = options
  const body = jsonBody({ bytesMax: limits.jsonBytesMax })
  // RFC 8058 has mail programs send a form, of either kind; what it says is in its address.
  const form = rawBody({
    bytesMax: limits.formBytesMax,
    types: ['application/x-www-form-urlencoded', 'multipart/form-data', 'application/json'],
  })

  const assertThere = (scope: MailScope): void => {
    if (scope.kind === 'thread' && !known.post(scope.postId)?.isPublished)
      throw invalid('scope.postId', 'must be a post that can be read')
    // A comment that waits for its verdict may be asked about by whoever wrote it; replies come only once it can be read.
    if (scope.kind === 'replies' && known.comment(scope.commentId) === undefined)
      throw invalid('scope.commentId', 'must be a comment')
  }

  router.post('/mail-subscriptions', body, async (req: Request, res: Response) => {
    const { email: given, scope } = validate(subscribeByMail, req.body)
    assertThere(scope)
    const email = given.toLowerCase()
    const caller = callerOf(res)
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
      await streams.subscriptions.handle({ subject, decide: () => requested, isNew: true, ...causeOf(res) })
    }
    res.status(202).set('Cache-Control', 'no-store').json(checkYourMail)
  })

  router.post('/mail-subscriptions/confirm', body, async (req: Request, res: Response) => {
    const { subscription: id, token } = validate(subscriptionLink, req.body)
    await streams.subscriptions.handle({
      subject: mailSubscriptionSubject(id),
      decide: decideConfirm({
        ...{ id, at: clock.now().toISOString(), isToken: isLinkToken(token) },
        msMax: limits.confirmationDaysMax * 24 * hourMs,
      }),
      ...causeOf(res),
    })
    res.set('Cache-Control', 'no-store').json({ status: 'confirmed' })
  })

  // Programs that fetch links must end nothing: a page with a button asks.
  router.get('/unsubscribe', (req: Request, res: Response) => {
    const shown = validate(unsubscribeLink, req.query)
    const fields = Object.entries(shown).filter((field): field is [string, string] => field[1] !== undefined)
    res.redirect(303, `${publicUrl}/unsubscribe?${new URLSearchParams(fields)}`)
  })

  router.post('/unsubscribe', form, async (req: Request, res: Response) => {
    const { subscription, person, kind = 'all', token } = validate(unsubscribeLink, req.query)
    const shown = { at: clock.now().toISOString(), isToken: isLinkToken(token) }
    if (subscription !== undefined)
      await streams.subscriptions.handle({
        subject: mailSubscriptionSubject(subscription),
        decide: decideEnd('unsubscribed', { id: subscription, ...shown }),
        ...causeOf(res),
      })
    else if (person !== undefined)
      await streams.people.handle({
        subject: preferencesSubject(person),
        decide: decideUnsubscribe(kind, { id: person, ...shown }),
        ...causeOf(res),
      })
    else throw new Problem('invalid', { detail: 'The link names neither a subscription nor a person.' })
    res.set('Cache-Control', 'no-store').json({ status: 'unsubscribed' })
  })
}
