import { type Clock, earliest, latest } from '@logbook/chassis/clock.ts'
import type { Database } from '@logbook/chassis/files/sqlite.ts'
import { notFound, Problem } from '@logbook/chassis/problem.ts'
import type { Invitation } from '@logbook/contracts/http/account-answers.ts'
import type { Role } from '@logbook/contracts/identity.ts'
import { limits } from '../limits.ts'
import { secretHash } from '../secrets/secret.ts'
import type { Making } from './once.ts'

export type Invitations = ReturnType<typeof createInvitations>

const columns = 'id, email, role, created_at AS createdAt, expires_at AS expiresAt'
/** Invitations whose sender is still an owner: an invitation ends with the role of its sender. */
const byOwner = `(EXISTS (SELECT 1 FROM user WHERE user.id = invitation.by AND user.role = 'owner')
  OR EXISTS (SELECT 1 FROM api_token WHERE api_token.id = invitation.by AND person_id IS NULL AND api_token.role = 'owner'))`

const statements = (db: Database) => ({
  // A new invitation replaces the last one to the same address.
  insert: db.prepare<[string, Buffer, string, string, string, string, string]>(
    'INSERT OR REPLACE INTO invitation (id, hash, email, role, by, created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?)',
  ),
  open: db.prepare<[string], Invitation>(
    `SELECT ${columns} FROM invitation WHERE expires_at > ? AND ${byOwner} ORDER BY id`,
  ),
  byHash: db.prepare<[Buffer, string], Invitation & { by: string }>(
    `SELECT ${columns}, by FROM invitation WHERE hash = ? AND expires_at > ? AND ${byOwner}`,
  ),
  remove: db.prepare<[string]>('DELETE FROM invitation WHERE id = ?'),
  removeTo: db.prepare<[string]>('DELETE FROM invitation WHERE email = ?'),
  use: db.prepare<[string]>(`DELETE FROM invitation WHERE id = ? AND ${byOwner}`),
  forget: db.prepare<[string]>('DELETE FROM invitation WHERE expires_at <= ?'),
})

/** Invitation links, each for one address and one role, usable once. */
export const createInvitations = ({ db, clock }: { db: Database; clock: Clock }) => {
  const sql = statements(db)
  const now = () => new Date(latest(clock)).toISOString()
  return {
    /** Invitations that can still be accepted. */
    open: (): Invitation[] => sql.open.all(now()),
    make(
      { email, role, by }: { email: string; role: Role; by: string },
      { id, secret: token }: Making,
    ): Invitation & { token: string } {
      if (sql.open.all(now()).length >= limits.invitationsOpenMax)
        throw new Problem('conflict', {
          detail: `At most ${limits.invitationsOpenMax} invitations can be open.`,
        })
      const at = clock.now()
      const expiresAt = new Date(at.getTime() + limits.invitationDaysMax * 86_400_000).toISOString()
      const address = email.toLowerCase()
      sql.insert.run(id, secretHash(token), address, role, by, at.toISOString(), expiresAt)
      return { id, email: address, role, createdAt: at.toISOString(), expiresAt, token }
    },
    /** The answer that the creation gave, for a caller that knows the secret; undefined once it is not open. */
    again({ id, secret: token }: Making): (Invitation & { token: string }) | undefined {
      const found = sql.byHash.get(secretHash(token), now())
      if (found?.id !== id) return undefined
      const { by, ...invitation } = found
      return { ...invitation, token }
    },
    /** Throws `not-found` for a token that is unknown, used, withdrawn or expired. */
    find(token: string): Invitation & { by: string } {
      const found = sql.byHash.get(secretHash(token), now())
      if (found === undefined) throw notFound('such invitation, or it was used, withdrawn or has expired')
      return found
    },
    /** Part of the transaction that gives the role. Throws `not-found` where it was used meanwhile, or its sender is no longer an owner. */
    use(id: string): void {
      if (sql.use.run(id).changes === 0) throw notFound('such invitation')
    },
    withdraw(id: string): void {
      if (sql.remove.run(id).changes === 0) throw notFound('such invitation')
    },
    /** Deletes the invitations to an address that its account no longer has. */
    endTo: (address: string): void => void sql.removeTo.run(address.toLowerCase()),
    forgetOld: (): void => void sql.forget.run(new Date(earliest(clock)).toISOString()),
  }
}
