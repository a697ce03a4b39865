import { repeat } from '@logbook/chassis/async/repeat.ts'
import { createWakeSignal } from '@logbook/chassis/async/wake-signal.ts'
import { CommandHandler } from '@logbook/chassis/command/command-handler.ts'
import type { Database } from '@logbook/chassis/files/sqlite.ts'
import type { Ids } from '@logbook/chassis/ids.ts'
import type { Bus } from '@logbook/chassis/log/bus.ts'
import type { Logger } from '@logbook/chassis/logger.ts'
import { currentDataVersion } from '@logbook/contracts/events/upcast.ts'
import { userSubject } from '@logbook/contracts/events/users.ts'
import {
  type CurrentUser,
  decide,
  decodeUser,
  evolve,
  type PublishedUser,
  type UserEvent,
  unpublishedUser,
} from '../domain/user.ts'
import { limits } from '../limits.ts'

/** The streams of people in the log. */
export const createUsers = ({ bus, ids, source }: { bus: Bus; ids: Ids; source: string }) =>
  new CommandHandler({
    ...{ bus, ids, source, dataVersion: currentDataVersion },
    ...{ initial: unpublishedUser, evolve, decode: decodeUser },
  })

export interface UserPublisher {
  start(): void
  /** A person changed: publish soon. */
  wake(): void
  /** Publishes a change of one person at once, and resolves with its position; undefined where it is published later. */
  publish(personId: string): Promise<number | undefined>
  status(): { unannounced: number; fault: string | null }
  stop(): Promise<void>
}

interface Options {
  db: Database
  logger: Logger
  users: CommandHandler<PublishedUser, UserEvent>
}

interface PersonRow {
  id: string
  name: string
  picture: string | null
  role: 'reader' | 'moderator' | 'author' | 'owner'
  roleBy: string | null
  createdAt: string
}
interface ErasureRow {
  person_id: string
  erased_at: string
  by: string | null
}

const unannounced = `FROM user LEFT JOIN announced ON announced.person_id = user.id
  WHERE emailVerified = 1 AND (announced.name IS NOT user.name OR announced.role IS NOT user.role
    OR announced.picture IS NOT user.image)`

const statements = (db: Database) => ({
  people: db.prepare<[number], PersonRow>(
    `SELECT user.id, user.name, user.image AS picture, user.role, user.roleBy, user.createdAt ${unannounced} ORDER BY user.id LIMIT ?`,
  ),
  person: db.prepare<[string], PersonRow>(
    `SELECT user.id, user.name, user.image AS picture, user.role, user.roleBy, user.createdAt ${unannounced} AND user.id = ?`,
  ),
  erasures: db.prepare<[number], ErasureRow>(
    'SELECT person_id, erased_at, by FROM erasure WHERE announced = 0 ORDER BY person_id LIMIT ?',
  ),
  personDone: db.prepare<[string, string, string, string | null, string]>(
    // Not for a person who was erased while this was under way.
    `INSERT INTO announced (person_id, name, role, picture) SELECT ?, ?, ?, ? WHERE EXISTS (SELECT 1 FROM user WHERE id = ?)
       ON CONFLICT (person_id) DO UPDATE SET name = excluded.name, role = excluded.role, picture = excluded.picture`,
  ),
  erasureDone: db.prepare<[string]>('UPDATE erasure SET announced = 1 WHERE person_id = ?'),
  count: db
    .prepare<[], number>(
      `SELECT (SELECT count(*) ${unannounced}) + (SELECT count(*) FROM erasure WHERE announced = 0)`,
    )
    .pluck(),
})

/**
 * Publishes changes of people to the log. The accounts file is the source of truth; the log follows it.
 * Each stream is read before it is appended to, so that a change is published once, also after a crash.
 */
export const createUserPublisher = ({ db, logger, users }: Options): UserPublisher => {
  const sql = statements(db)
  const stopping = new AbortController()
  const signal = createWakeSignal()
  let fault: string | null = null
  let running: Promise<void> = Promise.resolve()

  const publish = (user: CurrentUser) =>
    users.handle({ subject: userSubject(user.id), decide: (published) => decide(published, user) })

  const publishPerson = async (row: PersonRow): Promise<number> => {
    const { id, name, picture, role, roleBy, createdAt: registeredAt } = row
    const { position } = await publish({ kind: 'person', id, name, picture, role, roleBy, registeredAt })
    sql.personDone.run(id, name, role, picture, id)
    return position
  }

  /** Publishes one page, erasures first: they are more urgent than names. Resolves with how many were published. */
  const publishPage = async (): Promise<number> => {
    const erasures = sql.erasures.all(limits.publishPageMax)
    for (const { person_id: id, erased_at: erasedAt, by } of erasures) {
      await publish({ kind: 'erased', id, erasedAt, by })
      sql.erasureDone.run(id)
    }
    const people = sql.people.all(limits.publishPageMax)
    for (const person of people) await publishPerson(person)
    return erasures.length + people.length
  }

  const turn = async (progressed: () => void): Promise<void> => {
    const { wakes } = signal
    const published = await publishPage()
    progressed()
    fault = null
    if (published === 0) await signal.next({ signal: stopping.signal, wakes })
  }

  const run = () =>
    repeat(turn, {
      ...{ signal: stopping.signal, backoffMs: limits.publishRetryMs },
      onFailure(error, failures) {
        fault = error instanceof Error ? error.message : String(error)
        if (failures === 0) logger.warn({ err: error }, 'changes of people could not be published; retrying')
      },
    })

  return {
    start: () => {
      running = run()
    },
    wake: signal.wake,
    async publish(personId) {
      try {
        const row = sql.person.get(personId)
        return row && (await publishPerson(row))
      } catch {
        // The log is away: the next turn reports it and tries again.
        signal.wake()
        return undefined
      }
    },
    status: () => ({ unannounced: sql.count.get() ?? 0, fault }),
    async stop() {
      stopping.abort()
      await running
    },
  }
}
