import type { IncomingMessage, ServerResponse } from 'node:http'
import { securityHeaders } from '@logbook/chassis/http/app.ts'
import { requestIdOf } from '@logbook/chassis/http/request-id.ts'
import type { Problem } from '@logbook/chassis/problem.ts'
import { headers as names } from '@logbook/contracts/http/headers.ts'
import { isNavigation } from './checks/navigation.ts'
import { problemPage } from './problem-page.ts'

/** Sends a problem, with headers of one's own beside it: a page to a person who opens it. */
export const answerProblem = (
  { req, res }: { req: Pick<IncomingMessage, 'headers'>; res: ServerResponse },
  problem: Problem,
  headers: Readonly<Record<string, string | string[]>> = {},
): void => {
  const forPerson = isNavigation(req)
  const retryAfter = problem.details.retryAfter
  res
    .writeHead(problem.status, {
      ...securityHeaders,
      'Cache-Control': 'no-store',
      [names.requestId]: requestIdOf(req),
      ...(retryAfter === undefined ? {} : { 'Retry-After': String(Math.max(1, Math.ceil(retryAfter))) }),
      ...headers,
      Vary: 'Accept',
      'Content-Type': forPerson ? 'text/html; charset=utf-8' : 'application/problem+json',
    })
    .end(forPerson ? problemPage(problem) : JSON.stringify(problem.toBody()))
}
