import type { IncomingMessage } from 'node:http'
import type { Prepared as Answer } from '@logbook/chassis/http/prepared.ts'
import type { PageCache } from './page-cache.ts'
import { codingFor, isKnown, variantFor } from './prepared.ts'

/** What only the long way knows how to do: other origins, positions to wait for, callers to whom more is shown. */
const asksForMore = ({ headers }: IncomingMessage): boolean =>
  headers.origin !== undefined || headers['min-position'] !== undefined || headers.authorization !== undefined

/** Answers a plain GET of a prepared page before anything else runs, 304 to who has it. */
export const createEarly =
  ({ cache, position }: { cache: PageCache; position: () => string }): Answer =>
  (req, res) => {
    if (req.method !== 'GET' || asksForMore(req)) return undefined
    const coding = codingFor(req.headers['accept-encoding'])
    const entry = cache.get(req.url ?? '', coding)
    if (entry === undefined) return undefined
    const { prepared, route } = entry
    const { head, knownHead, body } = variantFor(prepared, coding)
    const ifNoneMatch = req.headers['if-none-match']
    const isNews = ifNoneMatch === undefined || !isKnown(ifNoneMatch, prepared)
    const shown = isNews ? head : knownHead
    shown[shown.length - 3] = cache.state()
    // writeHead reads the array at once, so one array serves every answer.
    shown[shown.length - 1] = position()
    if (isNews) res.writeHead(200, shown).end(body)
    else res.writeHead(304, shown).end()
    return route
  }
