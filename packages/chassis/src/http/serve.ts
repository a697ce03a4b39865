import type {
  AnswerOf,
  Endpoint,
  Endpoints,
  RequestOf,
  RowName,
  ServiceEndpoints,
} from '@logbook/contracts/http/endpoint.ts'
import type { Caller } from '@logbook/contracts/identity.ts'
import type { RequestHandler } from 'express'
import type { Verify } from '../access/verify.ts'
import type { Cause } from '../command/cause.ts'
import type { Idempotency } from '../command/command.ts'
import type { Ids } from '../ids.ts'
import type { readAtPosition } from './min-position.ts'

/** What comes with every command over HTTP. `id` becomes the id of the command's first event. */
export interface Command extends Cause {
  id: string
  ifMatch?: number | undefined
  /** True for `If-Match: *`: what it changes must be there. */
  mustExist?: boolean
  idempotency?: Idempotency | undefined
}

/** A request header by its name, in any case. */
export type Header = (name: string) => string | undefined

/**
 * A validated request. `command` is there for every method but GET; `cause` is what its events are caused by. `left` aborts when the
 * caller has disconnected. `locals` is what `before` and `limits` have left in `res.locals`.
 */
export type Input<Row, One extends Endpoint> = RequestOf<Row, One> & {
  cause: Cause
  header: Header
  locals: Readonly<Record<string, unknown>>
  readonly left: AbortSignal
  command: Row extends `GET ${string}` ? undefined : Command
}

/** A body that is a text already: JSON unless `type` says otherwise. Tests alone compare it with the endpoint's schema. */
export class PrintedText {
  readonly text: string
  readonly type: string
  constructor(text: string, type = 'json') {
    this.text = text
    this.type = type
  }
}

/** Handlers may answer with values that they share, so no array or object needs to be mutable. */
type DeepReadonly<Value> = Value extends readonly (infer Item)[]
  ? readonly DeepReadonly<Item>[]
  : Value extends object
    ? { readonly [Key in keyof Value]: DeepReadonly<Value[Key]> }
    : Value

// In brackets, so that a union of states is one body and not one kind of answer each.
type Body<Given> = [Given] extends [undefined]
  ? { body?: PrintedText }
  : { body: DeepReadonly<Given> | PrintedText }

/** An answer apart from its body. Without a `status` it has the lowest that the endpoint declares. */
export interface AnswerHead {
  status?: number
  /** The version of the state, for `ETag`. */
  version?: number | undefined
  /** How far the log holds what the command did. */
  position?: number
  location?: string
  /** Parameters of this address that make it that of the next page, for `Link`. */
  next?: Readonly<Record<string, string>> | undefined
  headers?: Readonly<Record<string, string | readonly string[]>>
}
export type Result<One extends Endpoint> = AnswerHead & Body<AnswerOf<One>>

type Handle<Row, One extends Endpoint> = (
  input: Input<Row, One>,
  caller: Caller,
) => Result<One> | Promise<Result<One>>

/** For streams, files and prepared bytes alone: it reads the body and sends the answer itself, and a comment says why it must. */
export interface RawHandler {
  raw: RequestHandler | readonly RequestHandler[]
  /** Waited for in place of the service's follower. */
  follower?: Parameters<typeof readAtPosition>[0]
}
/** `before` runs ahead of the reading of the body, such as a check of whose thing it is; `limits` between its reading and its validation. */
interface Guarded<Row, One extends Endpoint> {
  before?: RequestHandler | readonly RequestHandler[]
  limits?: RequestHandler | readonly RequestHandler[]
  handle: Handle<Row, One>
}
export type Handler<Row, One extends Endpoint> = Handle<Row, One> | Guarded<Row, One> | RawHandler

/** The endpoints that every service answers alike. */
export type CommonRow = 'GET /metrics' | 'GET /openapi.json'

/** One for each endpoint that is declared, but those that every service answers alike. */
export type Handlers<Rows extends Endpoints> = {
  [Row in Exclude<keyof Rows & RowName, CommonRow>]: Handler<Row, Rows[Row]>
}

export interface ServeOptions {
  /** Null lets every caller that reaches the service in, as `nobody`. */
  verify: Verify | null
  /** For the ids of commands that bring no Idempotency-Key. */
  ids?: Ids
  /** Waited for by endpoints that declare `Min-Position`. */
  follower?: Parameters<typeof readAtPosition>[0]
  /** On every answer behind the access check, refusals included. */
  headers?: Readonly<Record<string, string>>
  /** Stands behind the access check of each endpoint. */
  guard?: RequestHandler | readonly RequestHandler[]
}

/** The endpoints of a service with their handlers, for `createHttpApp`. */
export interface Api extends ServeOptions {
  declared: ServiceEndpoints
  handlers: Readonly<Record<string, unknown>>
}

/** Types the handlers of some of a service's endpoints, for one file. */
export const handlersOf =
  <Rows extends Endpoints>(_declared: ServiceEndpoints<Rows>) =>
  <Row extends keyof Handlers<Rows>>(handlers: Pick<Handlers<Rows>, Row>): Pick<Handlers<Rows>, Row> =>
    handlers

export const serve = <Rows extends Endpoints>(
  declared: ServiceEndpoints<Rows>,
  options: ServeOptions,
  handlers: Handlers<Rows>,
): Api => ({ declared, handlers, ...options })
