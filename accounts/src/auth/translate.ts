import { invalid, notFound, Problem } from '@logbook/chassis/problem.ts'
import { z } from 'zod'

const refusal = z.object({ code: z.string().optional(), message: z.string().optional() })

/** What better-auth's refusals are in the words of this house. Those not named here go by their status. */
const known: Readonly<Record<string, () => Problem>> = {
  INVALID_EMAIL_OR_PASSWORD: () =>
    new Problem('unauthenticated', { detail: 'This address and this password do not belong together.' }),
  EMAIL_NOT_VERIFIED: () =>
    new Problem('forbidden', {
      detail: 'This address is not confirmed yet.',
      extensions: { reason: 'address-not-confirmed' },
    }),
  INVALID_TOKEN: () => invalid('token', 'is not valid, or no longer'),
  TOKEN_EXPIRED: () => invalid('token', 'is too old'),
  INVALID_PASSWORD: () => invalid('currentPassword', 'is not your password'),
  PASSWORD_COMPROMISED: () => invalid('password', 'is known from elsewhere: choose another'),
  EMAIL_PASSWORD_SIGN_UP_DISABLED: () =>
    new Problem('forbidden', { detail: 'This blog takes only people whom it invited.' }),
  PROVIDER_NOT_FOUND: () => invalid('provider', 'is not set up here'),
  SESSION_NOT_FRESH: () =>
    new Problem('forbidden', { detail: 'Sign in again first.', extensions: { reason: 'sign-in-again' } }),
  PASSKEY_NOT_FOUND: () => notFound('such passkey'),
}

const byStatus = (status: number): Problem => {
  if (status === 401) return new Problem('unauthenticated', { detail: 'Sign in first.' })
  if (status === 403) return new Problem('forbidden', { detail: 'This was refused.' })
  if (status === 404) return notFound('such thing')
  if (status === 429) return new Problem('too-many', { retryAfter: 60 })
  if (status >= 500) return new Problem('internal', { cause: new Error(`better-auth answered ${status}`) })
  return new Problem('invalid', { detail: 'This was refused.' })
}

/** A problem of this house from an answer of the library that is none of its successes. */
export const problemOf = async (answer: Response): Promise<Problem> => {
  const body = refusal.safeParse(await answer.json().catch(() => undefined))
  const code = body.success ? body.data.code : undefined
  return (code === undefined ? undefined : known[code]?.()) ?? byStatus(answer.status)
}
