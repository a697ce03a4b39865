import { setImmediate as afterIo } from 'node:timers/promises'
import { backoff, pause } from '../async/pause.ts'
import { createFaultLog } from '../health/fault-log.ts'
import type { Logger } from '../logger.ts'
import { isProblem, Problem } from '../problem.ts'
import type { Bus, FollowRequest, Page } from './bus.ts'
import type { BusHttp } from './bus-http.ts'
import { type KnownLog, knownAfter } from './identity.ts'
import { liveEvents } from './live-events.ts'

export interface FollowBounds {
  pageSize: number
  /** How long the head of an answer may take. */
  answerMsMax: number
  /** Three heartbeats of the bus. */
  silenceMsMax: number
  backoffMs: { initial: number; max: number }
}

export const followBounds: FollowBounds = {
  pageSize: 1_000,
  answerMsMax: 10_000,
  silenceMsMax: 45_000,
  backoffMs: { initial: 50, max: 5_000 },
}

/** A page whose events are still text: parsing it is left until the next page is under way. */
export type FetchPage = (
  request: Parameters<Bus['read']>[0] & { known?: KnownLog | undefined },
) => Promise<Omit<Page, 'events'> & { events: () => Page['events']; more: boolean }>

interface FollowLog {
  fetchPage: FetchPage
  http: Pick<BusHttp, 'follow'>
  logger: Logger
  bounds?: FollowBounds
}

type Progress = Page & { caughtUp: boolean }

/** The history by pages. The next page is under way while the last one is being parsed and handled. */
async function* history(
  { fetchPage, bounds = followBounds }: FollowLog,
  { after, known, types, signal }: FollowRequest,
): AsyncGenerator<Progress> {
  const fetchAfter = (from: number, read: KnownLog | undefined) =>
    fetchPage({ after: from, known: read, limit: bounds.pageSize, signal, ...(types ? { types } : {}) })
  let read = known
  let next = fetchAfter(after, read)
  for (;;) {
    const { events, more, ...place } = await next
    read = knownAfter(place.mark, read)
    if (more) {
      next = fetchAfter(place.position, read)
      // It is awaited after the yield; until then a failure must not count as unhandled. The request leaves before this
      // thread is busy with the page at hand.
      next.catch(() => {})
      await afterIo()
    }
    yield { events: events(), ...place, caughtUp: !more }
    if (!more) return
  }
}

async function* live(
  { http, bounds = followBounds }: FollowLog,
  { after, known, types, signal }: FollowRequest,
): AsyncGenerator<Progress> {
  const { body } = await http.follow(
    '/events',
    { after, types: types?.join(',') },
    { signal, timeoutMs: bounds.answerMsMax, known },
  )
  yield* liveEvents(body, { after, silenceMsMax: bounds.silenceMsMax })
  throw new Problem('unavailable', { detail: 'The event bus ended the stream.' })
}

/** A request that can't succeed by being made again. */
const isPermanent = (error: unknown) => isProblem(error, 'invalid') || isProblem(error, 'conflict')

/**
 * `Bus.follow` over HTTP: the history by pages, then live. Whatever breaks, it begins again after its own cursor, for ever.
 * Throws only what no wait can mend: `invalid` types, and `conflict` when the log is not the one
 * that was read: each request says what is known of it, and the bus compares.
 */
export async function* followLog(from: FollowLog, request: FollowRequest): AsyncGenerator<Progress> {
  const { logger, bounds = followBounds } = from
  const { signal } = request
  const faults = createFaultLog(logger, {
    failed: 'the log is away; waiting for it',
    again: 'following the log again',
    level: 'warn',
  })
  let position = request.after
  let { known } = request
  for (let failures = 0; !signal.aborted; failures += 1) {
    try {
      for (const part of [history, live])
        for await (const page of part(from, { ...request, after: position, ...(known ? { known } : {}) })) {
          faults.over({ position: page.position })
          failures = 0
          position = page.position
          known = knownAfter(page.mark, known)
          yield page
          if (signal.aborted) return
        }
    } catch (error) {
      if (signal.aborted) return
      if (isPermanent(error)) throw error
      request.onAway?.(error)
      faults.fault(error, { position })
      await pause(backoff(bounds.backoffMs, failures), signal)
    }
  }
}
