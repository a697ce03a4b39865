import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { RequestHandler } from 'express'

/**
 * Answers a request ahead of Express, at once or later, and returns the template of its route such as `/posts/:id`; undefined
 * leaves it to Express. `fail` has Express answer the problem, with the headers and the log line of every other one.
 */
export type FastPath = (
  req: IncomingMessage,
  res: ServerResponse,
  fail: (error: unknown) => void,
) => string | undefined

interface Failure {
  error: unknown
  route: string | undefined
}

const failures = new WeakMap<IncomingMessage, Failure>()

/**
 * Asks `fastPath` first, on Node's own request: what Express does for one costs more than sending what is ready. What it throws
 * leaves the request to `app`, or ends the connection where a part of the answer is sent.
 */
export const withFastPath =
  (app: RequestListener, fastPath: FastPath): RequestListener =>
  (req, res) => {
    let route: string | undefined
    let failed = false
    const fail = (error: unknown): void => {
      failed = true
      failures.set(req, { error, route })
      app(req, res)
    }
    try {
      route = fastPath(req, res, fail)
      if (failed || route !== undefined) return
    } catch {
      if (res.headersSent) return void res.destroy()
    }
    app(req, res)
  }

/** Answers what the fast path failed with; passes every other request on. */
export const answerFailure: RequestHandler = (req, res, next) => {
  const failure = failures.get(req)
  if (failure === undefined) return next()
  res.locals.route = failure.route
  next(failure.error)
}
