import { randomUUID } from 'node:crypto'
import { Agent, type IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Logger } from '@logbook/chassis/log.ts'
import { headers } from '@logbook/contracts/http/headers.ts'
import { createProxyMiddleware, type RequestHandler } from 'http-proxy-middleware'
import { dropHopByHop } from './hop-by-hop.ts'
import { limits } from './limits.ts'
import type { Destination, Upstream } from './routes.ts'
import { answerUnavailable } from './unavailable.ts'
import { visitorOf } from './visitor.ts'

const requestIdPattern = /^[\w.:-]{1,100}$/

/** What the services are told of a request is what the gateway saw, whatever the caller claims. */
const vouchFor = (req: IncomingMessage, res?: ServerResponse): void => {
  const secure = 'encrypted' in req.socket
  // An upgrade is a matter of its hop, and passed on as such.
  if (res) dropHopByHop(req.headers)
  for (const name of Object.keys(req.headers))
    if (name.startsWith('x-forwarded-') || name === 'forwarded') delete req.headers[name]
  req.headers['x-forwarded-for'] = req.socket.remoteAddress ?? ''
  req.headers['x-forwarded-host'] = req.headers.host ?? ''
  req.headers['x-forwarded-proto'] = secure ? 'https' : 'http'
  const requestId = req.headers['x-request-id']
  if (typeof requestId !== 'string' || !requestIdPattern.test(requestId))
    req.headers['x-request-id'] = randomUUID()
  res?.setHeader(headers.requestId, req.headers['x-request-id'] ?? '')
  const { id, setCookie } = visitorOf(req, { secure })
  req.headers[headers.visitorId.toLowerCase()] = id
  if (setCookie !== undefined && isNavigation(req)) res?.setHeader('Set-Cookie', setCookie)
}

/** Which part of the address a service did not see. */
const prefixes = new WeakMap<IncomingMessage, string>()

/** Services name their own addresses; a browser is told the gateway's. Relative ones hold as they are. */
const addressFromHere = (answer: IncomingMessage, prefix: string): void => {
  const { link, location } = answer.headers
  if (typeof link === 'string') answer.headers.link = link.replaceAll('</', `<${prefix}/`)
  if (location?.startsWith('/')) answer.headers.location = `${prefix}${location}`
}

/** A person opens a page or sends a form; feeds, assets and API reads need no cookie. */
const isNavigation = ({ headers: { accept } }: IncomingMessage): boolean =>
  (accept ?? '').includes('text/html')

interface Forward {
  /** Streams a request to a service and its answer back, unbuffered. */
  forward(request: { req: IncomingMessage; res: ServerResponse; destination: Destination }): void
  /** The same for a WebSocket, which only the client's development server has. */
  upgrade(req: IncomingMessage, socket: Duplex, head: Buffer): void
  /** Ends the streams that are open: browsers come back by themselves. */
  drain(): void
  close(): void
}

export const createForward = ({
  upstreams,
  log,
}: {
  upstreams: Record<Upstream, string>
  log: Logger
}): Forward => {
  const agent = new Agent({ keepAlive: true, maxSockets: limits.connectionsPerServiceMax })
  const streams = new Set<ServerResponse>()
  const proxyTo = (upstream: Upstream): RequestHandler =>
    createProxyMiddleware({
      target: upstreams[upstream],
      agent,
      proxyTimeout: limits.upstreamSilenceMsMax,
      // The library's own plugins answer errors with text of their own.
      ejectPlugins: true,
      plugins: [
        (server) => {
          server.on('error', (error, req, res) => {
            log.warn({ err: error, upstream, url: req?.url }, 'a service did not answer')
            if (req && res instanceof ServerResponse && !res.headersSent)
              answerUnavailable(req, res, upstream)
            else res?.destroy()
          })
          server.on('proxyRes', (answer, req, res) => {
            dropHopByHop(answer.headers)
            delete answer.headers['transfer-encoding']
            addressFromHere(answer, prefixes.get(req) ?? '')
            if (answer.headers['content-type']?.startsWith('text/event-stream')) {
              streams.add(res)
              res.once('close', () => streams.delete(res))
            }
            const visitor = res.getHeader('Set-Cookie')
            if (typeof visitor === 'string' && answer.headers['set-cookie'])
              answer.headers['set-cookie'].push(visitor)
          })
          server.on('econnreset', (_error, _req, res) => res.destroy())
        },
      ],
    })
  const proxies: Record<Upstream, RequestHandler> = {
    client: proxyTo('client'),
    posts: proxyTo('posts'),
    comments: proxyTo('comments'),
    query: proxyTo('query'),
    moderation: proxyTo('moderation'),
  }
  return {
    forward: ({ req, res, destination: { to, url } }) => {
      vouchFor(req, res)
      const asked = req.url ?? ''
      prefixes.set(req, asked.slice(0, asked.length - url.length))
      req.url = url
      void proxies[to](req, res)
    },
    upgrade: (req, socket, head) => {
      vouchFor(req)
      if (socket instanceof Socket) proxies.client.upgrade(req, socket, head)
      else socket.destroy()
    },
    drain: () => {
      for (const stream of streams) stream.end()
    },
    close: () => agent.destroy(),
  }
}
