import { once } from 'node:events'
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { Problem } from '@logbook/chassis/problem.ts'
import { destinationOf } from '../../gateway/src/routes.ts'
import type { Asked, Reply } from './answering.ts'
import { tokenFor } from './fake-accounts.ts'

export type FakeName = 'query' | 'posts' | 'comments' | 'moderation' | 'accounts' | 'media' | 'notifications'

/** By the gateway's own table: what it does not pass on is not to be had here either. */
const toService = (method: string, url: string): { name: FakeName; path: string } => {
  const { to, url: path } = destinationOf({ method, url })
  if (to === 'client') throw new Error(`${url} is not below /api`)
  return { name: to, path }
}

const pass = ({ to, req, res }: { to: string; req: IncomingMessage; res: ServerResponse }) => {
  const { hostname, port } = new URL(to)
  const passed = httpRequest(
    { hostname, port, path: req.url, method: req.method, headers: req.headers },
    (answer) => {
      res.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(res)
    },
  )
  passed.on('error', () => {
    if (!res.writableEnded) res.destroy()
  })
  res.on('close', () => {
    // The client may answer before it has read all. What is left is read here, or the connection could not be reused.
    req.unpipe(passed).resume()
    passed.destroy()
  })
  req.pipe(passed)
}

/**
 * One address before fake services: `/api` as the gateway routes it, `/fake-<name>` for the services themselves, and
 * everything else to the client.
 */
export const createFakeGateway = ({
  reply,
  watch,
  onClose,
}: {
  reply: (name: FakeName, asked: Asked) => Promise<Reply>
  watch: (res: ServerResponse, after: number) => void
  onClose: () => Promise<void>
}) => {
  let clientUrl = ''
  const serve = async (to: { name: FakeName; path: string }, req: IncomingMessage, res: ServerResponse) => {
    const url = new URL(to.path, 'http://fake')
    if (url.pathname === '/changes')
      return watch(res, Number(req.headers['last-event-id'] ?? url.searchParams.get('after')))
    const sent = await text(req)
    const body = sent === '' ? {} : JSON.parse(sent)
    const asked = { method: req.method ?? 'GET', url, headers: req.headers, body }
    const { status, headers, body: answer } = await reply(to.name, asked)
    return res
      .writeHead(status, { 'Content-Type': 'application/json', ...headers })
      .end(status === 204 ? undefined : JSON.stringify(answer))
  }
  const serveApi = (req: IncomingMessage, res: ServerResponse) => {
    try {
      void serve(toService(req.method ?? 'GET', req.url ?? '/'), req, res)
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      res
        .writeHead(error.status, { 'Content-Type': 'application/problem+json' })
        .end(JSON.stringify(error.toBody()))
    }
  }
  const server = createServer((req, res) => {
    const token = tokenFor(req.headers.cookie)
    if (token !== undefined) req.headers.authorization = token
    const url = req.url ?? '/'
    const [, first = ''] = url.split(/[/?]/)
    const path = url.slice(first.length + 1)
    const name = /^fake-(\w+)$/.exec(first)?.[1] as FakeName | undefined
    if (name) void serve({ name, path }, req, res)
    else if (first === 'api') serveApi(req, res)
    else pass({ to: clientUrl, req, res })
  })
  return {
    /** Listens, and says where the services and the one address are. */
    async start() {
      server.listen(0, '127.0.0.1')
      await once(server, 'listening')
      const address = server.address()
      const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
      const at = (name: FakeName) => `${url}/fake-${name}`
      const urls = {
        query: at('query'),
        posts: at('posts'),
        comments: at('comments'),
        moderation: at('moderation'),
        accounts: at('accounts'),
        notifications: at('notifications'),
        media: at('media'),
      }
      return { url, urls }
    },
    fronts(url: string) {
      clientUrl = url
    },
    close() {
      void onClose()
      server.closeAllConnections()
      server.close()
    },
  }
}
