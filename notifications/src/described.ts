import { json } from '@logbook/chassis/described/operation.ts'
import {
  type Descriptions,
  describeService,
  metricsDescription,
  ofReads,
} from '@logbook/chassis/described/service.ts'
import {
  deleteDevice,
  digestAnswer,
  inboxAnswer,
  newsletterAnswer,
  outboxAnswer,
  preferencesAnswer,
  pushKeyAnswer,
  putDevice,
  putPreferences,
  readInbox,
  subscribeByMail,
  subscribersAnswer,
  subscriptionLink,
  unsubscribeLink,
} from '@logbook/contracts/http/notifications.ts'
import { z } from 'zod'
import { access } from './access.ts'
import { inboxPage } from './queries.ts'

const preferences = preferencesAnswer.meta({
  id: 'Preferences',
  description: 'What a person is told, and how.',
})
const status = (value: string) => z.object({ status: z.literal(value) })

const operations: Descriptions<typeof access> = {
  'GET /inbox': {
    id: 'readInbox',
    summary: 'What the caller was told, latest first',
    query: inboxPage,
    heeds: ofReads,
    answers: { '200': json(inboxAnswer, '`Link`, rel="next", has the next page.') },
  },
  'POST /inbox/read': {
    id: 'markInboxRead',
    summary: 'Say that everything up to a position was seen',
    body: readInbox,
    example: { upTo: 0 },
    answers: { '200': json(readInbox, 'Up to where it was seen.') },
    refusals: ['version-conflict', 'unavailable'],
  },
  'GET /inbox/changes': {
    id: 'watchInbox',
    summary: 'Be told at once when something new is in the inbox (server-sent events)',
    answers: {
      '200': {
        description: 'A stream of `inbox` events.',
        content: { 'text/event-stream': { schema: { type: 'string' } } },
      },
    },
    refusals: ['too-many'],
  },
  'GET /preferences': {
    id: 'readPreferences',
    summary: 'What the caller wants to be told, and how',
    answers: { '200': json(preferences, 'The inbox has everything, whatever is chosen here.') },
    refusals: ['unavailable'],
  },
  'PUT /preferences': {
    id: 'changePreferences',
    summary: 'Choose what is mailed and pushed, when, and what is muted',
    details: 'What is left out stays. Nothing is mailed until it is chosen here.',
    body: putPreferences,
    example: { mail: ['reply'], timeZone: 'Europe/Berlin', quiet: { from: '22:00', to: '07:00' } },
    answers: { '200': json(preferences, 'All of them, as they are now.') },
    refusals: ['version-conflict', 'unavailable'],
  },
  'GET /push-key': {
    id: 'readPushKey',
    summary: 'The key that a browser subscribes to push messages with (VAPID)',
    answers: { '200': json(pushKeyAnswer, 'In base64url.') },
  },
  'PUT /devices': {
    id: 'addDevice',
    summary: 'Have push messages sent to a browser',
    body: putDevice,
    answers: { '200': json(preferences, 'With how many browsers there are.') },
    refusals: ['version-conflict', 'unavailable'],
  },
  'DELETE /devices': {
    id: 'removeDevice',
    summary: 'Have no more push messages sent to a browser',
    body: deleteDevice,
    answers: { '200': json(preferences, 'With how many browsers there are.') },
    refusals: ['version-conflict', 'unavailable'],
  },
  'POST /mail-subscriptions': {
    id: 'subscribeByMail',
    summary: 'Ask for mails about the blog, a tag, a post or the replies to a comment',
    details: 'Nothing is sent but a mail that asks whether this is wanted.',
    body: subscribeByMail,
    example: { email: 'reader@example.org', scope: { kind: 'blog' } },
    answers: { '202': json(status('check-your-mail'), 'The same for each address.') },
    refusals: ['unavailable'],
  },
  'POST /mail-subscriptions/confirm': {
    id: 'confirmMailSubscription',
    summary: 'Confirm, with what the link in the mail shows',
    body: subscriptionLink,
    answers: { '200': json(status('confirmed'), 'Mails come from now on.') },
    refusals: ['gone', 'version-conflict', 'unavailable'],
  },
  'GET /unsubscribe': {
    id: 'openUnsubscribe',
    summary: 'Leads to the page that ends mails',
    query: unsubscribeLink,
    answers: { '303': { description: 'The page.' } },
  },
  'POST /unsubscribe': {
    id: 'unsubscribe',
    summary: 'End mails with one click (RFC 8058), with what the link in the mail shows',
    query: unsubscribeLink,
    answers: { '200': json(status('unsubscribed'), 'Also where they had ended before.') },
    refusals: ['version-conflict', 'unavailable'],
  },
  'GET /subscribers': {
    id: 'countSubscribers',
    summary: 'How many addresses are subscribed to what',
    heeds: ofReads,
    answers: { '200': json(subscribersAnswer, 'Confirmed ones; `waiting` are those that are not.') },
  },
  'GET /newsletters/:id': {
    id: 'previewNewsletter',
    summary: 'A post as a newsletter, who would have it, and whether it was sent',
    heeds: ofReads,
    answers: { '200': json(newsletterAnswer, 'As the mail would be.') },
    refusals: ['not-found'],
  },
  'POST /newsletters/:id/test': {
    id: 'tryNewsletter',
    summary: 'Mail a post as a newsletter to the caller alone',
    answers: { '202': json(status('check-your-mail'), 'It is on its way.') },
    refusals: ['not-found'],
  },
  'POST /newsletters/:id/send': {
    id: 'sendNewsletter',
    summary: 'Mail a post to every subscriber of the blog, once',
    answers: { '202': json(z.object({ receivers: z.number().int() }), 'How many those are.') },
    refusals: ['not-found', 'conflict', 'unavailable'],
  },
  'GET /digests': {
    id: 'readDigests',
    summary: 'The digests of the latest weeks, in the time zone of the blog',
    answers: { '200': json(z.array(digestAnswer), 'The latest first.') },
  },
  'GET /digests/next': {
    id: 'previewDigest',
    summary: 'What the digest of this week would hold by now',
    answers: { '200': json(digestAnswer, 'Nothing is sent by it.') },
  },
  'GET /outbox': {
    id: 'readOutbox',
    summary: 'Messages that wait, counted, and those that were given up',
    answers: {
      '200': json(outboxAnswer, 'The latest that were given up. They name no address.'),
    },
  },
  'POST /outbox/retry': {
    id: 'retryOutbox',
    summary: 'Try again what was given up',
    answers: { '200': json(z.object({ retried: z.number().int() }), 'How many those are.') },
  },
  'GET /metrics': metricsDescription('notifications'),
}

/** What notifications takes and answers. */
export const description = (): object =>
  describeService({
    service: 'notifications',
    description: 'Where people are told of what happens, as they choose.',
    access,
    operations,
  })
