import { pause } from '@logbook/chassis/async/pause.ts'
import { nextPage, retryAfterMs } from '@logbook/contracts/http/answer-headers.ts'
import { parseJson } from '@logbook/contracts/json.ts'
import { problemBody } from '@logbook/contracts/problems.ts'
import pRetry from 'p-retry'
import { limits } from './limits.ts'

/** A service does not answer, or not as one of a blog would; the message says what was asked and what came. */
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
/** Whether a status may be another a little later. */
export const isUnavailable = (status: number): boolean => unavailable.has(status)

const detailOf = (body: string): string => {
  const { data } = problemBody.safeParse(parseJson(body))
  return data?.detail ?? data?.title ?? ''
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
  /** The value of `Authorization`; absent for what anyone may ask. */
  authorization?: string | undefined
  /** Ends what is asked, and throws its reason. */
  signal?: AbortSignal | undefined
  /** Hears of every failed attempt that another will follow. */
  onRetry?: (message: string) => void
  /** Milliseconds before the second attempt. */
  retryMsMin?: number | undefined
}

const request = async (
  { method, url, json, bytes, ifMatch, headers }: Asked,
  { authorization, signal }: AskOptions,
): Promise<Response> => {
  const timeout = AbortSignal.timeout(limits.requestMsMax)
  try {
    return await fetch(url, {
      method,
      headers: {
        ...(json === undefined ? {} : { 'content-type': 'application/json' }),
        ...(authorization === undefined ? {} : { authorization }),
        ...(ifMatch === undefined ? {} : { 'if-match': ifMatch }),
        ...headers,
      },
      ...(json === undefined ? {} : { body: json }),
      ...(bytes === undefined ? {} : { body: new Uint8Array(bytes) }),
      signal: signal ? AbortSignal.any([timeout, signal]) : timeout,
    })
  } catch (error) {
    signal?.throwIfAborted()
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
    const said = cause instanceof Error ? cause.message || cause.name : String(cause)
    throw new Unavailable(`${url} does not answer (${said})`, 0)
  }
}

const attempt = async (asked: Asked, by: AskOptions): Promise<Answered> => {
  const { url, mayBe = [] } = asked
  const answer = await request(asked, by)
  const { status, headers } = answer
  const text = await answer.text().catch(() => {
    by.signal?.throwIfAborted()
    throw new Unavailable(`${url} broke off its answer`, 0)
  })
  const link = nextPage(headers.get('link'))
  if (answer.ok || mayBe.includes(status))
    return { status, text, headers, etag: headers.get('etag') ?? undefined, link }
  const said = `${url} answered ${status}${detailOf(text) === '' ? '' : `: ${detailOf(text)}`}`
  if (!isUnavailable(status)) throw new ServiceFailed(said)
  const waitMs = retryAfterMs(headers.get('retry-after'), Date.now()) ?? 0
  throw new Unavailable(said, Math.min(limits.retryMsMax, waitMs))
}

/** What is unavailable (no connection, 408, 429, 502, 503, 504) is tried again, as `Retry-After` asks. */
export const createAsk =
  (by: AskOptions = {}): Ask =>
  async (asked) => {
    const { signal, onRetry = () => {} } = by
    try {
      return await pRetry(() => attempt(asked, by), {
        ...(signal && { signal }),
        retries: limits.retriesMax,
        minTimeout: by.retryMsMin ?? limits.retryMsMin,
        maxTimeout: limits.retryMsMax,
        randomize: true,
        shouldRetry: ({ error }) => error instanceof Unavailable,
        onFailedAttempt: async ({ error, retriesLeft }) => {
          if (!(error instanceof Unavailable) || retriesLeft === 0) return
          onRetry(error.message)
          await pause(error.retryAfterMs, signal)
        },
      })
    } catch (error) {
      signal?.throwIfAborted()
      if (error instanceof ServiceFailed) throw error
      throw new ServiceFailed(error instanceof Error ? error.message : String(error), { cause: error })
    }
  }
