import { type Clock, latest } from '@logbook/chassis/clock.ts'
import type { Database } from '@logbook/chassis/files/sqlite.ts'
import { notFound, Problem } from '@logbook/chassis/problem.ts'
import type { ApiToken } from '@logbook/contracts/http/account-answers.ts'
import type { Role } from '@logbook/contracts/identity.ts'
import { limits } from '../limits.ts'
import { secretHash } from '../secrets/secret.ts'
import type { Making } from './once.ts'

/** Who a token belongs to: a person, with the role they have when it is used, or a machine, with a role of its own. */
export type Bearer =
  | { kind: 'person'; id: string }
  | { kind: 'machine'; id: string; name: string; role: Role }

interface Row {
  id: string
  name: string
  scopes: string | null
  created_at: string
  expires_at: string | null
  last_used_at: string | null
  person_id: string | null
  role: Role | null
}

export interface NewToken {
  name: string
  scopes?: readonly string[] | undefined
  days?: number | undefined
}

export const tokenPrefix = 'lb_'

const listed = (row: Row): ApiToken => ({
  id: row.id,
  name: row.name,
  scopes: row.scopes === null ? null : JSON.parse(row.scopes),
  createdAt: row.created_at,
  expiresAt: row.expires_at,
  lastUsedAt: row.last_used_at,
})

const columns = 'id, name, scopes, created_at, expires_at, last_used_at, person_id, role'
const statements = (db: Database) => ({
  insert: db.prepare<
    [string, Buffer, string | null, string | null, string, string | null, string, string | null]
  >(
    'INSERT INTO api_token (id, hash, person_id, role, name, scopes, created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
  ),
  byHash: db.prepare<[Buffer], Row>(`SELECT ${columns} FROM api_token WHERE hash = ?`),
  byId: db.prepare<[string], Row>(`SELECT ${columns} FROM api_token WHERE id = ?`),
  ofPerson: db.prepare<[string], Row>(`SELECT ${columns} FROM api_token WHERE person_id = ? ORDER BY id`),
  machines: db.prepare<[], Row & { role: Role }>(
    `SELECT ${columns} FROM api_token WHERE person_id IS NULL ORDER BY id`,
  ),
  used: db.prepare<[string, string]>('UPDATE api_token SET last_used_at = ? WHERE id = ?'),
  remove: db.prepare<[string, string]>('DELETE FROM api_token WHERE id = ? AND person_id = ?'),
  removeMachine: db.prepare<[string]>('DELETE FROM api_token WHERE id = ? AND person_id IS NULL'),
})

export type ApiTokens = ReturnType<typeof createApiTokens>

/** API tokens: named, valid for some services or all, revocable at any time, stored as hashes. */
export const createApiTokens = ({ db, clock }: { db: Database; clock: Clock }) => {
  const sql = statements(db)
  const minutes = (at: string | null) => (at === null ? 0 : Date.parse(at) / 60_000)

  const make = (
    owner: { personId: string } | { role: Role },
    { name, scopes, days }: NewToken,
    { id, secret }: Making,
  ) => {
    const now = clock.now()
    const expiresAt = days === undefined ? null : new Date(now.getTime() + days * 86_400_000).toISOString()
    const token = `${tokenPrefix}${secret}`
    const [person, role] = 'personId' in owner ? [owner.personId, null] : [null, owner.role]
    const kept = scopes === undefined ? null : JSON.stringify([...new Set(scopes)].sort())
    sql.insert.run(id, secretHash(token), person, role, name, kept, now.toISOString(), expiresAt)
    const shown: Omit<ApiToken, 'lastUsedAt'> = {
      id,
      name,
      scopes: kept === null ? null : JSON.parse(kept),
      createdAt: now.toISOString(),
      expiresAt,
    }
    return { ...shown, token }
  }

  /** The answer that the creation gave, for a caller that knows the secret. */
  const shownAgain = ({ id, secret }: Making) => {
    const token = `${tokenPrefix}${secret}`
    const row = sql.byHash.get(secretHash(token))
    if (row?.id !== id) return undefined
    const { lastUsedAt, ...shown } = listed(row)
    return { ...shown, token, role: row.role }
  }

  return {
    /** The person's tokens, oldest first. */
    of: (personId: string): ApiToken[] => sql.ofPerson.all(personId).map(listed),
    machines: (): (ApiToken & { role: Role })[] =>
      sql.machines.all().map((row) => ({ ...listed(row), role: row.role })),
    make(personId: string, wanted: NewToken, making: Making) {
      if (sql.ofPerson.all(personId).length >= limits.tokensPerPersonMax)
        throw new Problem('conflict', { detail: `A person has at most ${limits.tokensPerPersonMax} tokens.` })
      return make({ personId }, wanted, making)
    },
    makeMachine: (role: Role, wanted: NewToken, making: Making) => ({
      ...make({ role }, wanted, making),
      role,
    }),
    /** Undefined where it was revoked, or has another secret. */
    again(making: Making) {
      const { role, ...shown } = shownAgain(making) ?? { role: undefined }
      return role === null && 'token' in shown ? shown : undefined
    },
    againMachine(making: Making) {
      const shown = shownAgain(making)
      return shown && shown.role !== null ? { ...shown, role: shown.role } : undefined
    },
    /** Throws `not-found` for an unknown token and for one of another person. */
    revoke(personId: string, id: string): void {
      if (sql.remove.run(id, personId).changes === 0) throw notFound('such token')
    },
    revokeMachine(id: string): void {
      if (sql.removeMachine.run(id).changes === 0) throw notFound('such token')
    },
    /** False once it was revoked. */
    isThere: (id: string): boolean => sql.byId.get(id) !== undefined,
    /** The machine that a token authenticates; undefined for an unknown id and for a token of a person. */
    machine(id: string): { role: Role; name: string } | undefined {
      const row = sql.byId.get(id)
      return row?.role == null ? undefined : { role: row.role, name: row.name }
    },
    /** The owner and scopes of a token; undefined for one that is unknown, revoked or expired. */
    bearerOf(token: string): { id: string; bearer: Bearer; scopes: string[] | null } | undefined {
      const row = sql.byHash.get(secretHash(token))
      if (row === undefined) return undefined
      const now = clock.now()
      if (row.expires_at !== null && Date.parse(row.expires_at) <= latest(clock)) return undefined
      // In both directions: a time that was noted while the clock was ahead is replaced.
      if (Math.abs(now.getTime() / 60_000 - minutes(row.last_used_at)) >= limits.tokenUsedMinutesMin)
        sql.used.run(now.toISOString(), row.id)
      const { id, scopes } = listed(row)
      if (row.person_id !== null) return { id, bearer: { kind: 'person', id: row.person_id }, scopes }
      if (row.role === null) return undefined
      return { id, bearer: { kind: 'machine', id: row.id, name: row.name, role: row.role }, scopes }
    },
  }
}
