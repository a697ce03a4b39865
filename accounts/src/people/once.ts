import { createHmac, timingSafeEqual } from 'node:crypto'
import { type Clock, earliest } from '@logbook/chassis/clock.ts'
import type { Idempotency } from '@logbook/chassis/command/command.ts'
import type { Database } from '@logbook/chassis/files/sqlite.ts'
import type { Ids } from '@logbook/chassis/ids.ts'
import { Problem } from '@logbook/chassis/problem.ts'
import { limits } from '../limits.ts'
import { newSecret } from '../secrets/secret.ts'

/** The id and the secret of a thing to create. The secret has 43 characters of base64url. */
export interface Making {
  id: string
  secret: string
}

interface Ways<Made> {
  /** Creates it. */
  make: (making: Making) => Made
  /** What an earlier request created, as it is now; undefined where it is gone, or has another secret. */
  find: (making: Making) => Made | undefined
}

interface Row {
  fingerprint: Buffer
  made: string
}

export type Once = ReturnType<typeof createOnce>

/**
 * Creates a thing with a secret once for each Idempotency-Key. Only a hash of the secret is stored: the secret is derived from the key
 * and a secret of this service, so that a retry gets the same answer.
 */
export const createOnce = ({
  db,
  clock,
  ids,
  secret,
}: {
  db: Database
  clock: Clock
  ids: Ids
  secret: Buffer
}) => {
  const read = db.prepare<[string], Row>('SELECT fingerprint, made FROM made_once WHERE id = ?')
  const insert = db.prepare<[string, Buffer, string, string]>(
    'INSERT INTO made_once (id, fingerprint, made, at) VALUES (?, ?, ?, ?)',
  )
  const forget = db.prepare<[string]>('DELETE FROM made_once WHERE at < ?')
  const mac = (...parts: string[]) => createHmac('sha256', secret).update(parts.join(' ')).digest()
  const secretOf = (key: string, id: string) => mac('secret', key, id).toString('base64url')

  const again = <Made>(row: Row, { id, digest }: Idempotency, { find }: Ways<Made>): Made => {
    // A MAC, not the digest itself, against which guessed addresses could be tried.
    if (!timingSafeEqual(row.fingerprint, mac('digest', digest)))
      throw new Problem('id-conflict', { detail: 'This Idempotency-Key was used for another request.' })
    const made = find({ id: row.made, secret: secretOf(id, row.made) })
    if (made !== undefined) return made
    throw new Problem('conflict', {
      detail: 'What this Idempotency-Key created no longer exists. Use another key to create it again.',
    })
  }

  const run = db.transaction(
    <Made>(key: Idempotency | undefined, ways: Ways<Made>): { made: Made; isNew: boolean } => {
      const id = ids.next()
      if (key === undefined) return { made: ways.make({ id, secret: newSecret() }), isNew: true }
      const row = read.get(key.id)
      if (row !== undefined) return { made: again(row, key, ways), isNew: false }
      insert.run(key.id, mac('digest', key.digest), id, clock.now().toISOString())
      return { made: ways.make({ id, secret: secretOf(key.id, id) }), isNew: true }
    },
  )

  return {
    /** Without a key, creates each time. Throws `id-conflict` where the key was used for another request, `conflict` where what it created is gone. */
    run: <Made>(key: Idempotency | undefined, ways: Ways<Made>) =>
      run.immediate(key, ways as Ways<unknown>) as { made: Made; isNew: boolean },
    /** Deletes keys that are older than `idempotencyDaysMax`. */
    forgetOld(): void {
      const before = earliest(clock) - limits.idempotencyDaysMax * 86_400_000
      forget.run(new Date(before).toISOString())
    },
  }
}
