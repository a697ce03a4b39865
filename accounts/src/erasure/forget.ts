import type { Database } from '@logbook/chassis/files/sqlite.ts'
import type { Forgotten } from '../mail/mail.ts'

// Named explicitly, also where `user` cascades: it must hold whatever the next version of better-auth declares.
const deletions = [
  'DELETE FROM session WHERE userId = @id',
  'DELETE FROM account WHERE userId = @id',
  'DELETE FROM passkey WHERE userId = @id',
  "DELETE FROM verification WHERE instr(value, @id) > 0 OR (@email <> '' AND instr(value, @email) > 0)",
  'DELETE FROM api_token WHERE person_id = @id',
  'DELETE FROM invitation WHERE email = @email OR by = @id',
  "DELETE FROM mail WHERE person_id = @id OR (@email <> '' AND recipient = @email)",
  'DELETE FROM email_change WHERE person_id = @id',
  'DELETE FROM announced WHERE person_id = @id',
  'DELETE FROM user WHERE id = @id',
] as const

/** Returns a function that deletes a person's rows, all but the key, in the caller's transaction, and returns whose mails to delete. */
export const createForgetPerson = (db: Database) => {
  const emailOf = db.prepare<[string], string>('SELECT email FROM user WHERE id = ?').pluck()
  const statements = deletions.map((text) => db.prepare<[{ id: string; email: string }]>(text))
  return (id: string): Forgotten => {
    const email = emailOf.get(id) ?? ''
    for (const statement of statements) statement.run({ id, email })
    return { personId: id, address: email }
  }
}
