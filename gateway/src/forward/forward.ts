import type { IncomingMessage, ServerResponse } from 'node:http'
import { codingFor } from '@logbook/chassis/http/coding.ts'
import { type Logger, loggablePath } from '@logbook/chassis/logger.ts'
import { headers as names } from '@logbook/contracts/http/headers.ts'
import { type Dispatcher, Pool } from 'undici'
import type { AnswerCache } from '../cache/cache.ts'
import { isCommand } from '../checks/cross-site.ts'
import { limits } from '../limits.ts'
import type { Destination, Upstream } from '../routes.ts'
import { Answering } from './answering.ts'
import { answerFailure, isConnectionFailure } from './failures.ts'
import type { LaneName } from './lanes.ts'
import { requestHeaders, sharedRequestHeaders, type Vouched } from './request-headers.ts'
import { createSharedReads } from './shared-reads.ts'
import type { LaneBounds } from './turns.ts'

export interface Passing {
  req: IncomingMessage
  res: ServerResponse
  destination: Destination
  vouched: Vouched
  /** Over whose connections it goes. */
  lane: LaneName
  /** Headers that the answer gets from the gateway: names and values in turn. */
  own?: readonly string[]
  /** The whole body, where it has one, or the request itself, whose body is handed on as it comes. */
  body?: Buffer | IncomingMessage | undefined
  /** Told of the `Counted-View` of a page. */
  onView?: ((view: string) => void) | undefined
  /** Told when the service has answered. */
  onAnswer?: (() => void) | undefined
  /** Told, maybe twice, when no connection to the service is needed any more. */
  onDone: () => void
  /** Where the answer is for all who have the same key: that key, and what of the request the service is told then. */
  shared?: { key: string; told: readonly string[] } | undefined
  publicHost: string
}

export interface Forward {
  /** Sends a request to a service and streams its answer back. */
  forward(passing: Passing): void
  /** Ends the streams that are open: browsers come back by themselves. */
  drain(): void
  close(): Promise<void>
}

interface ForwardOptions {
  upstreams: Record<Upstream, string>
  lanes: ReadonlyMap<LaneName, LaneBounds>
  /** How long a browser may take nothing of an answer. */
  answerStallMsMax?: number | undefined
  cache: AnswerCache
  logger: Logger
}

/** A turn at the lane comes with a connection, so that none is waited for here. */
const poolOf = (url: string, connections: number): Pool =>
  new Pool(url, {
    connections,
    connect: { timeout: limits.connectMsMax },
    headersTimeout: limits.upstreamSilenceMsMax,
    bodyTimeout: limits.upstreamSilenceMsMax,
    allowH2: false,
  })

const createPools = ({ upstreams, lanes }: Pick<ForwardOptions, 'upstreams' | 'lanes'>) => {
  const pools = new Map<LaneName, Pool>()
  return {
    of(lane: LaneName, to: Upstream): Pool {
      const known = pools.get(lane)
      if (known) return known
      const { underWayMax = 1 } = lanes.get(lane) ?? {}
      const pool = poolOf(upstreams[to], underWayMax + limits.streamsPerServiceMax)
      pools.set(lane, pool)
      return pool
    },
    async close(): Promise<void> {
      await Promise.all([...pools.values()].map((pool) => pool.destroy()))
    },
  }
}

const createOpenStreams = () => {
  const open = new Set<ServerResponse>()
  return {
    add(res: ServerResponse): void {
      open.add(res)
      res.once('close', () => open.delete(res))
    },
    end(): void {
      for (const res of open) res.end()
    },
  }
}

/** Passes requests on to the services behind, over connections that are kept. */
export const createForward = ({
  upstreams,
  lanes,
  answerStallMsMax = limits.answerStallMsMax,
  cache,
  logger,
}: ForwardOptions): Forward => {
  const pools = createPools({ upstreams, lanes })
  const sharedReads = createSharedReads(cache)
  const streams = createOpenStreams()

  const forward = ({
    req,
    res,
    destination,
    vouched,
    lane,
    own = [],
    body,
    onView,
    onAnswer,
    onDone,
    shared,
    publicHost,
  }: Passing): void => {
    const { to, url, prefix } = destination
    const { method = 'GET' } = req
    const asked = req.url ?? ''
    const isRead = body === undefined && (method === 'GET' || method === 'HEAD')
    // Told when it is asked: of those who share an answer, one asks for all.
    let headers: string[] | undefined
    const ask = (handler: Dispatcher.DispatchHandler) => {
      headers ??= shared
        ? sharedRequestHeaders(req, { ...shared, host: publicHost, requestId: vouched.requestId })
        : requestHeaders(req, { to, vouched, framed: Buffer.isBuffer(body) })
      pools.of(lane, to).dispatch({ path: url, method, headers, body: body ?? null }, handler)
    }
    const answers = [names.requestId, vouched.requestId, ...own]
    const attempt = (left: number): Answering =>
      new Answering({
        req,
        res,
        prefix,
        own: answers,
        stallMsMax: answerStallMsMax,
        onDone,
        onView,
        onHead: (head) => {
          if (head.isEventStream) {
            streams.add(res)
            // It may last for ever, and is no request that others should wait for.
            onDone()
          }
          if (isCommand(req)) cache.changed()
          else cache.saw(head)
          onAnswer?.()
          if (head.buildId !== undefined) cache.sawBuild(head.buildId)
        },
        onFailure: (error) => {
          if (left > 0 && isRead && isConnectionFailure(error))
            return void setTimeout(() => ask(attempt(left - 1)), limits.retryPauseMs)
          if (answerFailure(error, { req, res, to }))
            logger.warn({ err: error, upstream: to, path: loggablePath(asked) }, 'a service did not answer')
        },
      })
    const answering = attempt(limits.readRetriesMax)
    const wantsCoding = codingFor(req.headers['accept-encoding']) !== undefined
    if (shared === undefined) ask(answering)
    else sharedReads.read(shared.key, { answering, ask, from: to, wantsCoding })
  }

  return {
    forward,
    drain: streams.end,
    close: pools.close,
  }
}
