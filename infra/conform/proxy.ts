import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pause } from '@logbook/chassis/async/pause.ts'
import { Problem } from '@logbook/chassis/problem.ts'
import { cut, pass } from './answers.ts'
import { type FaultCounts, type Faults, faultsOf, type InjectedFaults } from './faults.ts'
import { rewound } from './injected-faults.ts'
import { limits } from './limits.ts'

/** A bus in front of the bus, which does to its consumer all that a network and a restart may do. */
export interface FaultyBus {
  url: string
  counts: FaultCounts
  /** Events that went out, again and again ones included. */
  delivered: () => number
  /** From now on it only passes on. */
  calm: () => void
  close: () => Promise<void>
}

interface FaultyBusOptions {
  busUrl: string
  /** Absent: it only passes on. */
  injected?: InjectedFaults | undefined
}

const bodyOf = async (req: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = []
  for await (const chunk of req) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** Moves what a reader asks for: back before its place, and to a smaller page. */
const rewriteRequest = ({ url, headers, faults }: { url: URL; headers: Headers; faults: Faults }): void => {
  const injected = faults.injected()
  if (injected === undefined) return
  const { random, chances } = injected
  const asked = Number(headers.get('last-event-id') ?? url.searchParams.get('after') ?? 0)
  const from = rewound(asked, { random, rewind: chances.rewind })
  if (from !== asked) faults.counts.rewound += 1
  headers.delete('last-event-id')
  url.searchParams.set('after', String(from))
  if (url.searchParams.has('limit') && random.chance(chances.oddPage))
    url.searchParams.set('limit', String(random.between(1, limits.oddPageMax)))
}

const isReading = (req: IncomingMessage): boolean =>
  req.method === 'GET' && /^\/events(\?|$)/.test(req.url ?? '')

interface Exchange {
  req: IncomingMessage
  res: ServerResponse
  faults: Faults
}

const ask = async (
  { busUrl }: FaultyBusOptions,
  { req, res, faults }: Exchange,
  body: Buffer,
): Promise<Response> => {
  const url = new URL(`${busUrl}${req.url}`)
  const headers = new Headers()
  for (const name of ['accept', 'content-type', 'last-event-id', 'if-none-match', 'if-match']) {
    const value = req.headers[name]
    if (typeof value === 'string') headers.set(name, value)
  }
  if (isReading(req)) rewriteRequest({ url, headers, faults })
  const left = new AbortController()
  res.once('close', () => left.abort())
  const sent = body.length > 0 ? { body: new Uint8Array(body) } : {}
  return fetch(url, { method: req.method ?? 'GET', headers, signal: left.signal, ...sent })
}

const refuse = (res: ServerResponse): void => {
  const problem = new Problem('unavailable', { detail: 'The bus can not do this at the moment.' })
  res.writeHead(problem.status, { 'Content-Type': 'application/problem+json' })
  res.end(JSON.stringify(problem.toBody()))
}

/** Listens on a free port until it is closed. */
export const startFaultyBus = async (options: FaultyBusOptions): Promise<FaultyBus> => {
  const faults = faultsOf(options.injected)
  let delivered = 0

  const handle = async (exchange: Exchange): Promise<void> => {
    const { req, res } = exchange
    const body = await bodyOf(req)
    const injected = faults.injected()
    if (injected && faults.happens('delayed', 'delay')) await pause(injected.random.below(limits.delayMsMax))
    if (faults.happens('cut', 'cutBefore')) return cut(res)
    if (faults.happens('refused', 'refuse')) return refuse(res)
    const answer = await ask(options, exchange, body)
    const onDelivered = (count: number) => {
      delivered += count
    }
    await pass({ res, answer, faults, onDelivered }, { events: isReading(req) && answer.ok })
  }

  const server = createServer((req, res) => {
    // When the consumer or the bus disconnects in the middle, the other side gets a broken connection.
    handle({ req, res, faults }).catch(() => cut(res))
  })
  await new Promise<void>((resolve) => server.listen({ port: 0, host: '127.0.0.1' }, resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    counts: faults.counts,
    delivered: () => delivered,
    calm: () => faults.end(),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
