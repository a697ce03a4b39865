import { z } from 'zod'
import { anyone, owners, people } from '../http/access.ts'
import { digestAnswer } from '../http/digest.ts'
import { endpoints, json, readHeaders } from '../http/endpoint.ts'
import {
  deleteDevice,
  newsletterAnswer,
  outboxAnswer,
  preferencesAnswer,
  pushKeyAnswer,
  putDevice,
  putPreferences,
  subscribeByMail,
  subscribersAnswer,
  subscriptionLink,
  unsubscribeLink,
} from '../http/notifications.ts'
import { inboxRows } from './inbox.ts'
import { otherSitesRows } from './other-sites.ts'

const preferences = preferencesAnswer.meta({
  id: 'Preferences',
  description: 'Which notifications a person gets, and how.',
})
const status = (value: string) => z.object({ status: z.literal(value) })
const text = (type: string, description: string) => ({
  description,
  content: { [type]: { schema: { type: 'string' as const } } },
})
const under = '/api/notifications'

/** The links in mails carry a secret token, so that their endpoints are open to anyone. */
export const notificationEndpoints = endpoints('notifications', {
  description: 'Notifications of people by inbox, mail, push and webhooks.',
  rows: {
    ...inboxRows,
    'GET /preferences': {
      id: 'readPreferences',
      access: people,
      under,
      summary: 'The caller’s notification preferences',
      answers: {
        '200': json(
          preferences,
          'The inbox has everything, whatever is chosen here. `ETag` is their version.',
        ),
      },
      refusals: ['unavailable'],
    },
    'PUT /preferences': {
      id: 'changePreferences',
      access: people,
      under,
      summary: 'Choose what is mailed and pushed, when, and what is muted',
      details:
        'What is left out stays. Nothing is mailed until it is chosen here. `If-Match` guards a list such as `mutedPosts` against a change from another page.',
      headers: ['If-Match'],
      body: putPreferences,
      example: { mail: ['reply'], timeZone: 'Europe/Berlin', quiet: { from: '22:00', to: '07:00' } },
      answers: { '200': json(preferences, 'All of them, as they are now.') },
      refusals: ['version-conflict', 'unavailable'],
    },
    'GET /push-key': {
      id: 'readPushKey',
      access: people,
      under,
      summary: 'The key that a browser subscribes to push messages with (VAPID)',
      answers: { '200': json(pushKeyAnswer, 'In base64url.') },
    },
    'PUT /devices': {
      id: 'addDevice',
      access: people,
      under,
      summary: 'Send push messages to a browser',
      body: putDevice,
      answers: { '200': json(preferences, 'With how many browsers there are.') },
      refusals: ['version-conflict', 'unavailable'],
    },
    'DELETE /devices': {
      id: 'removeDevice',
      access: people,
      under,
      summary: 'Stop push messages to a browser',
      body: deleteDevice,
      answers: { '200': json(preferences, 'With how many browsers there are.') },
      refusals: ['version-conflict', 'unavailable'],
    },
    'POST /mail-subscriptions': {
      id: 'subscribeByMail',
      access: anyone,
      under,
      summary: 'Ask for mails about the blog, a tag, a post or the replies to a comment',
      details: 'Nothing is sent but a mail that asks whether this is wanted.',
      body: subscribeByMail,
      example: { email: 'reader@example.org', scope: { kind: 'blog' } },
      answers: { '202': json(status('check-your-mail'), 'The same for each address.') },
      refusals: ['unavailable'],
    },
    'POST /mail-subscriptions/confirm': {
      id: 'confirmMailSubscription',
      access: anyone,
      under,
      summary: 'Confirm, with what the link in the mail shows',
      body: subscriptionLink,
      answers: { '200': json(status('confirmed'), 'Mails come from now on.') },
      refusals: ['gone', 'version-conflict', 'unavailable'],
    },
    'GET /unsubscribe': {
      id: 'openUnsubscribe',
      access: anyone,
      under,
      summary: 'Leads to the page that ends mails',
      query: unsubscribeLink,
      answers: { '303': { description: 'The page.' } },
    },
    'POST /unsubscribe': {
      id: 'unsubscribe',
      access: anyone,
      under,
      summary: 'End mails with one click (RFC 8058), with what the link in the mail shows',
      query: unsubscribeLink,
      answers: { '200': json(status('unsubscribed'), 'Also where they had ended before.') },
      refusals: ['version-conflict', 'unavailable'],
    },
    'GET /subscribers': {
      id: 'countSubscribers',
      access: ['owner'],
      under,
      summary: 'How many addresses are subscribed to what',
      headers: readHeaders,
      answers: { '200': json(subscribersAnswer, 'Confirmed ones; `waiting` are those that are not.') },
    },
    'GET /newsletters/:id': {
      id: 'previewNewsletter',
      access: ['owner'],
      under,
      summary: 'A post as a newsletter, who would have it, and whether it was sent',
      headers: readHeaders,
      answers: { '200': json(newsletterAnswer, 'As the mail would be.') },
      refusals: ['not-found'],
    },
    'GET /newsletters/:id/mail': {
      id: 'showNewsletter',
      access: ['owner'],
      under,
      summary: 'The HTML of the mail that a post would be, for a frame without scripts',
      answers: {
        '200': text('text/html', 'What mail programs get.'),
      },
      refusals: ['not-found'],
    },
    'POST /newsletters/:id/test': {
      id: 'tryNewsletter',
      access: ['owner'],
      under,
      summary: 'Mail a post as a newsletter to the caller alone',
      answers: { '202': json(status('check-your-mail'), 'It is on its way.') },
      refusals: ['not-found'],
    },
    'POST /newsletters/:id/send': {
      id: 'sendNewsletter',
      access: ['owner'],
      under,
      summary: 'Mail a post to every subscriber of the blog, once',
      answers: { '202': json(z.object({ receivers: z.number().int() }), 'How many those are.') },
      refusals: ['not-found', 'conflict', 'unavailable'],
    },
    'GET /digests/next': {
      id: 'previewDigest',
      access: ['owner'],
      under,
      summary: 'A preview of the digest of this week',
      answers: { '200': json(digestAnswer, 'Nothing is sent by it.') },
    },
    ...otherSitesRows,
    'GET /outbox': {
      id: 'readOutbox',
      access: owners,
      under,
      summary: 'The number of waiting messages, and the parked ones',
      answers: {
        '200': json(outboxAnswer, 'The latest that were given up. They name no address.'),
      },
    },
    'POST /outbox/retry': {
      id: 'retryOutbox',
      access: owners,
      under,
      summary: 'Retry all parked messages',
      answers: { '200': json(z.object({ retried: z.number().int() }), 'How many those are.') },
    },
  },
})
