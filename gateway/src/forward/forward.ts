import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex, Readable } from 'node:stream'
import { type Logger, pathForLog } from '@logbook/chassis/log.ts'
import { headers as names } from '@logbook/contracts/http/headers.ts'
import { type Dispatcher, Pool } from 'undici'
import { limits } from '../limits.ts'
import type { Destination, Upstream } from '../routes.ts'
import { Answering } from './answering.ts'
import { bodyOf } from './body.ts'
import { answerFailure, isConnectionFailure } from './failures.ts'
import { requestHeaders, type Vouched } from './request-headers.ts'
import { createSharedReads } from './shared-reads.ts'
import { passUpgrade } from './upgrade.ts'

export interface Passing {
  req: IncomingMessage
  res: ServerResponse
  destination: Destination
  vouched: Vouched
  /** Headers that the answer gets from the gateway: names and values in turn. */
  own?: readonly string[]
  /** What was read of the body already; without it the body streams from the request. */
  body?: Buffer | undefined
  /** Told when the service has answered. */
  onAnswer?: (() => void) | undefined
  /** True for a read whose answer depends on nothing but its address. */
  shareable?: boolean
}

export interface Forward {
  /** Streams a request to a service and its answer back, unbuffered. Throws `too-large`. */
  forward(passing: Passing): void
  /** The same for a WebSocket, which only the client's development server has. */
  upgrade(request: { req: IncomingMessage; socket: Duplex; head: Buffer; vouched: Vouched }): Promise<void>
  /** Ends the streams that are open: browsers come back by themselves. */
  drain(): void
  close(): Promise<void>
}

/** What an answer of nobody's depends on. */
const sharedKey = ({ method, headers }: IncomingMessage, { to, url }: Destination): string =>
  `${method} ${to} ${url} ${headers.accept} ${headers['accept-encoding']}`

const poolOf = (url: string): Pool =>
  new Pool(url, {
    connections: limits.connectionsPerServiceMax,
    connect: { timeout: limits.connectMsMax },
    headersTimeout: limits.upstreamSilenceMsMax,
    bodyTimeout: limits.upstreamSilenceMsMax,
    allowH2: false,
  })

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
  log,
}: {
  upstreams: Record<Upstream, string>
  log: Logger
}): Forward => {
  const pools = Object.fromEntries(
    Object.entries(upstreams).map(([name, url]) => [name, poolOf(url)]),
  ) as Record<Upstream, Pool>
  const shared = createSharedReads()
  const streams = createOpenStreams()

  const forward = ({
    req,
    res,
    destination,
    vouched,
    own = [],
    body,
    onAnswer,
    shareable = false,
  }: Passing): void => {
    const { to, url } = destination
    const { method = 'GET' } = req
    const asked = req.url ?? ''
    const prefix = asked.slice(0, asked.length - url.length)
    const sent: Readable | Buffer | null = body ?? bodyOf(req)
    const isRead = sent === null && (method === 'GET' || method === 'HEAD')
    // Told when it is asked: of those who share an answer, one asks for all.
    let headers: string[] | undefined
    const ask = (handler: Dispatcher.DispatchHandler, etag?: string) => {
      headers ??= requestHeaders(req, { to, vouched, framed: body !== undefined })
      const told = etag === undefined ? headers : [...headers, 'if-none-match', etag]
      pools[to].dispatch({ path: url, method, headers: told, body: sent }, handler)
    }
    const answers = [names.requestId, vouched.requestId, ...own]
    const attempt = (left: number): Answering =>
      new Answering({
        req,
        res,
        prefix,
        own: answers,
        onHead: (head) => {
          if (head.isEventStream) streams.add(res)
          onAnswer?.()
        },
        onFailure: (error) => {
          if (left > 0 && isRead && isConnectionFailure(error))
            return void setTimeout(() => ask(attempt(left - 1)), limits.retryPauseMs)
          if (answerFailure(error, { req, res, to }))
            log.warn({ err: error, upstream: to, path: pathForLog(asked) }, 'a service did not answer')
        },
      })
    const answering = attempt(limits.readRetriesMax)
    const wantsCoding = req.headers['accept-encoding'] !== undefined
    if (shareable && isRead) shared.read(sharedKey(req, destination), { answering, ask, method, wantsCoding })
    else ask(answering)
  }

  return {
    forward,
    upgrade: ({ req, socket, head, vouched }) =>
      passUpgrade(pools.client, {
        req,
        socket,
        head,
        headers: requestHeaders(req, { to: 'client', vouched, framed: false }),
      }),
    drain: streams.end,
    close: async () => {
      await Promise.all(Object.values(pools).map((pool) => pool.destroy()))
    },
  }
}
