import { Problem } from '@logbook/chassis/problem.ts'
import { notificationEndpoints } from '@logbook/contracts/endpoints/notifications.ts'
import { initialPreferences, type NotificationPreferences } from '@logbook/contracts/events/notifications.ts'
import type { DigestAnswer } from '@logbook/contracts/http/digest.ts'
import type {
  InboxAnswer,
  NewsletterAnswer,
  OutboxAnswer,
  SubscribersAnswer,
} from '@logbook/contracts/http/notifications.ts'
import { type Answers as AnswersOf, answering, assertVersion, defined } from './answering.ts'
import { idOf, minutesAgo } from './sample-blog.ts'

type Answers = AnswersOf<typeof notificationEndpoints.rows>

const sampleNotes = (): InboxAnswer => ({
  unread: 1,
  notes: [
    {
      ...{
        position: 42,
        kind: 'reply',
        at: minutesAgo(5),
        person: null,
        file: null,
        lastBackupAt: null,
        isRead: false,
      },
      post: { id: idOf(1), slug: 'the-heron-stood-still', title: 'The heron' },
      comment: { id: idOf(77), author: 'Ada', excerpt: 'So it <b>did</b>.', status: 'approved' },
    },
  ],
})

const sampleSubscribers: SubscribersAnswer = {
  ...{ blog: 12, digest: 3, tags: [{ tag: 'marsh', count: 2 }], threads: 1, waiting: 4 },
}

const sampleDigest: DigestAnswer = {
  ...{ week: '2026-03-02', timeZone: 'UTC', mostRead: [], featured: [], comments: [], related: [] },
  posts: [{ id: idOf(1), slug: 'the-heron-stood-still', title: 'The heron', comments: 3 }],
}

const sampleParked = (): OutboxAnswer => ({
  ...{ waiting: 2, parked: 1, oldest: minutesAgo(9), fault: null },
  entries: [
    {
      ...{ key: 'k', kind: 'reply', channel: 'mail', receiver: `person:${idOf(402)}`, at: minutesAgo(9) },
      ...{ attempts: 20, code: 'EENVELOPE 452' },
    },
  ],
})

const sampleNewsletter = (): NewsletterAnswer => ({
  preview: { subject: 'The heron', text: 'Stood <b>still</b>.', html: '<script>alert(1)</script>' },
  ...{ receivers: 12, sentAt: null },
})

/** Of an owner: who subscribed, the outbox, and a post as a newsletter, which is sent once. */
const createMailing = (): Answers => {
  let outbox = sampleParked()
  const newsletter = sampleNewsletter()
  const assertPost = (id: string): void => {
    if (id !== idOf(1)) throw new Problem('not-found')
  }
  return {
    'GET /subscribers': () => ({ body: sampleSubscribers }),
    'GET /mentions/:id': ({ params: { id } }) => ({
      body:
        id === idOf(3)
          ? [{ target: 'https://other.example/<b>', status: 'sent', reason: null, at: minutesAgo(3) }]
          : [],
    }),
    'GET /outbox': () => ({ body: outbox }),
    'GET /digests/next': () => ({ body: sampleDigest }),
    'POST /outbox/retry'() {
      outbox = { ...outbox, parked: 0, entries: [] }
      return { body: { retried: 1 } }
    },
    'GET /newsletters/:id'({ params: { id } }) {
      assertPost(id)
      return { body: newsletter }
    },
    'POST /newsletters/:id/test'({ params: { id } }) {
      assertPost(id)
      return { body: { status: 'check-your-mail' } }
    },
    'POST /newsletters/:id/send'({ params: { id } }) {
      assertPost(id)
      if (newsletter.sentAt !== null)
        throw new Problem('conflict', { detail: 'This post was sent as a newsletter before.' })
      newsletter.sentAt = minutesAgo(0)
      return { body: { receivers: newsletter.receivers }, position: 1001 }
    },
  }
}

const assertToken = (token: string): void => {
  if (token !== 'right') throw new Problem('forbidden', { detail: 'This link is not valid.' })
}

/** Notifications, as far as pages ask them. */
export const createFakeNotifications = () => {
  let preferences: NotificationPreferences = initialPreferences
  let version = 0
  const change = (changes: Partial<NotificationPreferences>): void => {
    preferences = { ...preferences, ...changes }
    version++
  }
  /** Another page mutes this post right before the one with the next number is muted. */
  const mutedMeanwhile = idOf(2)
  const inbox = sampleNotes()
  const answerOf = () => ({ ...preferences, isMailEnded: false, mailConnected: true, devices: 0 })
  const reply = answering(notificationEndpoints, {
    ...createMailing(),
    'GET /inbox': () => ({ body: inbox }),
    // With it a browser asks no more.
    'GET /inbox/changes': () => ({ status: 204 }),
    'POST /inbox/read'({ body }) {
      inbox.unread = 0
      return { body }
    },
    'GET /preferences': () => ({ body: answerOf(), version }),
    'PUT /preferences'({ body, headers }) {
      const { mutedPosts } = preferences
      if (body.mutedPosts?.includes(idOf(3)) && !mutedPosts.includes(mutedMeanwhile))
        change({ mutedPosts: [...mutedPosts, mutedMeanwhile] })
      assertVersion(headers, version)
      change(defined(body))
      return { body: answerOf(), version }
    },
    'POST /mail-subscriptions': () => ({ body: { status: 'check-your-mail' } }),
    'POST /mail-subscriptions/confirm'({ body: { token } }) {
      assertToken(token)
      return { body: { status: 'confirmed' } }
    },
    'POST /unsubscribe'({ query: { token } }) {
      assertToken(token)
      return { body: { status: 'unsubscribed' } }
    },
  })
  return { reply, preferences: () => preferences }
}
