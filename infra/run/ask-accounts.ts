import { operator } from '@logbook/contracts/identity.ts'
import { serviceToken } from './service-tokens.ts'
import { addressOf, type Place } from './services.ts'

/** What a person at the data folder is told when this does not work: no fault of the program. */
export class NotNow extends Error {
  override name = 'NotNow'
}

const answerMsMax = 5_000

const refusalIn = (body: unknown): string | undefined =>
  typeof body === 'object' && body !== null && 'detail' in body && typeof body.detail === 'string'
    ? body.detail
    : undefined

interface Asked {
  method?: string
  body?: unknown
}

const request = async (place: Place, path: string, { method = 'GET', body }: Asked): Promise<Response> => {
  const url = addressOf('accounts', place)
  let answer: Response
  try {
    answer = await fetch(`${url}${path}`, {
      method,
      headers: {
        Authorization: `Bearer ${serviceToken(operator, place.dataFolder)}`,
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(answerMsMax),
    })
  } catch (cause) {
    throw new NotNow(`No accounts answer at ${url}. Is Logbook running? Start it with: npm start`, { cause })
  }
  if (answer.ok) return answer
  if (answer.status === 401)
    throw new NotNow(
      `The accounts at ${url} are not those of ${place.dataFolder}: they do not know its token. Set LOGBOOK_DATA to theirs.`,
    )
  const said = refusalIn(await answer.json().catch(() => undefined))
  throw new NotNow(said ?? `The accounts at ${url} answer ${answer.status}.`)
}

/** Asks the accounts of a running Logbook as its operator, by the token in the data folder. Throws `NotNow` where that can't be. */
export const askAccounts = async (place: Place, path: string, body?: unknown): Promise<unknown> =>
  (await request(place, path, body === undefined ? {} : { method: 'POST', body })).json()

/** Revokes an API token that was made here. Throws `NotNow` where that can't be. */
export const takeBackToken = async (place: Place, id: string): Promise<void> => {
  await request(place, `/operator/tokens/${id}`, { method: 'DELETE' })
}

/** The link that makes the owner, or undefined where the blog has one. */
export const setupLink = async (place: Place): Promise<string | undefined> => {
  const said = await askAccounts(place, '/operator/setup')
  return typeof said === 'object' && said !== null && 'link' in said && typeof said.link === 'string'
    ? said.link
    : undefined
}
