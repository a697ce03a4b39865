import { z } from 'zod'
import { bounds } from '../bounds.ts'
import { personPicture } from '../events/users.ts'
import { role } from '../identity.ts'
import { entityId } from '../text.ts'
import { tokenScopes } from '../token-scopes.ts'
import { visibleLine } from '../visible.ts'
import { readAddress } from './address.ts'

/** The largest body of most endpoints of accounts. */
export const accountBytesMax = 16 * 1024

export const personName = visibleLine({ charsMin: 1, charsMax: bounds.nameCharsMax })
const email = z
  .email('must be an e-mail address')
  .max(bounds.emailCharsMax)
  .overwrite((address) => address.toLowerCase())
const newPassword = z
  .string()
  .min(bounds.passwordCharsMin, `must be at least ${bounds.passwordCharsMin} characters`)
  .max(bounds.passwordCharsMax, `must be at most ${bounds.passwordCharsMax} characters`)
const password = z.string().min(1).max(bounds.passwordCharsMax)
/** The secret of a link. */
const secret = z.string().min(1).max(500)
/** A page of this blog: a path, which no browser reads as another host. */
const ownPage = z
  .string()
  .max(500)
  .regex(/^\/[\w\-./~%?=&#]*$/, 'must be a path of this blog')
  .refine((path) => readAddress(path.replace(/#.*$/, '')).kind === 'canonical', 'must be a path of this blog')

/** Bodies of accounts' own routes and of those it passes on; what they don't name is refused. */
export const accountBodies = {
  setup: z.strictObject({ token: secret, name: personName, email, password: newPassword }),
  signUp: z.strictObject({ name: personName, email, password: newPassword }),
  signIn: z.strictObject({ email, password, rememberMe: z.boolean().optional() }),
  signInSocial: z.strictObject({ provider: z.enum(['github', 'google']), callbackURL: ownPage.default('/') }),
  address: z.strictObject({ email }),
  resetPassword: z.strictObject({ token: secret, newPassword }),
  changePassword: z.strictObject({
    currentPassword: password,
    newPassword,
    /** Take back API tokens and passkeys as well. */
    revokeWaysIn: z.boolean().default(false),
  }),
  /** Remove passkeys too. */
  signOutEverywhere: z.strictObject({ passkeys: z.boolean().default(false) }),
  verifyEmail: z.strictObject({ token: z.string().min(1).max(2_000) }),
  /** The password where the account has one. */
  changeEmail: z.strictObject({ email, currentPassword: password.optional() }),
  /** Name, or picture; null withdraws it. */
  changeSelf: z
    .strictObject({ name: personName, picture: personPicture.nullable() })
    .partial()
    .refine((given) => Object.keys(given).length > 0, 'must have `name` or `picture`'),
  /** Another role, or the owner's word that the address is theirs. */
  changePerson: z
    .strictObject({ role: role.optional(), emailVerified: z.literal(true).optional() })
    .refine((given) => Object.keys(given).length > 0, 'must have `role` or `emailVerified`'),
  invite: z.strictObject({ email, role }),
  look: z.strictObject({ token: secret }),
  /** Name and password where the address has no account yet; the token alone where its owner is signed in. */
  accept: z.strictObject({ token: secret, name: personName.optional(), password: newPassword.optional() }),
  token: z.strictObject({
    name: visibleLine({ charsMin: 1, charsMax: bounds.nameCharsMax }),
    /** Services by name, or `all`; without it, all. */
    scopes: z
      .array(z.enum([...tokenScopes, 'all'], `must be ${tokenScopes.join(', ')}, or all`))
      .min(1)
      .max(20)
      .optional(),
    days: z.number().int().min(1).max(bounds.tokenDaysMax).optional(),
  }),
  exchange: z.strictObject({
    cookie: z.string().max(16_384).optional(),
    authorization: z.string().max(1_000).optional(),
    guest: z.boolean().optional(),
  }),
  /** The addresses that mails to these people go to. */
  addresses: z.strictObject({ ids: z.array(entityId).max(bounds.keysPerRequestMax) }),
  keys: z.strictObject({
    ids: z.array(entityId).max(bounds.keysPerRequestMax),
    create: z.boolean().default(false),
  }),
} as const

/** `POST /addresses`: the confirmed ones. */
export const addressesAnswer = z.object({
  addresses: z.array(z.object({ id: z.string(), email: z.string() })),
})

/** `GET /auth/verify-email`. */
export const verifyEmailQuery = z.object({
  token: z.string().min(1).max(2_000),
  callbackURL: ownPage.default('/'),
})

/** `POST /operator/tokens`. */
export const operatorToken = accountBodies.token.extend({ role })

export const passkeyBody = z.strictObject({
  response: z.record(z.string(), z.unknown()),
  name: z.string().max(100).optional(),
})

export const passkeyId = z.strictObject({ id: z.string().max(100) })

const pageSize = { default: 50, max: 200 } as const

/** The query of `GET /people`. */
export const peoplePage = z.object({
  after: z.union([entityId, z.literal('')]).default(''),
  limit: z.coerce.number().int().min(1).max(pageSize.max).default(pageSize.default),
  confirmed: z
    .enum(['true', 'false'])
    .default('true')
    .meta({ description: '`false`: those who signed up and have not confirmed their address.' }),
})
