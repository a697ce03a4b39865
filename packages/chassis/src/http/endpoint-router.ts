import type { Endpoint, Grant, RowName } from '@logbook/contracts/http/endpoint.ts'
import { type Request, type RequestHandler, type Response, Router } from 'express'
import { callerOf, gateFor } from '../access/gate.ts'
import type { Cause } from '../command/cause.ts'
import { systemIds } from '../ids.ts'
import { Problem } from '../problem.ts'
import { etagOf, ifMatchVersion, linkNext, setPosition, uuidParam } from './answers.ts'
import { jsonBody } from './body.ts'
import { idempotencyOf } from './idempotency.ts'
import { readAtPosition } from './min-position.ts'
import { causeOf } from './request-cause.ts'
import {
  type AnswerHead,
  type Api,
  type Command,
  type CommonRow,
  type Header,
  PrintedText,
  type RawHandler,
} from './serve.ts'
import { createUnderWay, type UnderWay } from './under-way.ts'
import { validate } from './validate.ts'

const bodyBytesMaxDefault = 64 * 1024

interface Incoming {
  params: Record<string, unknown>
  query: unknown
  body: unknown
  command: Command | undefined
  cause: Cause
  header: Header
  locals: Readonly<Record<string, unknown>>
  left: AbortSignal
}
type AnyResult = AnswerHead & { body?: unknown }
type Handle = (input: Incoming, caller: ReturnType<typeof callerOf>) => unknown
interface Guarded {
  before?: RequestHandler | readonly RequestHandler[]
  limits?: RequestHandler | readonly RequestHandler[]
  handle: Handle
}
type AnyHandler = Handle | RawHandler | Guarded

/** Parameters without a schema are UUIDs. What a schema refuses names nothing: `not-found`. */
const paramsOf = (req: Request, names: readonly string[], { params = {} }: Endpoint) =>
  Object.fromEntries(
    names.map((name) => {
      const schema = params[name]
      if (schema === undefined) return [name, uuidParam(req, name)]
      const parsed = schema.safeParse(req.params[name])
      if (parsed.success) return [name, parsed.data]
      throw new Problem('not-found', { detail: `There is nothing at ${req.path.slice(0, 200)}.` })
    }),
  )

const commandOf = (
  req: Request,
  res: Response,
  {
    service,
    ids = systemIds,
    headers,
    body,
    cause,
  }: {
    service: string
    ids: Api['ids']
    headers: Endpoint['headers']
    body: unknown
    cause: Cause
  },
): Command => {
  const idempotency = headers?.includes('Idempotency-Key')
    ? idempotencyOf(req, res, { service, body })
    : undefined
  return {
    id: idempotency?.id ?? ids.next(),
    idempotency,
    ...(headers?.includes('If-Match') && {
      ifMatch: ifMatchVersion(req),
      mustExist: req.headers['if-match']?.trim() === '*',
    }),
    ...cause,
  }
}

const send = (req: Request, res: Response, { result, status }: { result: AnyResult; status: number }) => {
  const { body, version, position, location, next, headers = {} } = result
  if (position !== undefined)
    setPosition(res, { position, log: res.locals.log ?? res.locals.agreed?.current })
  if (version !== undefined) res.setHeader('ETag', etagOf(version))
  if (location !== undefined) res.location(location)
  if (next !== undefined) res.setHeader('Link', linkNext(req, next))
  for (const [name, value] of Object.entries(headers)) {
    if (name === 'Vary') res.vary(String(value))
    else res.setHeader(name, value)
  }
  res.status(result.status ?? status)
  if (body === undefined) res.end()
  else if (body instanceof PrintedText) res.type(body.type).send(body.text)
  else res.json(body)
}

/** The lowest status that an endpoint declares: 2xx, or 3xx where it only redirects. */
const successOf = ({ id, answers }: Endpoint): number => {
  const [status] = Object.keys(answers)
  if (status === undefined) throw new Error(`${id} declares no answer.`)
  return Number(status)
}

const parameterNames = (path: string): string[] =>
  [...path.matchAll(/[:*](\w+)/g)].map(([, name = '']) => name)

/** Aborts when the connection closes: after the answer, or before it where the caller disconnects. */
const leftOf = (res: Response): AbortSignal => {
  const left = new AbortController()
  res.once('close', () => left.abort())
  return left.signal
}

/** Parses and validates a request, and sends what the handler returns. */
const answerBy = (
  handle: Handle,
  { row, endpoint, api }: { row: RowName; endpoint: Endpoint; api: Api },
): RequestHandler => {
  const names = parameterNames(row)
  const status = successOf(endpoint)
  const schema = endpoint.accepts ?? endpoint.body
  const isCommand = !row.startsWith('GET ')
  const { declared, ids } = api
  return async (req, res) => {
    const params = paramsOf(req, names, endpoint)
    const query = endpoint.query && validate(endpoint.query, req.query)
    const body = schema && validate(schema, req.body)
    const { service } = declared
    const cause = causeOf(res)
    const command = isCommand
      ? commandOf(req, res, { service, ids, headers: endpoint.headers, body, cause })
      : undefined
    const input = {
      ...{ params, query, body, command, cause, locals: res.locals },
      header: (name: string) => req.get(name),
      // Few handlers wait for anything, and the others need no listener.
      get left() {
        return leftOf(res)
      },
    }
    const result = await handle(input, callerOf(res))
    send(req, res, { result: result as AnyResult, status })
  }
}

/** What runs for one endpoint behind its access check, in order. */
const stepsOf = (row: RowName, endpoint: Endpoint, api: Api): RequestHandler[] => {
  const handler = api.handlers[row] as AnyHandler | undefined
  if (handler === undefined) throw new Error(`${api.declared.service}: ${row} has no handler.`)
  const position = endpoint.headers?.includes('Min-Position')
    ? readingAt(row, 'raw' in handler && handler.follower ? handler : api)
    : []
  if ('raw' in handler) return [position, handler.raw].flat()
  const body = endpoint.body ? jsonBody({ bytesMax: endpoint.bodyBytesMax ?? bodyBytesMaxDefault }) : []
  const { before = [], limits = [], handle } = typeof handler === 'function' ? { handle: handler } : handler
  const answer = answerBy(handle, { row, endpoint, api })
  return [before, body, position, limits, answer].flat()
}

const readingAt = (row: RowName, { follower }: Pick<Api, 'follower'>): RequestHandler[] => {
  if (follower === undefined) throw new Error(`${row} declares Min-Position, and there is no follower.`)
  return [readAtPosition(follower)]
}

const refuseMethod = (methods: readonly string[]): RequestHandler => {
  const allow = [...new Set(methods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method])))]
  return (req) => {
    throw new Problem('method-not-allowed', {
      detail: `${req.path.slice(0, 200)} takes ${allow.join(', ')}.`,
      extensions: { allow },
    })
  }
}

const setHeaders =
  (headers: Readonly<Record<string, string>>): RequestHandler =>
  (_req, res, next) => {
    res.set(headers)
    next()
  }

/**
 * Routes each endpoint of a service: access check, headers, guard, rate limit, body, position, handler. A path that takes no such
 * method answers 405 to callers that may use one of its methods. Throws at once for an endpoint without a handler.
 */
export const routeEndpoints = (
  api: Api,
  common: Readonly<Record<CommonRow, RequestHandler>>,
  { tracked }: Pick<UnderWay, 'tracked'> = createUnderWay(),
): Router => {
  const { declared, verify, guard, headers } = api
  const router = Router({ caseSensitive: true, strict: true })
  const gate = gateFor({ service: declared.service, verify })
  const heads = headers ? [setHeaders(headers)] : []
  const guards = [guard ?? []].flat()
  const rows = Object.entries(declared.rows) as [RowName, Endpoint][]
  const paths = new Map<string, { methods: string[]; grants: Grant[] }>()
  for (const [row, endpoint] of rows) {
    const [method = '', path = ''] = row.split(' ')
    const steps = row in common ? [common[row as CommonRow]] : stepsOf(row, endpoint, api)
    const all = [gate(endpoint.access), ...heads, ...guards, ...steps]
    router[method.toLowerCase() as 'get'](path, ...all.map(tracked))
    const { methods = [], grants = [] } = paths.get(path) ?? {}
    paths.set(path, { methods: [...methods, method], grants: [...grants, ...endpoint.access] })
  }
  for (const [path, { methods, grants }] of paths)
    router.all(path, gate(grants), ...heads, refuseMethod(methods))
  return router
}
