import { existsSync, readFileSync } from 'node:fs'
import { Refused } from '@logbook/chassis/start/command-line.ts'
import {
  operatorTokenOf,
  operatorTokenSettings,
  parseConfig,
  setting,
} from '@logbook/chassis/start/config.ts'
import { healthDetails } from '@logbook/contracts/http/health.ts'
import { operator } from '@logbook/contracts/identity.ts'
import { z } from 'zod'
import { addressOf, tokenFileOf } from '../run/services.ts'
import { readPlace } from '../run/settings.ts'
import { limits } from './limits.ts'

/** Where the running blog answers, and the operator's token for it. */
export interface RunningBlog {
  busUrl: string
  accountsUrl: string
  token: string
}

const tokenIn = (dataFolder: string): string => {
  const file = tokenFileOf(operator, dataFolder)
  if (!existsSync(file))
    throw new Refused(
      `There is no operator's token at ${file}: npm start makes it. Set LOGBOOK_DATA, OPERATOR_TOKEN or OPERATOR_TOKEN_FILE.`,
    )
  return readFileSync(file, 'utf8').trim()
}

/** The blog that `npm start` runs with the same settings, or the one that `BUS_URL` and `ACCOUNTS_URL` name. Throws `Refused` without a token. */
export const runningBlogOf = (env: NodeJS.ProcessEnv): RunningBlog => {
  const place = readPlace(env)
  const read = parseConfig(
    {
      BUS_URL: setting.url(addressOf('event-bus', place)),
      ACCOUNTS_URL: setting.url(addressOf('accounts', place)),
      ...operatorTokenSettings,
    },
    env,
  )
  return {
    busUrl: read.BUS_URL,
    accountsUrl: read.ACCOUNTS_URL,
    token: operatorTokenOf(read) ?? tokenIn(place.dataFolder),
  }
}

const busHealth = z.looseObject({
  service: z.literal('event-bus'),
  ...healthDetails.pick({ position: true }).required().shape,
})

/** Sends a request to the event bus with the operator's token. Throws `Refused` where none answers, or where it does not know the token. */
export const askBus = async (
  { busUrl, token }: Pick<RunningBlog, 'busUrl' | 'token'>,
  path: string,
  request: RequestInit = {},
): Promise<Response> => {
  const answer = await fetch(`${busUrl}${path}`, {
    ...request,
    redirect: 'manual',
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` },
    signal: AbortSignal.timeout(limits.answerMsMax),
  }).catch((cause: unknown) => {
    throw new Refused(`No event bus answers at ${busUrl}. Is npm start running?`, { cause })
  })
  if (answer.status === 401)
    throw new Refused(`The event bus at ${busUrl} does not know the operator's token of this data folder.`)
  return answer
}

/** The last position of the log. Throws `Refused` where the blog does not run. */
export const headOf = async (blog: RunningBlog): Promise<number> => {
  const [health] = await Promise.all([askBus(blog, '/health'), askBus(blog, '/questions')])
  const read = busHealth.safeParse(await health.json().catch(() => undefined))
  if (!read.success) throw new Refused(`What answers at ${blog.busUrl} is no event bus.`)
  return read.data.position
}
