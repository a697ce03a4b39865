import { initialPreferences, type NotificationPreferences } from '@logbook/contracts/events/notifications.ts'
import type { DigestAnswer } from '@logbook/contracts/http/digest.ts'
import type {
  InboxAnswer,
  NewsletterAnswer,
  OutboxAnswer,
  SubscribersAnswer,
} from '@logbook/contracts/http/notifications.ts'
import { problem } from './fake-comments.ts'
import type { Asked, Reply } from './fake-services.ts'
import { idOf, minutesAgo } from './sample-blog.ts'

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
const createFakeMailing = () => {
  let outbox = sampleParked()
  const newsletter = sampleNewsletter()
  return ({ method, url }: Asked): Reply | undefined => {
    const at = `${method} ${url.pathname}`
    if (at === 'GET /subscribers') return { body: sampleSubscribers }
    if (at === `GET /mentions/${idOf(3)}`)
      return {
        body: [{ target: 'https://other.example/<b>', status: 'sent', reason: null, at: minutesAgo(3) }],
      }
    if (at === 'GET /outbox') return { body: outbox }
    if (at === 'GET /digests/next') return { body: sampleDigest }
    if (at === 'POST /outbox/retry') {
      outbox = { ...outbox, parked: 0, entries: [] }
      return { body: { retried: 1 } }
    }
    if (at === `GET /newsletters/${idOf(1)}`) return { body: newsletter }
    if (at === `POST /newsletters/${idOf(1)}/test`)
      return { status: 202, body: { status: 'check-your-mail' } }
    if (at === `POST /newsletters/${idOf(1)}/send`) {
      if (newsletter.sentAt !== null)
        return problem(409, 'conflict', { detail: 'This post was sent as a newsletter before.' })
      newsletter.sentAt = minutesAgo(0)
      return { status: 202, headers: { Position: '1001' }, body: { receivers: newsletter.receivers } }
    }
    return url.pathname.startsWith('/newsletters/') ? problem(404, 'not-found') : undefined
  }
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
  const mailing = createFakeMailing()
  const answerOf = () => ({ ...preferences, isMailEnded: false, mailConnected: true, devices: 0 })
  const reply = (asked: Asked): Reply => {
    const { method, url, body, headers } = asked
    const ofOwner = mailing(asked)
    if (ofOwner !== undefined) return ofOwner
    const at = `${method} ${url.pathname}`
    if (at === 'GET /inbox') return { body: inbox }
    // With it a browser asks no more.
    if (at === 'GET /inbox/changes') return { status: 204 }
    if (at === 'POST /inbox/read') {
      inbox.unread = 0
      return { body }
    }
    if (at === 'GET /preferences') return { headers: { ETag: `"${version}"` }, body: answerOf() }
    if (at === 'PUT /preferences') {
      if (body.timeZone === 'Nowhere')
        return problem(422, 'invalid', { errors: [{ path: 'timeZone', message: 'must be a time zone' }] })
      if (Array.isArray(body.mutedPosts) && body.mutedPosts.includes('wrong'))
        return problem(422, 'invalid', { errors: [{ path: 'mutedPosts.0', message: 'must be an id' }] })
      const { mutedPosts } = preferences
      const isRaced = Array.isArray(body.mutedPosts) && body.mutedPosts.includes(idOf(3))
      if (isRaced && !mutedPosts.includes(mutedMeanwhile))
        change({ mutedPosts: [...mutedPosts, mutedMeanwhile] })
      const ifMatch = headers['if-match'] ?? '*'
      if (ifMatch !== '*' && ifMatch !== `"${version}"`) return problem(412, 'precondition-failed')
      change(body)
      return { body: answerOf() }
    }
    if (at === 'POST /mail-subscriptions') return { status: 202, body: { status: 'check-your-mail' } }
    const token = body.token ?? url.searchParams.get('token')
    if (token !== 'right') return problem(403, 'forbidden', { detail: 'This link is not valid.' })
    return { body: { status: 'done' } }
  }
  return { reply, preferences: () => preferences }
}
