import type { AnswerOf, Endpoints, RowName, ServiceEndpoints } from '@logbook/contracts/http/endpoint.ts'
import { type Given, pathOf } from './api.ts'
import { type Answer, type Ask, ask, refuse } from './ask.server.ts'
import type { Blog } from './blog.server.ts'

interface Context {
  blog: Pick<Blog, 'urls'>
  /** The browser's request, on whose behalf the service is asked. */
  request: Request
}

interface Common extends Context {
  headers?: Record<string, string>
  query?: URLSearchParams | Readonly<Record<string, string>> | undefined
}

const askOf = (
  service: string,
  row: RowName,
  call: Common & { params?: Record<string, string>; body?: unknown },
): Ask => {
  const [method = '', path = ''] = row.split(' ')
  const { blog, request, headers, query, params, body } = call
  const search = query === undefined ? '' : `?${new URLSearchParams(query)}`
  const url = `${blog.urls[service as keyof Blog['urls']]}${pathOf(path, params)}${search}`
  return {
    ...{ request, url, method: method as NonNullable<Ask['method']>, body },
    ...(headers && { headers }),
    // Accounts alone reads the browser's cookies, and where it calls from.
    withCookies: service === 'accounts',
  }
}

/** Calls an endpoint of a service, with the types that it declares. Never throws: a service that is down is a problem `unavailable`. */
export const call = <Rows extends Endpoints, Row extends keyof Rows & RowName>(
  { service }: ServiceEndpoints<Rows>,
  row: Row,
  given: Common & Given<Row, Rows[Row]>,
): Promise<Answer<AnswerOf<Rows[Row]>>> => ask(askOf(service, row, given))

/** For loaders: the answer, or the page that says why there is none. */
export const callOrThrow = async <Rows extends Endpoints, Row extends keyof Rows & RowName>(
  declared: ServiceEndpoints<Rows>,
  row: Row,
  given: Common & Given<Row, Rows[Row]>,
): Promise<Extract<Answer<AnswerOf<Rows[Row]>>, { ok: true }>> => {
  const answer = await call(declared, row, given)
  return answer.ok ? answer : refuse(given, answer)
}
