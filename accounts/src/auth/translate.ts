import { invalid, notFound, Problem, signInFirst } from '@logbook/chassis/problem.ts'
import { z } from 'zod'

const refusal = z.object({ code: z.string().optional(), message: z.string().optional() })

/** Problems for better-auth's error codes. Other codes are translated by their status. */
const known: Readonly<Record<string, () => Problem>> = {
  INVALID_EMAIL_OR_PASSWORD: () =>
    new Problem('unauthenticated', { detail: 'The e-mail address or the password is wrong.' }),
  EMAIL_NOT_VERIFIED: () =>
    new Problem('forbidden', {
      detail: 'This address is not confirmed yet.',
      extensions: { reason: 'address-not-confirmed' },
    }),
  INVALID_TOKEN: () => invalid('token', 'is not valid, or has expired'),
  TOKEN_EXPIRED: () => invalid('token', 'has expired'),
  INVALID_PASSWORD: () => invalid('currentPassword', 'is not your password'),
  PASSWORD_COMPROMISED: () => invalid('password', 'is known from a data breach: choose another'),
  EMAIL_PASSWORD_SIGN_UP_DISABLED: () =>
    new Problem('forbidden', { detail: 'This blog accepts only invited people.' }),
  PROVIDER_NOT_FOUND: () => invalid('provider', 'is not set up here'),
  SESSION_NOT_FRESH: () =>
    new Problem('forbidden', { detail: 'Sign in again first.', extensions: { reason: 'sign-in-again' } }),
  PASSKEY_NOT_FOUND: () => notFound('such passkey'),
}

const byStatus = (status: number): Problem => {
  if (status === 401) return signInFirst()
  if (status === 403) return new Problem('forbidden', { detail: 'This was refused.' })
  if (status === 404) return notFound('such address')
  if (status === 429) return new Problem('too-many', { retryAfter: 60 })
  if (status >= 500) return new Problem('internal', { cause: new Error(`better-auth answered ${status}`) })
  return new Problem('invalid', { detail: 'This was refused.' })
}

/** The problem for a response of better-auth that is an error. */
export const problemOf = async (answer: Response): Promise<Problem> => {
  const body = refusal.safeParse(await answer.json().catch(() => undefined))
  const code = body.success ? body.data.code : undefined
  return (code === undefined ? undefined : known[code]?.()) ?? byStatus(answer.status)
}
