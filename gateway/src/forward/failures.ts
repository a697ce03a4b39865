import type { IncomingMessage, ServerResponse } from 'node:http'
import { isProblem, Problem } from '@logbook/chassis/problem.ts'
import { answerProblem } from '../answer-problem.ts'
import type { Upstream } from '../routes.ts'
import { answerUnavailable } from '../unavailable.ts'

const connectionFailures = new Set([
  ...['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'EHOSTUNREACH', 'ETIMEDOUT'],
  ...['UND_ERR_SOCKET', 'UND_ERR_CONNECT_TIMEOUT'],
])
const malformed = new Set(['UND_ERR_INVALID_ARG', 'UND_ERR_REQ_CONTENT_LENGTH_MISMATCH'])

const codeOf = (error: Error): string => ('code' in error && typeof error.code === 'string' ? error.code : '')

/** True where a service was not reached, or went away before it answered. */
export const isConnectionFailure = (error: Error): boolean => connectionFailures.has(codeOf(error))

/** Answers for a service that gave no answer, or for a request that could not be sent to it. True where the service is to blame. */
export const answerFailure = (
  error: Error,
  { req, res, to }: { req: IncomingMessage; res: ServerResponse; to: Upstream },
): boolean => {
  const isOurs = isProblem(error) || malformed.has(codeOf(error))
  if (isProblem(error)) answerProblem({ req, res }, error)
  else if (isOurs)
    answerProblem({ req, res }, new Problem('bad-encoding', { detail: 'The request is malformed.' }))
  else answerUnavailable(req, res, to)
  return !isOurs
}
