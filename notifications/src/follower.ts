import type { Clock } from '@logbook/chassis/clock.ts'
import type { Database } from '@logbook/chassis/files/sqlite.ts'
import { Follower } from '@logbook/chassis/follow/follower.ts'
import type { Bus } from '@logbook/chassis/log/bus.ts'
import type { Logger } from '@logbook/chassis/logger.ts'
import type { LogbookEvent } from '@logbook/contracts/events/catalog.ts'
import { decodeOf } from '@logbook/contracts/events/decode.ts'
import type { BlogSettings } from '@logbook/contracts/events/settings.ts'
import { erasureEventsFor } from '@logbook/contracts/personal.ts'
import type { Effect, HookName, Notice } from './domain/notice.ts'
import { effectsOf, noticesOf } from './domain/policy.ts'
import { digestDue } from './domain/timing.ts'
import { source } from './log/source.ts'
import { createNews } from './outbox/news.ts'
import type { Outbox } from './outbox/outbox.ts'
import { createApply } from './read-model/apply.ts'
import { personEraser } from './read-model/erase-person.ts'
import { followedTypes } from './read-model/followed.ts'
import { createInbox } from './read-model/inbox.ts'
import { viewOf } from './read-model/view.ts'
import { linksToTell } from './webmention/changed-links.ts'
import { changedFeeds, type Feed, feedsToTell } from './websub/changed-feeds.ts'
import type { Hub } from './websub/hub.ts'

export interface FollowerOptions {
  bus: Bus
  db: Database
  logger: Logger
  clock: Clock
  outbox: Outbox
  hub: Pick<Hub, 'change'>
  hooks: readonly HookName[]
  /** The settings until they are changed for the first time. */
  initial: BlogSettings
  forget: () => void
  onOtherLog: () => void
  /** Called after a commit that reached `position` with the ids of people whose inbox has new notes, or was read. */
  onNewNotices: (personIds: readonly string[], position: number) => void
}

/** False for a digest that was due before this outbox began: the one before it may have sent it. */
const isOwnToSend = (event: LogbookEvent, sinceMs: number): boolean =>
  event.type !== 'DigestIssued' ||
  digestDue(Date.parse(event.data.issuedAt), event.data.timeZone).dueMs >= sinceMs

/**
 * Follows the log into the view, and puts messages to send into the outbox. They are decided by the view right before an event. The
 * outbox has them before the view is committed, so that a crash in between loses none.
 */
export const createNotificationsFollower = (options: FollowerOptions) => {
  const { bus, db, logger, clock, outbox, hub, hooks, initial, forget, onOtherLog, onNewNotices } = options
  const view = viewOf(db, initial)
  const inbox = createInbox(db, view)
  const applyToTables = createApply(db)
  const news = createNews({ db, outbox, agreed: bus.agreed, clock, logger })
  const erase = personEraser(db)
  let effects: Effect[] = []
  let notices: Notice[] = []
  let readBy: string[] = []
  let changed: { feeds: readonly Feed[]; event: LogbookEvent }[] = []

  const apply = (event: LogbookEvent): void => {
    const due = noticesOf(event, view, hooks)
    const isNews = news.isNews(event)
    const feeds = isNews ? changedFeeds(event, view) : []
    const told = isNews ? [...linksToTell(event, view), ...feedsToTell(feeds, event, view)] : []
    applyToTables(event)
    inbox.add(due)
    if (event.type === 'InboxRead') readBy.push(event.data.id)
    if (!isNews) return
    notices.push(...due)
    if (isOwnToSend(event, news.sinceMs())) effects.push(...effectsOf(due, view), ...told)
    if (feeds.length > 0) changed.push({ feeds, event })
  }

  const follower = new Follower<LogbookEvent>({
    ...{ name: 'notifications', bus, db, logger, apply },
    onOtherLog() {
      outbox.told.forgetLog()
      onOtherLog()
    },
    ...{ types: followedTypes, decode: decodeOf(followedTypes) },
    erasure: {
      ...{ events: erasureEventsFor('notifications'), source, clock, forget },
      others: [{ db: outbox.db, position: () => Number.MAX_SAFE_INTEGER }],
      purge({ personId }) {
        effects = effects.filter(({ receiver }) => receiver.id !== personId)
        const wasWaiting = outbox.forget(personId)
        return erase(personId) || wasWaiting
      },
    },
    batch: {
      begin() {
        effects = []
        notices = []
        readBy = []
        changed = []
      },
      end() {
        if (effects.length > 0) news.add(effects)
        for (const { feeds, event } of changed) hub.change(feeds, event)
      },
    },
    onCommit({ position, caughtUp }) {
      if (!caughtUp) return
      news.caughtUp(position)
      const people = notices.flatMap(({ receiver }) => (receiver.kind === 'person' ? [receiver.id] : []))
      onNewNotices([...new Set([...people, ...readBy])], position)
    },
  })
  if (follower.position === 0) news.readsAll()
  return { follower, view, inbox }
}
