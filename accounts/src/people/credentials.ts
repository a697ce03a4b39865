import type { Database } from '@logbook/chassis/files/sqlite.ts'

export type Credentials = ReturnType<typeof createCredentials>

/** Credentials of an account other than its password: reset links, API tokens, passkeys. A thief of the password may have made some. */
export const createCredentials = (db: Database) => {
  const prepare = (text: string) => db.prepare<[string]>(text)
  const links = prepare('DELETE FROM verification WHERE value = ?')
  const [tokens, passkeys] = [
    prepare('DELETE FROM api_token WHERE person_id = ?'),
    prepare('DELETE FROM passkey WHERE userId = ?'),
  ]
  return {
    /** Revokes the links that set another password. */
    endLinks: (personId: string): void => void links.run(personId),
    revokeTokens: (personId: string): void => void tokens.run(personId),
    /** Revokes API tokens and passkeys. Sessions are ended by better-auth. */
    revoke: db.transaction((personId: string): void => {
      tokens.run(personId)
      passkeys.run(personId)
    }),
  }
}
