import { type Database, sweep } from '@logbook/chassis/files/sqlite.ts'
import { bounds } from '@logbook/contracts/bounds.ts'
import type { BetterAuthOptions } from 'better-auth'

/** A valid name of an account from the name that another site gives its user. */
const cleanName = (name: string): string =>
  name
    .toWellFormed()
    .replace(/\p{Cc}+/gu, ' ')
    .trim()
    .slice(0, bounds.nameCharsMax)
    .trim() || 'Reader'

/** Tokens with which one could act for a person at another site. They are not used, and so not stored. */
const noTokens = {
  accessToken: null,
  refreshToken: null,
  idToken: null,
  accessTokenExpiresAt: null,
  refreshTokenExpiresAt: null,
  scope: null,
}

/** Deletes the tokens that earlier versions stored. */
export const forgetTokens = (db: Database): void => {
  const columns = Object.keys(noTokens)
  const { changes } = db
    .prepare(
      `UPDATE account SET ${columns.map((name) => `${name} = NULL`).join()} WHERE coalesce(${columns.join()}) IS NOT NULL`,
    )
    .run()
  if (changes > 0) sweep(db)
}

/** Database hooks of better-auth: names are cleaned, tokens of other sites dropped. */
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
