import { pause } from '@logbook/chassis/pause.ts'
import { type ImportOutcome, importOutcome } from '@logbook/contracts/http/imports.ts'
import { importedAddress } from '@logbook/contracts/http/posts.ts'
import { problemBody } from '@logbook/contracts/problems.ts'
import pRetry from 'p-retry'
import type { z } from 'zod'
import type { WantedAddress } from '../addresses.ts'
import { limits } from '../limits.ts'

/** The service does not answer, or not as an import's service would; nothing more can be sent. */
export class ServiceFailed extends Error {
  override name = 'ServiceFailed'
}

/** Worth another try a little later. */
class Unavailable extends Error {
  readonly retryAfterMs: number
  constructor(message: string, retryAfterMs: number) {
    super(message)
    this.retryAfterMs = retryAfterMs
  }
}

interface Target {
  url: string
  token: string | undefined
}

const outcomes = importOutcome.array()
const addresses = importedAddress.array()
const unavailable = new Set([408, 429, 502, 503, 504])

const secondsIn = (header: string | null): number => {
  const seconds = Number(header ?? 0)
  return Number.isFinite(seconds) && seconds > 0 ? seconds : 0
}

const detailOf = (body: string): string => {
  try {
    const parsed = problemBody.safeParse(JSON.parse(body))
    return parsed.success ? (parsed.data.detail ?? parsed.data.title) : ''
  } catch {
    return ''
  }
}

const request = async (
  { url, token }: Target,
  body: string,
): Promise<{ status: number; text: string; retryAfterMs: number }> => {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      body,
      signal: AbortSignal.timeout(limits.requestMsMax),
    })
    const retryAfterMs = Math.min(limits.retryMsMax, secondsIn(response.headers.get('retry-after')) * 1000)
    return { status: response.status, text: await response.text(), retryAfterMs }
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
    const said = cause instanceof Error ? cause.message || cause.name : String(cause)
    throw new Unavailable(`${url} does not answer (${said})`, 0)
  }
}

const parseAnswer = <Item>(
  { url, count, schema }: { url: string; count: number; schema: z.ZodType<Item[]> },
  text: string,
): Item[] => {
  try {
    const parsed = schema.safeParse(JSON.parse(text))
    if (parsed.success && parsed.data.length === count) return parsed.data
  } catch {
    // Said below.
  }
  throw new ServiceFailed(`${url} answered something else than an answer for each item`)
}

const attempt = async <Item>(
  target: Target,
  items: readonly unknown[],
  schema: z.ZodType<Item[]>,
): Promise<Item[]> => {
  const { status, text, retryAfterMs } = await request(target, JSON.stringify(items))
  const { url } = target
  if (status >= 200 && status < 300) return parseAnswer({ url, count: items.length, schema }, text)
  const said = `${url} answered ${status}${detailOf(text) === '' ? '' : `: ${detailOf(text)}`}`
  if (unavailable.has(status)) throw new Unavailable(said, retryAfterMs)
  throw new ServiceFailed(said)
}

export interface ImportClient {
  /** Sends items and answers what became of each, in order. Throws ServiceFailed. */
  send(items: readonly unknown[]): Promise<ImportOutcome[]>
  /** The slugs that texts will have, in order. Posts alone knows. Throws ServiceFailed. */
  addressesOf(wanted: readonly WantedAddress[]): Promise<{ key: string; slug: string }[]>
}

export interface ImportClientOptions {
  /** The service's address, without a closing slash. */
  url: string
  /** What the service lets in: the operator's token. */
  token?: string | undefined
  /** Hears of every failed attempt that another will follow. */
  onRetry: (message: string) => void
  /** Milliseconds before the second attempt. */
  retryMsMin?: number
}

/** Sends to `POST /imports`. What is unavailable (no connection, 408, 429, 502, 503, 504) is tried again, as `Retry-After` asks. */
export const createImportClient = ({
  url,
  token,
  onRetry,
  retryMsMin = limits.retryMsMin,
}: ImportClientOptions): ImportClient => {
  const post = async <Item>(
    path: string,
    items: readonly unknown[],
    schema: z.ZodType<Item[]>,
  ): Promise<Item[]> => {
    try {
      return await pRetry(() => attempt({ url: `${url}${path}`, token }, items, schema), {
        retries: limits.retriesMax,
        minTimeout: retryMsMin,
        maxTimeout: limits.retryMsMax,
        randomize: true,
        shouldRetry: ({ error }) => error instanceof Unavailable,
        onFailedAttempt: async ({ error, retriesLeft }) => {
          if (!(error instanceof Unavailable) || retriesLeft === 0) return
          onRetry(error.message)
          await pause(error.retryAfterMs)
        },
      })
    } catch (error) {
      if (error instanceof ServiceFailed) throw error
      throw new ServiceFailed(error instanceof Error ? error.message : String(error), { cause: error })
    }
  }
  return {
    send: (items) => post('/imports', items, outcomes),
    addressesOf: (wanted) => post('/imports/addresses', wanted, addresses),
  }
}
