import type { z } from 'zod'
import { operator, type Role, scraper } from '../identity.ts'
import type { ProblemCode } from '../problems.ts'

/** A caller that an endpoint lets in. No role implies another. `service:*` is any service; the operator and the scraper are none. */
export type Grant = 'anyone' | 'guest' | Role | typeof operator | typeof scraper | `service:${string}`

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** A method and a path as Express reads it: `PATCH /things/:id`. */
export type RowName = `${Method} /${string}`

/** Request headers that change what an endpoint does. */
export type HeaderName = 'If-Match' | 'Idempotency-Key' | 'Min-Position' | 'Prefer' | 'Last-Event-ID'

/** The headers of a command, and of a read from a view. */
export const commandHeaders = ['If-Match', 'Idempotency-Key'] as const
export const readHeaders = ['Min-Position', 'Prefer'] as const

interface Content<Schema> {
  schema?: Schema
  example?: unknown
  /** Several, each by a name. */
  examples?: Readonly<Record<string, { value: unknown }>>
}
type Contents = Readonly<Record<string, Content<z.ZodType | Record<string, unknown>>>>

/** One answer, in the form of OpenAPI 3.1: its bodies by media type. */
export interface Answer {
  description: string
  content?: Contents
  headers?: Readonly<Record<string, unknown>>
}

/** An answer in JSON. */
export const json = <const Schema extends z.ZodType>(
  schema: Schema,
  description: string,
  example?: unknown,
) => ({
  description,
  content: { 'application/json': example === undefined ? { schema } : { schema, example } },
})

/** One endpoint of a service: its access, its input, its answers and its description. */
export interface Endpoint {
  /** The operation's id in OpenAPI. */
  id: string
  summary: string
  details?: string
  /** Which of the groups of its service it belongs to. */
  tag?: string
  access: readonly Grant[]
  /** The part of the public path ahead of this one, such as `/api`; the gateway strips it. Without it the endpoint is not public. */
  under?: string
  /** Path parameters that are not UUIDs. */
  params?: Readonly<Record<string, z.ZodType>>
  query?: z.ZodObject
  headers?: readonly HeaderName[]
  /** Further request headers, which a raw handler reads. */
  rawHeaders?: Readonly<Record<string, z.ZodType>>
  body?: z.ZodType
  /** The bodies that a raw handler reads, by media type, where they are not JSON alone. */
  rawBodies?: Contents
  /** Validated in place of `body` where a wrong item is not to refuse the others. */
  accepts?: z.ZodType
  /** Of the body, after decompression. */
  bodyBytesMax?: number
  /** A body that may be sent as it is. */
  example?: unknown
  /** What it is answered with where nothing is wrong, by status. */
  answers: Readonly<Record<string, Answer>>
  /** Problems beside those that follow from the access, the path, the headers and the body. */
  refusals?: readonly ProblemCode[]
}

export type Endpoints = Readonly<Record<RowName, Endpoint>>

/** The endpoints of one service. */
export interface ServiceEndpoints<Rows extends Endpoints = Endpoints, Name extends string = string> {
  service: Name
  description: string
  /** Groups of its endpoints, with a description of each. */
  tags?: Readonly<Record<string, string>>
  /** What its health says beyond that of all services. */
  health?: { says: Readonly<Record<string, z.ZodType>>; example: Readonly<Record<string, unknown>> }
  /** What its metrics are of, in a sentence. */
  measures?: string
  rows: Rows
}

const metrics = (service: string, details = 'Requests by route and status, refusals by code, the process.') =>
  ({
    id: `${service}-metrics`,
    summary: 'What it measures of itself, for Prometheus',
    details,
    access: [operator, scraper],
    answers: {
      '200': {
        description: 'Prometheus text, version 0.0.4.',
        content: {
          'text/plain': { schema: { type: 'string' }, example: 'http_problems_total{code="not-found"} 1' },
        },
      },
    },
  }) as const satisfies Endpoint

/**
 * Declares the endpoints of a service, once for its routes, its access checks, its OpenAPI document, the gateway and the client.
 * `GET /metrics` is added.
 */
export const endpoints = <const Rows extends Endpoints, const Name extends string>(
  service: Name,
  { rows, ...about }: Omit<ServiceEndpoints<Rows>, 'service'>,
) => ({ service, ...about, rows: { ...rows, 'GET /metrics': metrics(service, about.measures) } })

/** The callers that each endpoint of a service lets in. */
export const grantsOf = ({ rows }: ServiceEndpoints): Readonly<Record<RowName, readonly Grant[]>> =>
  Object.fromEntries(Object.entries(rows).map(([row, { access }]) => [row, access]))

type Split<Path extends string> = Path extends `${infer Head}/${infer Rest}` ? Head | Split<Rest> : Path

/** The names of the parameters in a path: `id` of `/things/:id`. */
export type ParamNames<Row> = Row extends `${Method} ${infer Path}`
  ? Split<Path> extends infer Part
    ? Part extends `:${infer Name}`
      ? Name
      : never
    : never
  : never

type SchemaOutput<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined
type SchemaInput<Schema> = Schema extends z.ZodType ? z.input<Schema> : undefined

type ParamsOf<Row, One extends Endpoint> = {
  [Name in ParamNames<Row>]: One extends { params: Record<Name, infer Schema> }
    ? SchemaOutput<Schema>
    : string
}

/** What a handler is given of a request. */
export interface RequestOf<Row, One extends Endpoint> {
  params: ParamsOf<Row, One>
  query: One extends { query: infer Schema } ? SchemaOutput<Schema> : undefined
  body: One extends { accepts: infer Schema } | { body: infer Schema } ? SchemaOutput<Schema> : undefined
}

/** The body that an endpoint takes, before it is parsed; undefined where it takes none. */
export type BodyOf<One> = One extends { body: infer Schema } ? SchemaInput<Schema> : undefined

type JsonOf<One> = One extends { content: { 'application/json': { schema: infer Schema } } }
  ? SchemaOutput<Schema>
  : undefined

/** The body of an answer that is no refusal; undefined for one without a body in JSON. */
export type AnswerOf<One extends Endpoint> = {
  [Status in keyof One['answers']]: Status extends `2${string}` | number
    ? JsonOf<One['answers'][Status]>
    : never
}[keyof One['answers']]
