import type { Database } from '@logbook/chassis/files/sqlite.ts'
import type { Decode } from '@logbook/chassis/follow/decode.ts'
import { Follower } from '@logbook/chassis/follow/follower.ts'
import type { Bus } from '@logbook/chassis/log/bus.ts'
import type { Logger } from '@logbook/chassis/logger.ts'
import type { RecordedEvent } from '@logbook/contracts/envelope.ts'
import type { LogbookEvent } from '@logbook/contracts/events/catalog.ts'
import { decodeOf } from '@logbook/contracts/events/decode.ts'
import { z } from 'zod'
import type { RestoreState } from './backup/restored.ts'
import type { Erasures } from './erasure/erasures.ts'
import type { Forgotten } from './mail/mail.ts'
import { type BlogTitle, titleIn } from './storage/blog-title.ts'

const decodeOwn = decodeOf(['UserErased', 'ErasureConfirmed', 'UserRoleChanged'])

interface Sealed {
  personId: string
  position: number
  id: string
  type: string
}

type Followed =
  /** What is read of another service's event: whose key seals it, the title of the blog in it, and the medium that it removed. */
  | { kind: 'other'; sealed: Sealed | undefined; title: string | undefined; removed: string | undefined }
  | { kind: 'own'; event: LogbookEvent<'UserErased' | 'ErasureConfirmed' | 'UserRoleChanged'> }

const sealedData = z.object({ sealed: z.object({ key: z.uuid() }) })

const sealedIn = ({ data, position, id, type }: RecordedEvent): Sealed | undefined => {
  const read = sealedData.safeParse(data)
  return read.success ? { personId: read.data.sealed.key, position, id, type } : undefined
}

const removedData = z.object({ id: z.uuid() })

const removedIn = ({ type, data }: RecordedEvent): string | undefined =>
  type === 'MediaRemoved' ? removedData.safeParse(data).data?.id : undefined

/** Reads from any event whose key seals it, from own events their data, from settings the title, from media what is gone. */
const decode: Decode<Followed> = (recorded) => {
  const own = decodeOwn(recorded)
  if (own.kind === 'event') return { kind: 'event', event: { kind: 'own', event: own.event } }
  if (own.kind === 'unreadable') return own
  const [sealed, title, removed] = [sealedIn(recorded), titleIn(recorded), removedIn(recorded)]
  if (sealed === undefined && title === undefined && removed === undefined) return own
  return { kind: 'event', event: { kind: 'other', sealed, title, removed } }
}

/** Follows the sealed log: whose key seals which event, erasures and their confirmations, the title of the blog, and removed media. */
export const createFollower = ({
  bus,
  db,
  logger,
  erasures,
  restored,
  blogTitle,
  onPictureGone,
  onOtherLog,
}: {
  /** A bus that does not unseal. */
  bus: Bus
  db: Database
  logger: Logger
  erasures: Erasures
  restored: Pick<RestoreState, 'followRole'>
  blogTitle: Pick<BlogTitle, 'follow' | 'forget'>
  /** A medium was removed, which somebody may show as their portrait. */
  onPictureGone: (mediumId: string) => void
  /** Called where the log is another one, which may lack what was published. */
  onOtherLog: () => void
}): Follower<Followed> => {
  const insert = db.prepare<[string, number, string, string]>(
    'INSERT OR IGNORE INTO person_event (person_id, position, id, type) VALUES (?, ?, ?, ?)',
  )
  const forgetTheLog = createForgetLog(db)
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
      if (followed.kind === 'other') {
        const { sealed, title, removed } = followed
        if (sealed) insert.run(sealed.personId, sealed.position, sealed.id, sealed.type)
        if (title !== undefined) blogTitle.follow(title)
        if (removed !== undefined) onPictureGone(removed)
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
 * Returns a function that deletes what was read from, or published to, another log: the index of sealed events, confirmations of
 * erasures, and which people are published. Erasures themselves stay.
 */
const createForgetLog = (db: Database): (() => void) => {
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
