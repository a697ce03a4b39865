import type { Database } from '@logbook/chassis/files/sqlite.ts'
import { notFound, Problem } from '@logbook/chassis/problem.ts'
import type { PersonAccount } from '@logbook/contracts/http/account-answers.ts'
import type { Role } from '@logbook/contracts/identity.ts'

interface Row extends Omit<PersonAccount, 'emailVerified'> {
  emailVerified: number
}

export interface NewPerson {
  id: string
  name: string
  email: string
  role: Role
  /** The id of the person who gave the role; their own id for the first owner. */
  roleBy: string
  passwordHash: string
  accountId: string
  at: string
}

export interface PeoplePage {
  /** The id of the last person of the page before. */
  after: string
  limit: number
  confirmed: boolean
}

const columns = 'id, name, email, role, emailVerified, createdAt'

const statements = (db: Database) => ({
  byId: db.prepare<[string], Row>(`SELECT ${columns} FROM user WHERE id = ?`),
  byEmail: db.prepare<[string], Row>(`SELECT ${columns} FROM user WHERE email = ?`),
  page: db.prepare<[string, number], Row>(
    `SELECT ${columns} FROM user WHERE emailVerified = 1 AND id > ? ORDER BY id LIMIT ?`,
  ),
  unconfirmed: db.prepare<[string, number], Row>(
    `SELECT ${columns} FROM user WHERE emailVerified = 0 AND id > ? ORDER BY id LIMIT ?`,
  ),
  confirm: db.prepare<[string, string]>('UPDATE user SET emailVerified = 1, updatedAt = ? WHERE id = ?'),
  insertUser: db.prepare<[string, string, string, string, string, string, string]>(
    `INSERT INTO user (id, name, email, emailVerified, createdAt, updatedAt, role, roleBy) VALUES (?, ?, ?, 1, ?, ?, ?, ?)`,
  ),
  insertPassword: db.prepare<[string, string, string, string, string, string]>(
    `INSERT INTO account (id, accountId, providerId, userId, password, createdAt, updatedAt)
       VALUES (?, ?, 'credential', ?, ?, ?, ?)`,
  ),
  rename: db.prepare<[string, string, string]>('UPDATE user SET name = ?, updatedAt = ? WHERE id = ?'),
  picture: db.prepare<[string], string | null>('SELECT image FROM user WHERE id = ?').pluck(),
  setPicture: db.prepare<[string | null, string, string]>(
    'UPDATE user SET image = ?, updatedAt = ? WHERE id = ?',
  ),
  dropPicture: db.prepare<[string]>(
    "UPDATE user SET image = NULL WHERE image IS NOT NULL AND instr(image, '/media/' || ? || '/') > 0",
  ),
  setRole: db.prepare<[string, string, string, string]>(
    'UPDATE user SET role = ?, roleBy = ?, updatedAt = ? WHERE id = ?',
  ),
  withdrawInvitations: db.prepare<[string]>('DELETE FROM invitation WHERE by = ?'),
  owners: db.prepare<[], number>("SELECT count(*) FROM user WHERE role = 'owner'").pluck(),
  ways: db.prepare<[string], { providerId: string; hasPassword: number }>(
    'SELECT providerId, password IS NOT NULL AS hasPassword FROM account WHERE userId = ?',
  ),
  passkeys: db.prepare<[string], number>('SELECT count(*) FROM passkey WHERE userId = ?').pluck(),
  forgetUnconfirmed: db.prepare<[string]>('DELETE FROM user WHERE emailVerified = 0 AND createdAt < ?'),
})

const opened = (row: Row | undefined): PersonAccount | undefined =>
  row && { ...row, emailVerified: row.emailVerified === 1 }

export type People = ReturnType<typeof createPeople>

/** People with an account. Only this module changes roles; better-auth also changes names and addresses. */
export const createPeople = (db: Database) => {
  const sql = statements(db)
  const find = (id: string) => opened(sql.byId.get(id))

  const read = (id: string): PersonAccount => {
    const person = find(id)
    if (person === undefined) throw notFound('such person')
    return person
  }

  const refuseLastOwner = (person: PersonAccount): void => {
    if (person.role === 'owner' && (sql.owners.get() ?? 0) <= 1)
      throw new Problem('conflict', { detail: 'This is the last owner: give someone else that role first.' })
  }
  const setRole = db.transaction(
    (id: string, role: Role, { by, at }: { by: string; at: string }): PersonAccount => {
      const person = read(id)
      if (person.role === role) return person
      refuseLastOwner(person)
      sql.setRole.run(role, by, at, id)
      // Their invitations end with the role, and do not come back with it.
      if (person.role === 'owner') sql.withdrawInvitations.run(id)
      return { ...person, role }
    },
  )

  return {
    find,
    /** Throws `not-found`. */
    read,
    byEmail: (email: string) => opened(sql.byEmail.get(email.toLowerCase())),
    /** A page of the people whose address is confirmed, or of those whose address is not. */
    page: ({ after, limit, confirmed }: PeoplePage): PersonAccount[] =>
      (confirmed ? sql.page : sql.unconfirmed)
        .all(after, limit)
        .map((row) => ({ ...row, emailVerified: confirmed })),
    /** Marks an address as confirmed by an owner. Throws `not-found`. */
    confirm(id: string, at: string): PersonAccount {
      if (sql.confirm.run(at, id).changes === 0)
        throw new Problem('not-found', { detail: 'There is no such person.' })
      return read(id)
    },
    /** Adds a person with a confirmed address. Part of the caller's transaction. */
    create({ id, name, email, role, roleBy, passwordHash, accountId, at }: NewPerson): void {
      sql.insertUser.run(id, name, email.toLowerCase(), at, at, role, roleBy)
      sql.insertPassword.run(accountId, id, id, passwordHash, at, at)
    },
    rename(id: string, name: string, at: string): void {
      sql.rename.run(name, at, id)
    },
    /** The address of the picture that a person chose of themselves. */
    picture: (id: string): string | null => sql.picture.get(id) ?? null,
    setPicture(id: string, picture: string | null, at: string): void {
      sql.setPicture.run(picture, at, id)
    },
    /** Withdraws a picture that is gone. True if someone showed it. */
    dropPicture: (mediumId: string): boolean => sql.dropPicture.run(mediumId).changes > 0,
    setRole: setRole.immediate,
    refuseLastOwner,
    hasOwner: (): boolean => (sql.owners.get() ?? 0) > 0,
    /** The ways in which a person can sign in. */
    ways(id: string): { hasPassword: boolean; social: string[]; passkeys: number } {
      const rows = sql.ways.all(id)
      return {
        hasPassword: rows.some(({ hasPassword }) => hasPassword === 1),
        social: rows.map(({ providerId }) => providerId).filter((name) => name !== 'credential'),
        passkeys: sql.passkeys.get(id) ?? 0,
      }
    },
    /** Deletes people who never confirmed their address. Returns how many. */
    forgetUnconfirmed: (before: string): number => sql.forgetUnconfirmed.run(before).changes,
  }
}
