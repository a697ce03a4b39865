import type { accountEndpoints } from '@logbook/contracts/endpoints/accounts.ts'
import { apiOf } from '../app/services/api.ts'

const accounts = apiOf<typeof accountEndpoints.rows>()

let known: Promise<boolean> | undefined

const ask = async (): Promise<boolean> => {
  const answer = await accounts('GET /api/accounts/sign-in-options', {}).catch(() => undefined)
  // Asked again for the next input.
  if (!answer?.ok) known = undefined
  return answer?.ok === true && answer.body.mail
}

/** Whether the blog sends mail. A cached page can't say it; false where it can't be known. */
export const sendsMail = (): Promise<boolean> => {
  known ??= ask()
  return known
}
