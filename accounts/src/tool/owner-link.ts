import { Refused } from '@logbook/chassis/start/command-line.ts'
import { z } from 'zod'
import type { Place } from './data-folder.ts'

const answerMsMax = 5_000
const answer = z.object({ link: z.string().nullable() })

/** The link that makes the owner, from the accounts that run. Throws `Refused` where none answer, or where the blog has an owner. */
export const ownerLink = async ({ url, file, operatorToken }: Place): Promise<string> => {
  const asked = await fetch(`${url}/operator/setup`, {
    headers: { Authorization: `Bearer ${operatorToken()}` },
    signal: AbortSignal.timeout(answerMsMax),
  }).catch((error: unknown) => {
    if (error instanceof Refused) throw error
    throw new Refused(`No accounts answer at ${url}. Start Logbook first.`)
  })
  if (asked.status === 401)
    throw new Refused(`The accounts at ${url} are not those of ${file}: they do not know its token.`)
  if (!asked.ok) throw new Refused(`The accounts at ${url} answer ${asked.status}. Try again.`)
  const { link } = answer.parse(await asked.json())
  if (link === null) throw new Refused('This blog has an owner, who can invite others.')
  return link
}
