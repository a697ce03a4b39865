import { Follower } from '@logbook/chassis/follow/follower.ts'
import type { Bus } from '@logbook/chassis/log/bus.ts'
import type { Logger } from '@logbook/chassis/log.ts'
import type { Database } from '@logbook/chassis/sqlite.ts'
import type { RecordedEvent } from '@logbook/contracts/envelope.ts'
import { decodeEvent, type LogbookEvent } from '@logbook/contracts/events/catalog.ts'
import { erasureSubject, userSubject } from '@logbook/contracts/events/users.ts'
import { z } from 'zod'
import type { Restored } from '../backup/restored.ts'
import type { Forgotten } from '../mail/mail.ts'
import type { Erasures } from './erasures.ts'

const toldTypes = ['UserErased', 'ErasureConfirmed', 'UserRoleChanged'] as const
type ToldType = (typeof toldTypes)[number]

type Followed =
  | { kind: 'sealed'; personId: string; position: number; id: string; type: string }
  | { kind: 'told'; event: LogbookEvent<ToldType> }

/** On any other stream it was not said by whoever may. */
const isOnItsStream = ({ type, subject, data }: LogbookEvent): boolean =>
  'id' in data && subject === (type === 'ErasureConfirmed' ? erasureSubject : userSubject)(data.id)

const sealedData = z.object({ sealed: z.object({ key: z.uuid() }) })

/** Of any event, whatever its type, whose key seals it; of ours, what they say. */
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
  const sealed = sealedData.safeParse(recorded.data)
  if (!sealed.success) return { kind: 'foreign' }
  const { position, id, type } = recorded
  return { kind: 'event', event: { kind: 'sealed', personId: sealed.data.sealed.key, position, id, type } }
}

/** Follows the log as it is, sealed: which event is sealed with whose key, who was erased, and who confirmed it. */
export const createFollower = ({
  bus,
  db,
  log,
  erasures,
  restored,
  onOtherLog,
}: {
  /** Not one that unseals. */
  bus: Bus
  db: Database
  log: Logger
  erasures: Erasures
  restored: Pick<Restored, 'followRole'>
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
    log,
    decode,
    beginAgain() {
      forgetTheLog()
      onOtherLog()
    },
    apply: (followed) => {
      if (followed.kind === 'sealed') {
        insert.run(followed.personId, followed.position, followed.id, followed.type)
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
