import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import { onTestFinished } from 'vitest'

interface Received {
  method: string
  path: string
  /** The fields of the query. */
  query: URLSearchParams
  headers: IncomingHttpHeaders
  body: string
}

export type Behave = (asked: Received, res: ServerResponse) => void

/** Agrees to whatever it is asked, and takes whatever it is sent. */
export const agree: Behave = ({ method, query }, res) =>
  void res.writeHead(200).end(method === 'GET' ? query.get('hub.challenge') : '')

/** A subscriber on a free port of this machine, which behaves as it is told. */
export const startSubscriber = async (behave: Behave = agree) => {
  const received: Received[] = []
  const subscriber = { behave, received, url: '' }
  const server = createServer(async (req, res) => {
    const { pathname, searchParams } = new URL(req.url ?? '', 'http://subscriber')
    let body = ''
    for await (const piece of req) body += piece
    const asked = {
      method: req.method ?? '',
      path: pathname,
      query: searchParams,
      headers: req.headers,
      body,
    }
    received.push(asked)
    subscriber.behave(asked, res)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  subscriber.url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
  return subscriber
}
