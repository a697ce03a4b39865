import type { LogbookEvent } from '@logbook/contracts/events/catalog.ts'
import type { HookName, Notice, NoticeKind } from './notice.ts'

type About = Partial<Pick<Notice, 'postId' | 'commentId' | 'personId' | 'mediumId'>>

export interface Notifier {
  people(kind: NoticeKind, ids: readonly (string | null)[], about: About): Notice[]
  subscriptions(kind: NoticeKind, ids: readonly string[], about: About): Notice[]
  hooks(kind: NoticeKind, about: About): Notice[]
}

/** Makes the notices of an event. */
export const createNotifier = (event: LogbookEvent, hooks: readonly HookName[]): Notifier => {
  const notice = (kind: NoticeKind, receiver: Notice['receiver'], about: About): Notice => ({
    ...{ kind, receiver, eventId: event.id, position: event.position, at: event.time },
    ...{ postId: null, commentId: null, personId: null, mediumId: null, ...about },
  })
  return {
    people: (kind, ids, about) =>
      [...new Set(ids)].flatMap((id) => (id === null ? [] : [notice(kind, { kind: 'person', id }, about)])),
    subscriptions: (kind, ids, about) =>
      [...new Set(ids)].map((id) => notice(kind, { kind: 'subscription', id }, about)),
    hooks: (kind, about) => hooks.map((id) => notice(kind, { kind: 'hook', id }, about)),
  }
}
