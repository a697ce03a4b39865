import type { IncomingMessage } from 'node:http'
import { codingFor, isKnownEtag } from '@logbook/chassis/http/coding.ts'
import type { FastPath } from '@logbook/chassis/http/fast-path.ts'
import type { LogIdentity } from '@logbook/contracts/http/log-identity.ts'
import type { Progress } from '../rebuild/live-view.ts'
import type { PageCache } from './cache.ts'
import { variantFor } from './prepared.ts'

/** True for requests that need Express: CORS, Min-Position, and callers with a token. */
const needsExpress = ({ headers }: IncomingMessage): boolean =>
  headers.origin !== undefined || headers['min-position'] !== undefined || headers.authorization !== undefined

/** The position and the log of the view, as values of headers; the log is undefined until it is known. */
export interface PrintedProgress {
  log: LogIdentity | undefined
  epochText: string
  positionText: string
}

export const printProgress = ({ log, position }: Pick<Progress, 'log' | 'position'>): PrintedProgress => ({
  log,
  epochText: String(log?.epoch),
  positionText: String(position),
})
export const noProgress = printProgress({ log: undefined, position: 0 })

/** Answers a plain GET of a cached page ahead of Express, with 304 to a caller who has it. */
export const createFastPath =
  ({ cache, progress }: { cache: PageCache; progress: () => PrintedProgress }): FastPath =>
  (req, res) => {
    if (req.method !== 'GET' || needsExpress(req)) return undefined
    const coding = codingFor(req.headers['accept-encoding'])
    const entry = cache.get(req.url ?? '', coding)
    const { log, epochText, positionText } = progress()
    if (entry === undefined || log === undefined) return undefined
    const { prepared, route, subject } = entry
    const { head, knownHead, body } = variantFor(prepared, coding)
    const ifNoneMatch = req.headers['if-none-match']
    const isNews = ifNoneMatch === undefined || !isKnownEtag(ifNoneMatch, prepared.plain.etag)
    const shown = isNews ? head : knownHead
    shown[shown.length - 9] = subject
    shown[shown.length - 7] = cache.state()
    shown[shown.length - 5] = log.id
    shown[shown.length - 3] = epochText
    // writeHead reads the array synchronously, so that one array serves every answer.
    shown[shown.length - 1] = positionText
    if (isNews) res.writeHead(200, shown).end(body)
    else res.writeHead(304, shown).end()
    return route
  }
