import { Refused } from '@logbook/chassis/start/command-line.ts'
import { z } from 'zod'
import type { AccountsLocation } from './data-folder.ts'

const answerMsMax = 5_000
const answer = z.object({ link: z.string().nullable() })

/** The link that creates the first owner, from the running service. Throws `Refused` where it does not run, or the blog has an owner. */
export const ownerLink = async ({ url, file, operatorToken }: AccountsLocation): Promise<string> => {
  const response = await fetch(`${url}/operator/setup`, {
    headers: { Authorization: `Bearer ${operatorToken()}` },
    signal: AbortSignal.timeout(answerMsMax),
  }).catch((error: unknown) => {
    if (error instanceof Refused) throw error
    throw new Refused(`No accounts answer at ${url}. Start Logbook first.`)
  })
  if (response.status === 401)
    throw new Refused(`The accounts at ${url} are not those of ${file}: they do not know its token.`)
  if (!response.ok) throw new Refused(`The accounts at ${url} answer ${response.status}. Try again.`)
  const { link } = answer.parse(await response.json())
  if (link === null) throw new Refused('This blog has an owner, who can invite others.')
  return link
}
