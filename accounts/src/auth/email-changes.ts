import { type Clock, earliest, latest } from '@logbook/chassis/clock.ts'
import type { Database } from '@logbook/chassis/files/sqlite.ts'
import { decodeJwt } from 'jose'
import { z } from 'zod'
import { limits } from '../limits.ts'
import { secretHash } from '../secrets/secret.ts'

/** The claims of better-auth's token for a change of address. better-auth verifies its signature. */
const changeClaims = z.object({ email: z.string(), updateTo: z.string() })

/** The old and the new address; undefined for a token that confirms a new account, and for no token. */
export const changeIn = (token: string): { from: string; to: string } | undefined => {
  try {
    const { email: from, updateTo: to } = changeClaims.parse(decodeJwt(token))
    return { from, to }
  } catch {
    return undefined
  }
}

/**
 * One-time links that change an address, each bound to a person. better-auth's own link could be opened many times and by anyone who has it,
 * and applies to the account that has the old address by then. Only the link holds the new address.
 */
export const createEmailChanges = ({ db, clock }: { db: Database; clock: Clock }) => {
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
    /** Replaces an earlier change of the same person. Part of the caller's transaction. */
    begin(personId: string, token: string): void {
      const expires = clock.now().getTime() + limits.verificationMinutesMax * 60_000
      begin.run(personId, secretHash(token), new Date(expires).toISOString())
    },
    /** True the first time, for the person that the link is bound to. */
    spend: (token: string, personId: string): boolean =>
      spend.get(secretHash(token), personId, now()) !== undefined,
    forgetOld: (): void => void forget.run(new Date(earliest(clock)).toISOString()),
  }
}
export type EmailChanges = ReturnType<typeof createEmailChanges>
