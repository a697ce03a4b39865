import type { Database } from '@logbook/chassis/files/sqlite.ts'

export type WaysIn = ReturnType<typeof waysInOf>

/** What opens an account beside its password, which whoever had the password before may have made for themselves. */
export const waysInOf = (db: Database) => {
  const prepare = (text: string) => db.prepare<[string]>(text)
  const links = prepare('DELETE FROM verification WHERE value = ?')
  const [tokens, passkeys] = [
    prepare('DELETE FROM api_token WHERE person_id = ?'),
    prepare('DELETE FROM passkey WHERE userId = ?'),
  ]
  return {
    /** Links by which another password could be set are good no more. */
    endLinks: (personId: string): void => void links.run(personId),
    revokeTokens: (personId: string): void => void tokens.run(personId),
    /** API tokens and passkeys open nothing any more. Sessions are the library's to end. */
    revoke: db.transaction((personId: string): void => {
      tokens.run(personId)
      passkeys.run(personId)
    }),
  }
}
