import { initialPreferences, type NotificationPreferences } from '@logbook/contracts/events/notifications.ts'
import type { InboxAnswer } from '@logbook/contracts/http/notifications.ts'
import { problem } from './fake-comments.ts'
import type { Asked, Reply } from './fake-services.ts'
import { idOf, minutesAgo } from './sample-blog.ts'

const sampleNotes = (): InboxAnswer => ({
  unread: 1,
  notes: [
    {
      ...{ position: 42, kind: 'reply', at: minutesAgo(5), person: null, isRead: false },
      post: { id: idOf(1), slug: 'the-heron-stood-still', title: 'The heron' },
      comment: { id: idOf(77), author: 'Ada', excerpt: 'So it <b>did</b>.', status: 'approved' },
    },
  ],
})

/** Notifications, as far as pages ask them. */
export const createFakeNotifications = () => {
  let preferences: NotificationPreferences = initialPreferences
  const inbox = sampleNotes()
  const answerOf = () => ({ ...preferences, isMailEnded: false, mailConnected: true, devices: 0 })
  const reply = ({ method, url, body }: Asked): Reply => {
    const at = `${method} ${url.pathname}`
    if (at === 'GET /inbox') return { body: inbox }
    if (at === 'POST /inbox/read') {
      inbox.unread = 0
      return { body }
    }
    if (at === 'GET /preferences') return { body: answerOf() }
    if (at === 'PUT /preferences') {
      if (body.timeZone === 'Nowhere')
        return problem(422, 'invalid', { errors: [{ path: 'timeZone', message: 'must be a time zone' }] })
      preferences = { ...preferences, ...body }
      return { body: answerOf() }
    }
    if (at === 'POST /mail-subscriptions') return { status: 202, body: { status: 'check-your-mail' } }
    const token = body.token ?? url.searchParams.get('token')
    if (token !== 'right') return problem(403, 'forbidden', { detail: 'This link is not valid.' })
    return { body: { status: 'done' } }
  }
  return { reply, preferences: () => preferences }
}
