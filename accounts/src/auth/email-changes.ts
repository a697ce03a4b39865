import { type Clock, earliest, latest } from '@logbook/chassis/clock.ts'
import type { Database } from '@logbook/chassis/files/sqlite.ts'
import { decodeJwt } from 'jose'
import { z } from 'zod'
import { limits } from '../limits.ts'
import { secretHash } from '../secrets/secret.ts'

/** What the library's token for another address says; whether it is one of the library's is for the library to say. */
const changeClaims = z.object({ email: z.string(), updateTo: z.string() })

/** From which address to which; undefined for a token that confirms an address of a new account, or is none. */
export const changeIn = (token: string): { from: string; to: string } | undefined => {
  try {
    const { email: from, updateTo: to } = changeClaims.parse(decodeJwt(token))
    return { from, to }
  } catch {
    return undefined
  }
}

/**
 * Which link may change whose address. The library's own could be opened again and again, by whoever has it, and would be taken for
 * whoever has the former address by then. The new address itself is in the link alone.
 */
export const emailChangesOf = ({ db, clock }: { db: Database; clock: Clock }) => {
  const begin = db.prepare<[string, Buffer, string]>(
    'INSERT OR REPLACE INTO email_change (person_id, hash, expires_at) VALUES (?, ?, ?)',
  )
  const spend = db
    .prepare<[Buffer, string, string], string>(
      'DELETE FROM email_change WHERE hash = ? AND person_id = ? AND expires_at > ? RETURNING person_id',
    )
    .pluck()
  const forget = db.prepare<[string]>('DELETE FROM email_change WHERE expires_at <= ?')
  const now = () => new Date(latest(clock)).toISOString()
  return {
    /** In place of a change that was asked for before. Part of the caller's transaction. */
    begin(personId: string, token: string): void {
      const expires = clock.now().getTime() + limits.verificationMinutesMax * 60_000
      begin.run(personId, secretHash(token), new Date(expires).toISOString())
    },
    /** True the first time, for whose it is. */
    spend: (token: string, personId: string): boolean =>
      spend.get(secretHash(token), personId, now()) !== undefined,
    forgetOld: (): void => void forget.run(new Date(earliest(clock)).toISOString()),
  }
}
export type EmailChanges = ReturnType<typeof emailChangesOf>
