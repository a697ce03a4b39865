import { type Database, sweep } from '@logbook/chassis/files/sqlite.ts'
import { bounds } from '@logbook/contracts/bounds.ts'
import type { BetterAuthOptions } from 'better-auth'

/** A name as an account may have one, of whatever another site calls its user. */
const cleanName = (name: string): string =>
  name
    .toWellFormed()
    .replace(/\p{Cc}+/gu, ' ')
    .trim()
    .slice(0, bounds.nameCharsMax)
    .trim() || 'Reader'

/** What another site gives us to act there for a person, which nothing here does: none of it is kept. */
const noTokens = {
  accessToken: null,
  refreshToken: null,
  idToken: null,
  accessTokenExpiresAt: null,
  refreshTokenExpiresAt: null,
  scope: null,
}

/** Of what was kept by earlier versions, nothing is left in the file. */
export const forgetTokens = (db: Database): void => {
  const columns = Object.keys(noTokens)
  const { changes } = db
    .prepare(
      `UPDATE account SET ${columns.map((name) => `${name} = NULL`).join()} WHERE coalesce(${columns.join()}) IS NOT NULL`,
    )
    .run()
  if (changes > 0) sweep(db)
}

/** What is made of people and their ways in before they are written. */
export const hooks = (onChange: () => void): NonNullable<BetterAuthOptions['databaseHooks']> => ({
  user: {
    create: {
      before: async (user) => ({ data: { ...user, name: cleanName(user.name), image: null } }),
      after: async () => onChange(),
    },
    update: { after: async () => onChange() },
  },
  account: {
    create: { before: async (account) => ({ data: { ...account, ...noTokens } }) },
    update: { before: async (account) => ({ data: { ...account, ...noTokens } }) },
  },
})
