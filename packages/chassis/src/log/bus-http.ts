import type { Readable } from 'node:stream'
import { headers } from '@logbook/contracts/http/headers.ts'
import { type LogIdentity, type LogMark, logIdentity, logMark } from '@logbook/contracts/http/log-identity.ts'
import { parseJson } from '@logbook/contracts/json.ts'
import { problemBody } from '@logbook/contracts/problems.ts'
import { Problem } from '../problem.ts'
import { createHttpClient, type HttpAnswer } from './http-client.ts'
import type { KnownLog } from './identity.ts'

/** One answer of the bus that was a success. `position` and `next` come from its headers. */
export interface BusAnswer<Body> {
  status: number
  body: Body
  position: number
  /** True where the bus says that there is a next page. */
  next: boolean
  /** Which log it is, where the answer says so. */
  log?: LogIdentity
  /** The same as a checkpoint at `position`. */
  mark?: LogMark
}

interface Request {
  signal?: AbortSignal
  timeoutMs: number
  /** What the reader knows of the log, to be compared. */
  known?: KnownLog | undefined
}

/** The bus's HTTP, with every failure turned into a `Problem`: no answer at all, or none that makes sense, is `unavailable`. */
export interface BusHttp {
  get(path: string, query: Query, request: Request): Promise<BusAnswer<string>>
  post(path: string, body: string, request: Pick<Request, 'timeoutMs' | 'known'>): Promise<BusAnswer<string>>
  /** An endless answer; the timeout is for its head. */
  follow(path: string, query: Query, request: Request): Promise<BusAnswer<Readable>>
  close(): void
}

export type Query = Record<string, string | number | undefined>

const unavailable = (detail: string, cause?: unknown): Problem =>
  new Problem('unavailable', { detail, cause })

/** A Problem as the bus put it in a body, or `unavailable` for what is not one: a proxy's page, a cut answer. */
export const problemOf = (body: unknown, retryAfter?: number): Problem => {
  const parsed = problemBody.safeParse(body)
  if (!parsed.success) return unavailable('The event bus gave an answer that is not its own.')
  const { type: _, title: __, status: ___, code, detail, errors, ...extensions } = parsed.data
  return new Problem(code, {
    extensions,
    ...(detail === undefined ? {} : { detail }),
    ...(errors === undefined ? {} : { errors }),
    ...(retryAfter === undefined ? {} : { retryAfter }),
  })
}

// A fault of this service, not of its caller: to the caller the log is away, until the right token is shown.
const tokenRefusals: ReadonlySet<string> = new Set(['unauthenticated', 'forbidden'])

/** The Problem of an answer of the bus, with when to come back. */
export const problemIn = (text: string, { 'retry-after': seconds }: HttpAnswer['headers']): Problem =>
  problemOf(parseJson(text), Number.isFinite(Number(seconds)) ? Number(seconds) : undefined)

const refusalOf = (response: HttpAnswer): Problem => {
  const problem = problemIn(response.data, response.headers)
  if (!tokenRefusals.has(problem.code)) return problem
  return unavailable('The event bus refuses this service: its SERVICE_TOKEN is missing or wrong.', problem)
}

const logIn = (
  response: Pick<HttpAnswer, 'headers'>,
  position: number,
): Pick<BusAnswer<never>, 'log' | 'mark'> => {
  const told = (name: string) => response.headers[name.toLowerCase()]
  const { data: log } = logIdentity.safeParse({
    id: told(headers.logId),
    epoch: Number(told(headers.logEpoch)),
  })
  if (log === undefined) return {}
  const { data: mark } = logMark.safeParse({ ...log, position, checksum: told(headers.logChecksum) })
  return mark ? { log, mark } : { log }
}

const answerOf = <Body>(response: HttpAnswer<Body>): BusAnswer<Body> => {
  const position = Number(response.headers[headers.position.toLowerCase()] ?? 0)
  return {
    status: response.status,
    body: response.data,
    position,
    next: String(response.headers.link ?? '').includes('rel="next"'),
    ...logIn(response, position),
  }
}

/** What a reader knows of the log, as request headers. */
const headersOf = (known: KnownLog | undefined): Record<string, string> => {
  if (known === undefined) return {}
  if (!('id' in known)) return { [headers.logEpoch]: '0' }
  return {
    [headers.logId]: known.id,
    [headers.logEpoch]: String(known.epoch),
    ...(known.checksum === undefined ? {} : { [headers.logChecksum]: known.checksum }),
  }
}

const readAll = async (stream: Readable): Promise<string> => {
  let text = ''
  for await (const chunk of stream.setEncoding('utf8')) text += chunk
  return text
}

const isSuccess = ({ status }: { status: number }) => status >= 200 && status < 300

const hasCode = (error: unknown): error is { code: string } =>
  error instanceof Error && 'code' in error && typeof error.code === 'string'

const searchOf = (query: Query): string => {
  const given = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)]],
  )
  return given.length === 0 ? '' : `?${new URLSearchParams(given)}`
}

interface BusHttpOptions {
  url: string
  source: string
  token?: string | undefined
}

export const createBusHttp = ({ url, source, token }: BusHttpOptions): BusHttp => {
  const headers = {
    'User-Agent': `logbook${source}`,
    ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
  }
  const client = createHttpClient({ url, headers, postHeaders: { 'Content-Type': 'application/x-ndjson' } })
  const attempt = async <Response>(run: () => Promise<Response>): Promise<Response> => {
    try {
      return await run()
    } catch (error) {
      const code = hasCode(error) ? error.code : String(error)
      // Where it is stands in the cause, for the log: this text may be passed on to the caller of this service.
      throw unavailable(`The event bus can't be reached (${code}).`, error)
    }
  }

  const succeed = (response: HttpAnswer): BusAnswer<string> => {
    if (!isSuccess(response)) throw refusalOf(response)
    return answerOf(response)
  }

  return {
    async get(path, query, { signal, timeoutMs, known }) {
      const asked = { timeoutMs, signal, headers: known && headersOf(known) }
      return succeed(await attempt(() => client.get(`${path}${searchOf(query)}`, asked)))
    },
    async post(path, body, { timeoutMs, known }) {
      const asked = { timeoutMs, headers: known && headersOf(known) }
      return succeed(await attempt(() => client.post(path, body, asked)))
    },
    async follow(path, params, { signal, timeoutMs, known }) {
      const slow = new AbortController()
      const timer = setTimeout(() => slow.abort(), timeoutMs)
      try {
        const response = await attempt(() =>
          client.stream(`${path}${searchOf(params)}`, {
            headers: { Accept: 'text/event-stream', ...headersOf(known) },
            signal: signal ? AbortSignal.any([signal, slow.signal]) : slow.signal,
          }),
        )
        if (isSuccess(response)) return answerOf(response)
        throw refusalOf({ ...response, data: await readAll(response.data) })
      } finally {
        clearTimeout(timer)
      }
    },
    close() {
      client.close()
    },
  }
}
