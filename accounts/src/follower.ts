import type { Database } from '@logbook/chassis/files/sqlite.ts'
import { Follower } from '@logbook/chassis/follow/follower.ts'
import type { Bus } from '@logbook/chassis/log/bus.ts'
import type { Logger } from '@logbook/chassis/logger.ts'
import type { RecordedEvent } from '@logbook/contracts/envelope.ts'
import { decodeEvent, type LogbookEvent } from '@logbook/contracts/events/catalog.ts'
import { erasureSubject, userSubject } from '@logbook/contracts/events/users.ts'
import { z } from 'zod'
import type { Restored } from './backup/restored.ts'
import type { Erasures } from './erasure/erasures.ts'
import type { Forgotten } from './mail/mail.ts'
import { type BlogTitle, titleIn } from './storage/blog-title.ts'

const toldTypes = ['UserErased', 'ErasureConfirmed', 'UserRoleChanged'] as const
type ToldType = (typeof toldTypes)[number]

interface Sealed {
  personId: string
  position: number
  id: string
  type: string
}

type Followed =
  /** What is noted of an event that is another service's: whose key seals it, and what it calls the blog. */
  | { kind: 'noted'; sealed: Sealed | undefined; title: string | undefined }
  | { kind: 'told'; event: LogbookEvent<ToldType> }

/** On any other stream it was not said by whoever may. */
const isOnItsStream = ({ type, subject, data }: LogbookEvent): boolean =>
  'id' in data && subject === (type === 'ErasureConfirmed' ? erasureSubject : userSubject)(data.id)

const sealedData = z.object({ sealed: z.object({ key: z.uuid() }) })

const sealedIn = ({ data, position, id, type }: RecordedEvent): Sealed | undefined => {
  const read = sealedData.safeParse(data)
  return read.success ? { personId: read.data.sealed.key, position, id, type } : undefined
}

/** Of any event, whatever its type, whose key seals it; of ours, what they say; of the settings, the title. */
const decode = (
  recorded: RecordedEvent,
): { kind: 'event'; event: Followed } | { kind: 'foreign' } | { kind: 'unreadable'; reason: string } => {
  if (toldTypes.some((type) => type === recorded.type)) {
    const decoded = decodeEvent(recorded)
    if (decoded.kind === 'event' && !isOnItsStream(decoded.event)) return { kind: 'foreign' }
    return decoded.kind === 'event'
      ? {
          kind: 'event',
          event: { kind: 'told', event: decoded.event as LogbookEvent<ToldType> },
        }
      : decoded
  }
  const [sealed, title] = [sealedIn(recorded), titleIn(recorded)]
  if (sealed === undefined && title === undefined) return { kind: 'foreign' }
  return { kind: 'event', event: { kind: 'noted', sealed, title } }
}

/** Follows the log as it is, sealed: which event is sealed with whose key, who was erased, who confirmed it, and what the blog is called. */
export const createFollower = ({
  bus,
  db,
  logger,
  erasures,
  restored,
  blogTitle,
  onOtherLog,
}: {
  /** Not one that unseals. */
  bus: Bus
  db: Database
  logger: Logger
  erasures: Erasures
  restored: Pick<Restored, 'followRole'>
  blogTitle: Pick<BlogTitle, 'follow' | 'forget'>
  /** The log is another one: what it has lost is to be said again. */
  onOtherLog: () => void
}): Follower<Followed> => {
  const insert = db.prepare<[string, number, string, string]>(
    'INSERT OR IGNORE INTO person_event (person_id, position, id, type) VALUES (?, ?, ?, ?)',
  )
  const forgetTheLog = forgettingTheLog(db)
  let toSweep: Forgotten[] = []
  return new Follower<Followed>({
    name: 'accounts',
    bus,
    db,
    logger,
    decode,
    beginAgain() {
      forgetTheLog()
      blogTitle.forget()
      onOtherLog()
    },
    apply: (followed) => {
      if (followed.kind === 'noted') {
        const { sealed, title } = followed
        if (sealed) insert.run(sealed.personId, sealed.position, sealed.id, sealed.type)
        if (title !== undefined) blogTitle.follow(title)
        return
      }
      const { type, data } = followed.event
      if (type === 'ErasureConfirmed') erasures.confirm(data.id, data.service, data.confirmedAt)
      else if (type === 'UserRoleChanged') restored.followRole(data.id, data.role, data.by)
      else toSweep.push(erasures.follow(data.id, data.erasedAt, data.by))
    },
    onCommit: () => {
      if (toSweep.length === 0) return
      erasures.sweep(toSweep)
      toSweep = []
    },
  })
}

/**
 * Forgets what another log said, and what was said to it: which event is sealed with whose key, who confirmed an erasure, and of
 * whom the log was told. What this file itself knows stays, erasures above all.
 */
const forgettingTheLog = (db: Database): (() => void) => {
  const statements = [
    'DELETE FROM person_event',
    'DELETE FROM erasure_confirmed',
    'DELETE FROM announced',
    'UPDATE erasure SET announced = 0',
  ].map((text) => db.prepare(text))
  return () => {
    for (const statement of statements) statement.run()
  }
}
