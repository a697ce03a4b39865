import type { IncomingHttpHeaders, ServerResponse } from 'node:http'
import { serveForTest } from '@logbook/chassis/testing/serve-for-test.ts'

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
  const { url } = await serveForTest(async (req, res) => {
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
  })
  subscriber.url = url
  return subscriber
}
