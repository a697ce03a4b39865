import type { IncomingMessage, ServerResponse } from 'node:http'
import { Problem } from '@logbook/chassis/problem.ts'
import { answerProblem } from './answer-problem.ts'
import { limits } from './limits.ts'
import type { Upstream } from './routes.ts'

/** Answers for a service that does not: a page to someone who reads, a problem to a program. */
export const answerUnavailable = (req: IncomingMessage, res: ServerResponse, upstream: Upstream): void =>
  answerProblem(
    { req, res },
    new Problem('unavailable', {
      detail: `The service ${upstream} does not answer. Try again shortly.`,
      retryAfter: limits.retryAfterSeconds,
      extensions: { service: upstream },
    }),
  )
