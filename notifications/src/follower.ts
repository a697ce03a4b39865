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
import { source } from './log/source.ts'
import type { Outbox } from './outbox/outbox.ts'
import { createFold } from './read-model/apply.ts'
import { personEraser } from './read-model/erase-person.ts'
import { followedTypes } from './read-model/followed.ts'
import { inboxOf } from './read-model/inbox.ts'
import { knownOf } from './read-model/known-rows.ts'

export interface FollowerOptions {
  bus: Bus
  db: Database
  logger: Logger
  clock: Clock
  outbox: Outbox
  hooks: readonly HookName[]
  /** What counts until the settings are changed for the first time. */
  initial: BlogSettings
  forget: () => void
  onOtherLog: () => void
  /** After a commit: people who have something new in their inbox. */
  onNews: (personIds: readonly string[]) => void
}

/** Whether the log was read to its end once: before that all is history, of which nobody is told. */
const livenessOf = (db: Database) => {
  const since = db.prepare<[], number>('SELECT since FROM live').pluck()
  const begin = db.prepare<[number]>('INSERT INTO live (one, since) VALUES (1, ?) ON CONFLICT DO NOTHING')
  let isLive = since.get() !== undefined
  return {
    get isLive() {
      return isLive
    },
    begin(position: number): void {
      if (isLive) return
      begin.run(position)
      isLive = true
    },
  }
}

/**
 * Follows the log into what notifications knows, and puts into the outbox what is to be sent. That is decided by what was known right
 * before an event; the outbox has it before the page is committed, so that a crash in between finds it there.
 */
export const createFollowing = (options: FollowerOptions) => {
  const { bus, db, logger, clock, outbox, hooks, initial, forget, onOtherLog, onNews } = options
  const known = knownOf(db, initial)
  const inbox = inboxOf(db, known)
  const fold = createFold(db)
  const liveness = livenessOf(db)
  const erase = personEraser(db)
  let effects: Effect[] = []
  let notices: Notice[] = []

  const apply = (event: LogbookEvent): void => {
    const due = noticesOf(event, known, hooks)
    fold(event)
    inbox.add(due)
    if (!liveness.isLive) return
    notices.push(...due)
    effects.push(...effectsOf(due, known))
  }

  const follower = new Follower<LogbookEvent>({
    ...{ name: 'notifications', bus, db, logger, apply, onOtherLog },
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
      },
      end() {
        if (effects.length > 0) outbox.add(effects)
      },
    },
    onCommit({ position, caughtUp }) {
      if (!caughtUp) return
      liveness.begin(position)
      const people = notices.flatMap(({ receiver }) => (receiver.kind === 'person' ? [receiver.id] : []))
      onNews([...new Set(people)])
    },
  })
  return { follower, known, inbox }
}
