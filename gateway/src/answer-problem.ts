import type { ServerResponse } from 'node:http'
import { securityHeaders } from '@logbook/chassis/http/app.ts'
import type { Problem } from '@logbook/chassis/problem.ts'

/** Sends a problem, with headers of one's own beside it. */
export const answerProblem = (
  res: ServerResponse,
  problem: Problem,
  headers: Readonly<Record<string, string | string[]>> = {},
): void => {
  const retryAfter = problem.details.retryAfter
  res
    .writeHead(problem.status, {
      ...securityHeaders,
      'Cache-Control': 'no-store',
      ...(retryAfter === undefined ? {} : { 'Retry-After': String(Math.max(1, Math.ceil(retryAfter))) }),
      ...headers,
      'Content-Type': 'application/problem+json',
    })
    .end(JSON.stringify(problem.toBody()))
}
