import type { ProblemCode } from '@logbook/contracts/problems.ts'
import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express'
import { endIfDamaged } from '../files/damage.ts'
import { type Logger, loggablePath } from '../logger.ts'
import { Problem } from '../problem.ts'

const bodyParserErrors: Record<string, (message: string) => Problem> = {
  'entity.too.large': () =>
    new Problem('too-large', { detail: 'The body is larger than this address takes.' }),
  'encoding.unsupported': () =>
    new Problem('wrong-content-type', { detail: 'That Content-Encoding is not known here.' }),
  'request.aborted': () => new Problem('bad-json', { detail: 'The body ended early.' }),
  'request.size.invalid': () =>
    new Problem('bad-json', { detail: 'The body is not as long as Content-Length says.' }),
}

/** What an error that reached the edge is to the caller. Unknown ones are `internal` and say nothing of themselves. */
export const toProblem = (error: unknown): Problem => {
  if (error instanceof Problem) return error
  if (error instanceof URIError)
    return new Problem('bad-encoding', { detail: 'The address is not well encoded.' })
  if (error instanceof Error && 'type' in error && typeof error.type === 'string') {
    const known = bodyParserErrors[error.type]
    if (known) return known(error.message)
  }
  // A body that does not inflate is body-parser's plain 400.
  if (error instanceof Error && 'status' in error && error.status === 400)
    return new Problem('bad-encoding', { detail: 'The request could not be decoded.', cause: error })
  return new Problem('internal', { cause: error })
}

interface SendProblem {
  problem: Problem
  /** What a person is shown, as HTML. */
  page?: string | undefined
}

const send = (res: Response, { problem, page }: SendProblem): void => {
  if (problem.details.retryAfter !== undefined)
    res.set('Retry-After', String(Math.max(1, Math.ceil(problem.details.retryAfter))))
  if (problem.code === 'unauthenticated' && !res.hasHeader('WWW-Authenticate'))
    res.set('WWW-Authenticate', 'Bearer realm="logbook"')
  const allow: unknown = problem.details.extensions?.allow
  if (allow !== undefined) res.set('Allow', [allow].flat().join(', '))
  if (page === undefined)
    res.status(problem.status).type('application/problem+json').send(JSON.stringify(problem.toBody()))
  else res.status(problem.status).vary('Accept').set('Cache-Control', 'no-store').type('html').send(page)
}

export const sendProblem = (res: Response, problem: Problem): void => send(res, { problem })

const asksForHtml = ({ headers: { accept = '' } }: Request): boolean => accept.includes('text/html')

interface ProblemHandler {
  logger: Logger
  refused: (code: ProblemCode) => void
  /** What a person is shown who asks for text/html; without it, the problem as everyone. */
  errorPage?: ((problem: Problem) => string) | undefined
}

/** Answers whatever went wrong with a problem, and tells `refused` its code. */
export const problemHandler =
  ({ logger, refused, errorPage }: ProblemHandler): ErrorRequestHandler =>
  (error, req, res, next) => {
    const problem = toProblem(error)
    refused(problem.code)
    const context = {
      requestId: res.locals.requestId,
      ...(res.locals.trace ? { trace: res.locals.trace.id } : {}),
      method: req.method,
      path: loggablePath(req.originalUrl),
      code: problem.code,
    }
    endIfDamaged(error)
    if (problem.code === 'internal') logger.error({ ...context, err: error }, 'request failed')
    // A full disk, a neighbour that is away: not the caller's doing, so someone here should know.
    else if (problem.details.cause !== undefined)
      logger.warn({ ...context, err: problem.details.cause }, problem.message)
    else logger.debug({ ...context, detail: problem.details.detail }, 'request refused')
    if (res.headersSent) return next(error)
    send(res, { problem, page: asksForHtml(req) ? errorPage?.(problem) : undefined })
  }

export const nothingHere: RequestHandler = (req) => {
  throw new Problem('not-found', { detail: `There is nothing at ${req.path.slice(0, 200)}.` })
}
