import { z } from 'zod'
import { role } from '../identity.ts'
import { entityId } from '../text.ts'

const time = z.iso.datetime()

/** Someone with an account, as they and the owners see them. */
export const personAccount = z
  .object({
    ...{ id: entityId, name: z.string(), email: z.string(), role },
    ...{ emailVerified: z.boolean(), createdAt: time },
  })
  .meta({ id: 'Person', description: 'Someone with an account.' })
export type PersonAccount = z.infer<typeof personAccount>

/** `GET /me`. `social` are the providers that this account can sign in with. */
export const me = personAccount
  .extend({
    hasPassword: z.boolean(),
    social: z.array(z.string()),
    passkeys: z.number().int().nonnegative(),
    /** The address of the picture that the blog shows beside the name. */
    picture: z.string().nullable(),
  })
  .meta({ id: 'Me', description: 'One’s own account.' })
export type Me = z.infer<typeof me>

/** `POST /exchange`: the caller, and the access token for services, null for an anonymous one. `setCookie` is for the browser. */
export const exchanged = z
  .object({
    ...{ token: z.string().max(5_000).nullable(), expiresAt: time.nullable() },
    caller: z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('nobody') }),
      z.object({ kind: z.literal('guest'), id: entityId }),
      z.object({
        ...{ kind: z.literal('person'), id: entityId, role, name: z.string() },
        scopes: z.array(z.string()).optional(),
      }),
    ]),
    setCookie: z.array(z.string().max(5_000)),
  })
  .meta({ id: 'Exchanged', description: 'Whose cookie or API token it was, and the access token for it.' })
export type Exchanged = z.infer<typeof exchanged>

/** The person who is signed in by the request. */
export const joined = z.object({ person: personAccount })

/** What a browser is asked for a passkey with, as WebAuthn has it. */
export const passkeyRequestOptions = z.looseObject({ challenge: z.string() })
export const passkeyCreationOptions = passkeyRequestOptions.extend({
  rp: z.looseObject({ name: z.string() }),
  user: z.looseObject({ id: z.string(), name: z.string(), displayName: z.string() }),
  pubKeyCredParams: z.array(z.looseObject({ alg: z.number(), type: z.literal('public-key') })),
})

/** `POST /auth/verify-email`: whose address was confirmed, and whether the browser is signed in by that. */
export const addressConfirmed = z.object({ of: z.enum(['new-account', 'account']), signedIn: z.boolean() })
export type AddressConfirmed = z.infer<typeof addressConfirmed>

/** `GET /sign-in-options`. */
export const signInOptions = z.object({
  ...{ password: z.boolean(), passkeys: z.boolean(), social: z.array(z.string()) },
  signUp: z.enum(['open', 'invited']),
  /** False where no mail server is set: mails are then files in the operator's outbox. */
  mail: z.boolean(),
})
export type SignInOptions = z.infer<typeof signInOptions>

/** One of `GET /sessions`; `current` is the one that asks. */
export const session = z
  .object({
    ...{ id: entityId, createdAt: time, expiresAt: time },
    ...{ ipAddress: z.string().nullable(), userAgent: z.string().nullable() },
    current: z.boolean(),
  })
  .meta({ id: 'Session', description: 'A browser that is signed in.' })
export type Session = z.infer<typeof session>

/** One of `GET /tokens`. `scopes` are names of services, or `all`; null is the same as `all`. */
export const apiToken = z
  .object({
    ...{ id: entityId, name: z.string(), scopes: z.array(z.string()).nullable() },
    ...{ createdAt: time, expiresAt: time.nullable(), lastUsedAt: time.nullable() },
  })
  .meta({ id: 'ApiToken', description: 'A token for scripts, without its secret.' })
export type ApiToken = z.infer<typeof apiToken>

/** One of `GET /operator/tokens`: it belongs to no person, and has a role of its own. */
export const machineToken = apiToken.extend({ role }).meta({ id: 'MachineToken' })

export const newToken = z
  .looseObject({ id: entityId, token: z.string().meta({ description: 'Shown once: `lb_…`.' }) })
  .meta({ id: 'NewToken' })

/** One of `GET /invitations`. */
export const invitation = z
  .object({ id: entityId, email: z.string(), role, createdAt: time, expiresAt: time })
  .meta({ id: 'Invitation' })
export type Invitation = z.infer<typeof invitation>

export const newInvitation = invitation
  .extend({ link: z.url().meta({ description: 'The link that was mailed.' }) })
  .meta({ id: 'NewInvitation' })

/** `POST /people/:id/password-link`: a link to hand over, with which its person chooses a password. */
export const passwordLink = z
  .object({ link: z.url(), expiresAt: time })
  .meta({ id: 'PasswordLink', description: 'Good once, and shown once.' })
export type PasswordLink = z.infer<typeof passwordLink>

/** `GET /erasures/:id`: which events can't be read any more, and which services confirmed that they hold nothing. */
export const receipt = z
  .object({
    ...{ id: entityId, erasedAt: time, by: z.string().nullable(), announced: z.boolean() },
    events: z.array(z.object({ id: z.string(), type: z.string(), position: z.number().int() })),
    services: z.array(z.object({ service: z.string(), confirmedAt: time.nullable(), overdue: z.boolean() })),
    ...{ complete: z.boolean(), overdue: z.boolean() },
  })
  .meta({ id: 'Receipt', description: 'Proof of an erasure.' })
export type Receipt = z.infer<typeof receipt>
