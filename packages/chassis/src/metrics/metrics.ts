import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ProblemCode } from '@logbook/contracts/problems.ts'
import type { Request, RequestHandler, Response } from 'express'
import { Counter, collectDefaultMetrics, Registry } from 'prom-client'
import { pause } from '../async/pause.ts'
import type { FastPath } from '../http/fast-path.ts'
import { createRequestTimes } from './request-times.ts'

const firstDelaysMs = 50

let ofProcess: Promise<Registry> | undefined

const measureProcess = async (): Promise<Registry> => {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  // Nothing is known of its event loop before the timer of prom-client has come round.
  await pause(firstDelaysMs)
  return registry
}

/**
 * Of the process, however many services it runs. Measured from when it is first asked for: the delay of the event loop is measured by a
 * timer of 10 ms, which takes four fifths of the processor time of a service that has nothing to do.
 */
const processRegistry = (): Promise<Registry> => {
  ofProcess ??= measureProcess()
  return ofProcess
}

/** The route of what matched none. */
export const noRoute = 'none'

/** The template of the route that is answering. What matched none, whatever was asked for, is one route. */
export const routeOf = (req: Request): string => {
  const path: unknown = req.route?.path
  return typeof path === 'string' ? path : noRoute
}

/** A stream is open for as long as its reader likes, which is no measure of anything. */
const isStream = (res: ServerResponse): boolean =>
  String(res.getHeader('Content-Type')).startsWith('text/event-stream')

interface Timed<Req, Res> {
  req: Req
  res: Res
  begun: number
}

export interface HttpMetrics {
  /** Times what it answers. */
  fastPath(answer: FastPath): FastPath
  /** Times everything else. */
  time: RequestHandler
  refused(code: ProblemCode): void
  /** Answers `GET /metrics`. */
  answer: RequestHandler
}

/** What every service measures: its process, how long its requests take, and what it refuses. A service adds its own to `registry`. */
export const createHttpMetrics = (registry: Registry): HttpMetrics => {
  const times = createRequestTimes(registry)
  const problems = new Counter({
    name: 'http_problems_total',
    help: 'Requests that were answered with a problem, by its code.',
    labelNames: ['code'],
    registers: [registry],
  })

  const record = (route: string, { req, res, begun }: Timed<IncomingMessage, ServerResponse>) => {
    if (isStream(res)) return
    const seconds = (performance.now() - begun) / 1_000
    times.record({ method: req.method ?? '', route, status: res.statusCode, seconds })
  }
  const recordRouted = (timed: Timed<Request, Response>) => {
    const { locals } = timed.res
    record(typeof locals.route === 'string' ? locals.route : routeOf(timed.req), timed)
  }

  return {
    fastPath: (answer) => (req, res, fail) => {
      const begun = performance.now()
      let failed = false
      const route = answer(req, res, (error) => {
        failed = true
        fail(error)
      })
      if (route === undefined) return undefined
      const timed = { req, res, begun }
      // Most are answered by now, and need no listener. What failed is timed by `time`.
      if (failed) return route
      if (res.writableEnded) record(route, timed)
      else res.once('finish', () => failed || record(route, timed))
      return route
    },
    time(req, res, next) {
      const begun = performance.now()
      res.once('finish', () => recordRouted({ req, res, begun }))
      next()
    },
    refused: (code) => problems.inc({ code }),
    async answer(_req, res) {
      const fromProcess = await processRegistry()
      const text = await Promise.all([fromProcess.metrics(), registry.metrics()])
      res.set('Cache-Control', 'no-store').set('Content-Type', registry.contentType).send(text.join('\n'))
    },
  }
}
