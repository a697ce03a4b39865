import { backoff, pause } from '@logbook/chassis/async/pause.ts'
import type { CommandHandler } from '@logbook/chassis/command/command-handler.ts'
import type { Database } from '@logbook/chassis/files/sqlite.ts'
import type { Logger } from '@logbook/chassis/logger.ts'
import { userSubject } from '@logbook/contracts/events/users.ts'
import { decide, type Told, type Truth, type UserEvent } from '../domain/user.ts'
import { limits } from '../limits.ts'

export interface Announcer {
  start(): void
  /** Something changed: compare soon. */
  wake(): void
  status(): { unannounced: number; fault: string | null }
  stop(): Promise<void>
}

interface Options {
  db: Database
  logger: Logger
  users: CommandHandler<Told, UserEvent>
}

interface PersonRow {
  id: string
  name: string
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
  WHERE emailVerified = 1 AND (announced.name IS NOT user.name OR announced.role IS NOT user.role)`

const statements = (db: Database) => ({
  people: db.prepare<[number], PersonRow>(
    `SELECT user.id, user.name, user.role, user.roleBy, user.createdAt ${unannounced} ORDER BY user.id LIMIT ?`,
  ),
  erasures: db.prepare<[number], ErasureRow>(
    'SELECT person_id, erased_at, by FROM erasure WHERE announced = 0 ORDER BY person_id LIMIT ?',
  ),
  personDone: db.prepare<[string, string, string, string]>(
    // Not of a person who was erased while this was under way.
    `INSERT INTO announced (person_id, name, role) SELECT ?, ?, ? WHERE EXISTS (SELECT 1 FROM user WHERE id = ?)
       ON CONFLICT (person_id) DO UPDATE SET name = excluded.name, role = excluded.role`,
  ),
  erasureDone: db.prepare<[string]>('UPDATE erasure SET announced = 1 WHERE person_id = ?'),
  count: db
    .prepare<[], number>(
      `SELECT (SELECT count(*) ${unannounced}) + (SELECT count(*) FROM erasure WHERE announced = 0)`,
    )
    .pluck(),
})

/**
 * Tells the log what it has not been told of people. This service's file is the truth; nothing is written to both at once.
 * Each stream is read before it is written, so that whatever happened in between, the log is told once.
 */
export const createAnnouncer = ({ db, logger, users }: Options): Announcer => {
  const sql = statements(db)
  const stopping = new AbortController()
  let fault: string | null = null
  let running: Promise<void> = Promise.resolve()
  let wakeUp = () => {}
  let woken = false

  const tell = (truth: Truth) =>
    users.handle({ subject: userSubject(truth.id), decide: (told) => decide(told, truth) })

  /** Erasures first: nobody waits for a name as somebody may for these. */
  const tellSome = async (): Promise<number> => {
    const erasures = sql.erasures.all(limits.announcePageMax)
    for (const { person_id: id, erased_at: erasedAt, by } of erasures) {
      await tell({ kind: 'erased', id, erasedAt, by })
      sql.erasureDone.run(id)
    }
    const people = sql.people.all(limits.announcePageMax)
    for (const { id, name, role, roleBy, createdAt: registeredAt } of people) {
      await tell({ kind: 'person', id, name, role, roleBy, registeredAt })
      sql.personDone.run(id, name, role, id)
    }
    return erasures.length + people.length
  }

  const untilWoken = () =>
    new Promise<void>((resolve) => {
      if (woken || stopping.signal.aborted) return resolve()
      wakeUp = resolve
      stopping.signal.addEventListener('abort', () => resolve(), { once: true })
    })

  const run = async () => {
    for (let failures = 0; !stopping.signal.aborted; )
      try {
        woken = false
        if ((await tellSome()) === 0) await untilWoken()
        failures = 0
        fault = null
      } catch (error) {
        fault = error instanceof Error ? error.message : String(error)
        if (failures === 0) logger.warn({ err: error }, 'the log could not be told of people; it will be')
        await pause(backoff(limits.announceRetryMs, failures++), stopping.signal)
      }
  }

  return {
    start: () => {
      running = run()
    },
    wake: () => {
      woken = true
      wakeUp()
    },
    status: () => ({ unannounced: sql.count.get() ?? 0, fault }),
    async stop() {
      stopping.abort()
      await running
    },
  }
}
