import type { accountEndpoints } from '@logbook/contracts/endpoints/accounts.ts'
import { type ApiAnswer, apiOf } from '../../services/api.ts'
import { whyRefused } from './form-answer.ts'

const call = apiOf<typeof accountEndpoints.rows>()

class Refused extends Error {}

const bodyOf = async <Body>(answering: Promise<ApiAnswer<Body>>): Promise<Body> => {
  const answer = await answering
  if (!answer.ok) throw new Refused(whyRefused(answer.problem))
  return answer.body
}

/** What went wrong, in words; browsers say little of why a person or a device declined. */
const inWords = (error: unknown): string =>
  error instanceof Refused ? error.message : 'The passkey was not used. Nothing was changed.'

// The browser's own credentials are reached through a library that only these two need.
const webAuthn = () => import('@simplewebauthn/browser')

/** Asks the device for a passkey of this blog. Undefined when the person is signed in, else why not. */
export const signInWithPasskey = async (): Promise<string | undefined> => {
  try {
    const optionsJSON = await bodyOf(call('GET /api/accounts/auth/passkey/generate-authenticate-options', {}))
    const { startAuthentication } = await webAuthn()
    const response = await startAuthentication({ optionsJSON })
    await bodyOf(
      call('POST /api/accounts/auth/passkey/verify-authentication', { body: { response: { ...response } } }),
    )
    return undefined
  } catch (error) {
    return inWords(error)
  }
}

/** Makes a passkey on this device. Undefined when it opens the account from now on, else why not. */
export const addPasskey = async (name: string): Promise<string | undefined> => {
  try {
    const optionsJSON = await bodyOf(
      call('GET /api/accounts/auth/passkey/generate-register-options', { query: { name } }),
    )
    const { startRegistration } = await webAuthn()
    const response = await startRegistration({ optionsJSON })
    await bodyOf(
      call('POST /api/accounts/auth/passkey/verify-registration', {
        body: { name, response: { ...response } },
      }),
    )
    return undefined
  } catch (error) {
    return inWords(error)
  }
}
