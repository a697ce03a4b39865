import type { ProblemBody } from '@logbook/contracts/problems.ts'
import { whyRefused } from './form-answer.ts'

const base = '/api/accounts/auth/passkey'
const waitMsMax = 15_000

class Refused extends Error {}

const ask = async (path: string, body?: unknown): Promise<unknown> => {
  const response = await fetch(`${base}/${path}`, {
    ...(body === undefined
      ? {}
      : { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(waitMsMax),
  })
  const answer: unknown = await response.json()
  if (!response.ok) throw new Refused(whyRefused(answer as ProblemBody))
  return answer
}

/** What went wrong, in words; browsers say little of why a person or a device declined. */
const inWords = (error: unknown): string =>
  error instanceof Refused ? error.message : 'The passkey was not used. Nothing was changed.'

// The browser's own credentials are reached through a library that only these two need.
const webAuthn = () => import('@simplewebauthn/browser')

type Options = { optionsJSON: never }

/** Asks the device for a passkey of this blog. Undefined when the person is signed in, else why not. */
export const signInWithPasskey = async (): Promise<string | undefined> => {
  try {
    const options = await ask('generate-authenticate-options')
    const { startAuthentication } = await webAuthn()
    await ask('verify-authentication', {
      response: await startAuthentication({ optionsJSON: options } as Options),
    })
    return undefined
  } catch (error) {
    return inWords(error)
  }
}

/** Makes a passkey on this device. Undefined when it opens the account from now on, else why not. */
export const addPasskey = async (name: string): Promise<string | undefined> => {
  try {
    const options = await ask(`generate-register-options?${new URLSearchParams({ name })}`)
    const { startRegistration } = await webAuthn()
    await ask('verify-registration', {
      name,
      response: await startRegistration({ optionsJSON: options } as Options),
    })
    return undefined
  } catch (error) {
    return inWords(error)
  }
}
