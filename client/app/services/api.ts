import type { AnswerOf, BodyOf, Endpoint, Endpoints, ParamNames } from '@logbook/contracts/http/endpoint.ts'
import type { ProblemBody } from '@logbook/contracts/problems.ts'

const answerMsMax = 15_000

/** What a person typed is sent as it is: the service says what is wrong with it. Only the names of fields are checked here. */
type Typed<Value> = Value extends string
  ? string
  : Value extends number
    ? number
    : Value extends readonly (infer Item)[]
      ? readonly Typed<Item>[]
      : Value extends object
        ? { [Name in keyof Value]: Typed<Value[Name]> }
        : Value

/** What an endpoint is called with: the parameters of its path, and its body. */
export type Given<Row, One> = ([ParamNames<Row>] extends [never]
  ? unknown
  : { params: Record<ParamNames<Row>, string> }) &
  (BodyOf<One> extends undefined ? unknown : { body: Typed<BodyOf<One>> })

/** The path of a row with its parameters filled in. */
export const pathOf = (path: string, params: Readonly<Record<string, string>> = {}): string =>
  path.replaceAll(/:(\w+)/g, (_, name) => encodeURIComponent(params[name] ?? ''))

export const isProblem = (body: unknown): body is ProblemBody =>
  typeof body === 'object' && body !== null && 'code' in body && 'status' in body

/** The problem of an answer that is a refusal; one from between the browser and the blog says none. */
export const problemOf = async (answer: Response): Promise<ProblemBody> => {
  const body: unknown = await answer.json().catch(() => undefined)
  if (isProblem(body)) return body
  const { status } = answer
  return { type: 'about:blank', title: `The server answered ${status}.`, status, code: 'unavailable' }
}

type PublicRow<Row, One> = Row extends `${infer Method} ${infer Path}`
  ? One extends { under: infer Under extends string }
    ? `${Method} ${Under}${Path}`
    : never
  : never
/** The public endpoints of a service, by method and public path: `POST /api/things`. */
type PublicRows<Rows> = { [Row in keyof Rows as PublicRow<Row, Rows[Row]>]: Rows[Row] }
type Answered<One> = One extends Endpoint ? AnswerOf<One> : never

interface Common {
  query?: URLSearchParams | Readonly<Record<string, string>>
  headers?: Readonly<Record<string, string>>
  signal?: AbortSignal
  /** Also when the page is left meanwhile. */
  keepalive?: boolean
}

export type ApiAnswer<Body> =
  | { ok: true; status: number; headers: Headers; body: Body }
  | { ok: false; status: number; problem: ProblemBody }

/**
 * Calls endpoints of a service from the browser, with the types that it declares. The declarations themselves are too large to send, so
 * only their type is given here. Throws a TypeError where there is no connection, and a TimeoutError.
 */
export const apiOf =
  <Rows extends Endpoints>() =>
  async <Row extends keyof PublicRows<Rows> & string>(
    row: Row,
    given: Common & Given<Row, PublicRows<Rows>[Row]>,
  ): Promise<ApiAnswer<Answered<PublicRows<Rows>[Row]>>> => {
    const [method = '', path = ''] = row.split(' ')
    const { params, body, query, headers, signal, keepalive }: AnyGiven = given
    const response = await fetch(
      `${pathOf(path, params)}${query === undefined ? '' : `?${new URLSearchParams(query)}`}`,
      {
        method,
        headers: {
          Accept: 'application/json',
          ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        ...(keepalive && { keepalive }),
        signal: signal ?? AbortSignal.timeout(answerMsMax),
      },
    )
    const { status } = response
    if (!response.ok) return { ok: false, status, problem: await problemOf(response) }
    const text = await response.text()
    return { ok: true, status, headers: response.headers, body: text === '' ? undefined : JSON.parse(text) }
  }
type AnyGiven = Common & { params?: Readonly<Record<string, string>>; body?: unknown }
