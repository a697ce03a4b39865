import type { IncomingMessage, ServerResponse } from 'node:http'
import { documentHeaders } from '@logbook/chassis/http/app.ts'
import { Problem } from '@logbook/chassis/problem.ts'
import { answerProblem } from './answer-problem.ts'
import { limits } from './limits.ts'
import type { Upstream } from './routes.ts'

// No style, no script and nothing of the address: it must come out right when everything else is down.
const page = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark"><title>Back in a moment</title></head>
<body><main><h1>Back in a moment</h1><p>This page can’t be shown right now. Nothing is lost. Please try again shortly.</p><p><a href="">Try again</a></p></main></body>
</html>
`

/** Answers for a service that does not: a page to someone who reads, a problem to a program. */
export const answerUnavailable = (req: IncomingMessage, res: ServerResponse, upstream: Upstream): void => {
  const common = {
    ...documentHeaders,
    'Retry-After': String(limits.retryAfterSeconds),
    'Cache-Control': 'no-store',
  }
  if (upstream === 'client' && (req.headers.accept ?? '').includes('text/html')) {
    res.writeHead(503, { ...common, 'Content-Type': 'text/html; charset=utf-8' }).end(page)
    return
  }
  const problem = new Problem('unavailable', {
    detail: `The service ${upstream} does not answer. Try again shortly.`,
    retryAfter: limits.retryAfterSeconds,
    extensions: { service: upstream },
  })
  answerProblem(res, problem)
}
