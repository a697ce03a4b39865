import { pause } from '@logbook/chassis/async/pause.ts'
import { problemBody } from '@logbook/contracts/problems.ts'
import pRetry from 'p-retry'
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

export interface Asked {
  method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH'
  url: string
  /** What is sent. */
  json?: string
  /** What is sent in place of JSON, with its type in `headers`. */
  bytes?: Uint8Array
  headers?: Readonly<Record<string, string>>
  ifMatch?: string | undefined
  /** Statuses that are answers like 2xx. */
  mayBe?: readonly number[]
}

export interface Answered {
  status: number
  text: string
  headers: Headers
  etag: string | undefined
  /** What `Link` names as the next page. */
  link: string | undefined
}

/** Sends one request and resolves to its answer. Throws ServiceFailed. */
export type Ask = (asked: Asked) => Promise<Answered>

export interface AskOptions {
  /** What the services let in: the operator's token, or an owner's. */
  token?: string | undefined
  /** Hears of every failed attempt that another will follow. */
  onRetry: (message: string) => void
  /** Milliseconds before the second attempt. */
  retryMsMin?: number
}

const request = async (
  { method, url, json, bytes, ifMatch, headers }: Asked,
  token: string | undefined,
): Promise<Response> => {
  try {
    return await fetch(url, {
      method,
      headers: {
        ...(json === undefined ? {} : { 'content-type': 'application/json' }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(ifMatch === undefined ? {} : { 'if-match': ifMatch }),
        ...headers,
      },
      ...(json === undefined ? {} : { body: json }),
      ...(bytes === undefined ? {} : { body: new Uint8Array(bytes) }),
      signal: AbortSignal.timeout(limits.requestMsMax),
    })
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
    const said = cause instanceof Error ? cause.message || cause.name : String(cause)
    throw new Unavailable(`${url} does not answer (${said})`, 0)
  }
}

const attempt = async (asked: Asked, token: string | undefined): Promise<Answered> => {
  const { url, mayBe = [] } = asked
  const answer = await request(asked, token)
  const { status, headers } = answer
  const text = await answer.text().catch(() => {
    throw new Unavailable(`${url} broke off its answer`, 0)
  })
  const link = /<([^>]+)>;\s*rel="next"/.exec(headers.get('link') ?? '')?.[1]
  if (answer.ok || mayBe.includes(status))
    return { status, text, headers, etag: headers.get('etag') ?? undefined, link }
  const said = `${url} answered ${status}${detailOf(text) === '' ? '' : `: ${detailOf(text)}`}`
  if (!unavailable.has(status)) throw new ServiceFailed(said)
  throw new Unavailable(said, Math.min(limits.retryMsMax, secondsIn(headers.get('retry-after')) * 1000))
}

/** What is unavailable (no connection, 408, 429, 502, 503, 504) is tried again, as `Retry-After` asks. */
export const createAsk =
  ({ token, onRetry, retryMsMin = limits.retryMsMin }: AskOptions): Ask =>
  async (asked) => {
    try {
      return await pRetry(() => attempt(asked, token), {
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
