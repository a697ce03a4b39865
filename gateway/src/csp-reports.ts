import { parseJson, type RawBody, rawBody } from '@logbook/chassis/http/body.ts'
import type { Logger } from '@logbook/chassis/logger.ts'
import { Problem } from '@logbook/chassis/problem.ts'
import { type Request, type RequestHandler, type Response, Router } from 'express'
import { Counter, type Registry } from 'prom-client'
import { z } from 'zod'
import type { ClientAddress } from './checks/client-address.ts'
import type { RateLimits } from './forms/rate-limits.ts'
import { limits } from './limits.ts'

/** What may be counted by name; anything else is `other`, so that no stranger makes series of numbers. */
const directives = [
  ...['default-src', 'script-src', 'script-src-elem', 'script-src-attr', 'style-src', 'style-src-elem'],
  ...['style-src-attr', 'img-src', 'font-src', 'connect-src', 'media-src', 'object-src', 'frame-src'],
  ...['worker-src', 'manifest-src', 'base-uri', 'form-action', 'frame-ancestors'],
]

const said = z.string().max(limits.reportBytesMax).default('')
const old = z
  .object({
    'effective-directive': said,
    'violated-directive': said,
    'blocked-uri': said,
    'document-uri': said,
  })
  .transform((report) => ({
    directive: report['effective-directive'] || report['violated-directive'].split(' ', 1)[0] || '',
    blocked: report['blocked-uri'],
    page: report['document-uri'],
  }))
const present = z
  .object({ effectiveDirective: said, blockedURL: said, documentURL: said })
  .transform(({ effectiveDirective, blockedURL, documentURL }) => ({
    directive: effectiveDirective,
    blocked: blockedURL,
    page: documentURL,
  }))

/** The two shapes that browsers send: `report-uri`'s, and the Reporting API's, where other kinds of report stand beside it. */
const reports = z.union([
  z.object({ 'csp-report': old }).transform((body) => [body['csp-report']]),
  z
    .array(z.looseObject({ type: z.string(), body: z.unknown() }))
    .max(limits.reportsPerRequestMax)
    .transform((all) => all.filter(({ type }) => type === 'csp-violation').map(({ body }) => body))
    .pipe(z.array(present)),
])

/** Of an address its origin, of a page its path: what stands behind a question mark may be somebody's secret. */
const originOf = (text: string): string =>
  URL.canParse(text) && new URL(text).host ? new URL(text).origin : (text.split(/[:?#]/, 1)[0] ?? '')
const pathOf = (text: string): string => (URL.canParse(text) ? new URL(text).pathname : '')
const short = (text: string): string => text.slice(0, limits.reportCharsMax)

/** Lets so many through in a minute. */
const createSampler = (perMinuteMax: number, now: () => number = () => performance.now()) => {
  let minute = 0
  let count = 0
  return (): boolean => {
    const present = Math.floor(now() / 60_000)
    if (present !== minute) [minute, count] = [present, 0]
    return ++count <= perMinuteMax
  }
}

interface CspReports {
  clients: ClientAddress
  rateLimits: RateLimits | undefined
  metrics: Registry
  logger: Logger
}

/** `POST /csp-reports`, where browsers say what a page's Content-Security-Policy stopped: counted by directive, and some of it logged. */
export const cspReportRoutes = ({ clients, rateLimits, metrics, logger }: CspReports): Router => {
  const stopped = new Counter({
    name: 'csp_violations_total',
    help: 'What browsers said that the Content-Security-Policy of a page stopped, by directive.',
    labelNames: ['directive'],
    registers: [metrics],
  })
  const mayLog = createSampler(limits.reportLinesPerMinuteMax)
  const admit: RequestHandler = async (req, res, next) => {
    res.set('Cache-Control', 'no-store')
    const attempt = { kind: 'report', address: clients.addressOf(req), caller: undefined } as const
    await rateLimits?.admit('network', { req, res, attempt })
    next()
  }
  const router = Router()
  router.post(
    '/csp-reports',
    admit,
    rawBody({
      bytesMax: limits.reportBytesMax,
      types: ['application/csp-report', 'application/reports+json'],
    }),
    (req: Request, res: Response) => {
      const body: RawBody | undefined = req.body
      const read = reports.safeParse(
        parseJson(body?.bytes ?? Buffer.alloc(0), { depthMax: limits.reportDepthMax }),
      )
      if (!read.success)
        throw new Problem('invalid', { detail: 'The body is not a Content-Security-Policy report.' })
      for (const { directive, blocked, page } of read.data) {
        const name = directives.includes(directive) ? directive : 'other'
        stopped.inc({ directive: name })
        if (mayLog())
          logger.warn(
            { directive: name, blocked: short(originOf(blocked)), page: short(pathOf(page)) },
            'a page was kept from doing what its policy forbids',
          )
      }
      res.status(204).end()
    },
  )
  return router
}
