import type { IncomingHttpHeaders } from 'node:http'
import { etagOf } from '@logbook/chassis/http/answers.ts'
import type { Result } from '@logbook/chassis/http/serve.ts'
import { validate } from '@logbook/chassis/http/validate.ts'
import { Problem } from '@logbook/chassis/problem.ts'
import type {
  Endpoint,
  Endpoints,
  RequestOf,
  RowName,
  ServiceEndpoints,
} from '@logbook/contracts/http/endpoint.ts'

export interface Asked {
  method: string
  /** Path and query below the service. */
  url: URL
  headers: IncomingHttpHeaders
  body: Record<string, unknown>
}

export interface Reply {
  status: number
  headers: Record<string, string | readonly string[]>
  body: unknown
}

type Input<Row, One extends Endpoint> = RequestOf<Row, One> & Pick<Asked, 'url' | 'headers'>
export type Answers<Rows extends Endpoints> = {
  [Row in keyof Rows & RowName]?: (asked: Input<Row, Rows[Row]>) => Result<Rows[Row]>
}
interface AnyInput extends Pick<Asked, 'url' | 'headers'> {
  params: Record<string, unknown>
  query: unknown
  body: unknown
}
type AnyAnswer = (asked: AnyInput) => Result<Endpoint> & { body?: unknown }

export const refusal = (problem: Problem): Reply => ({
  status: problem.status,
  headers: {},
  body: problem.toBody(),
})

const patternOf = (row: string): RegExp => new RegExp(`^${row.replaceAll(/:(\w+)/g, '(?<$1>[^/]+)')}$`)

const paramsOf = (found: RegExpExecArray, { params = {} }: Endpoint) =>
  Object.fromEntries(
    Object.entries(found.groups ?? {}).map(([name, value]) => {
      const text = decodeURIComponent(value)
      return [name, params[name]?.parse(text) ?? text]
    }),
  )

const printed = ({ answers }: Endpoint, result: ReturnType<AnyAnswer>, { pathname }: URL): Reply => {
  const { status = Number(Object.keys(answers)[0]), body, version, position, next, headers } = result
  return {
    status,
    body,
    headers: {
      ...(version === undefined ? {} : { ETag: etagOf(version) }),
      ...(position === undefined ? {} : { Position: String(position) }),
      ...(next && { Link: `<${pathname}?${new URLSearchParams(next)}>; rel="next"` }),
      ...headers,
    },
  }
}

/**
 * Some endpoints of a service, answered by a test. Requests are read, and answers typed, as the endpoints declare them, so that a test
 * does not agree with a client that is wrong.
 */
export const answering = <Rows extends Endpoints>(
  { rows }: ServiceEndpoints<Rows>,
  answers: Answers<Rows>,
): ((asked: Asked) => Reply) => {
  const routes = Object.entries<Endpoint>(rows).flatMap(([row, endpoint]) => {
    const answer = (answers as Record<string, AnyAnswer | undefined>)[row]
    return answer ? [{ pattern: patternOf(row), endpoint, answer }] : []
  })
  return ({ method, url, headers, body: sent }) => {
    try {
      for (const { pattern, endpoint, answer } of routes) {
        const found = pattern.exec(`${method} ${url.pathname}`)
        if (found === null) continue
        const query = endpoint.query && validate(endpoint.query, Object.fromEntries(url.searchParams))
        const schema = endpoint.accepts ?? endpoint.body
        const body = schema && validate(schema, sent)
        return printed(
          endpoint,
          answer({ params: paramsOf(found, endpoint), query, body, url, headers }),
          url,
        )
      }
      throw new Problem('not-found')
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      return refusal(error)
    }
  }
}

type Defined<Value> = { [Name in keyof Value]: Exclude<Value[Name], undefined> }

/** Without the fields that are not there. */
export const defined = <Value extends object>(value: Value): Partial<Defined<Value>> =>
  Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as Partial<
    Defined<Value>
  >

/** Throws `precondition-failed` for a command that is meant for another version. */
export const assertVersion = (headers: IncomingHttpHeaders, version: number, more = {}): void => {
  const tag = headers['if-match']
  if (tag !== undefined && tag !== '*' && tag !== etagOf(version))
    throw new Problem('precondition-failed', { extensions: { actual: version, ...more } })
}
