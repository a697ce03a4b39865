import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import { until } from '@logbook/chassis/testing/until.ts'
import { type Answer, ask } from './blog.ts'

interface Sent {
  headers: IncomingHttpHeaders
  body: string
}

/** The addresses that a `Link` header names. */
const linksIn = (link: string): { hub: string; self: string } => {
  const named = (rel: string) => new RegExp(`<([^>]*)>; rel="${rel}"`).exec(link)?.[1]
  const [hub, self] = [named('hub'), named('self')]
  if (hub === undefined || self === undefined) throw new Error(`No hub in: ${link}`)
  return { hub, self }
}

/** A feed reader that subscribes by WebSub: a server on a free port of this machine, which agrees to what it asked for. */
export const startFeedReader = async () => {
  const sent: Sent[] = []
  const agreed: string[] = []
  const server = createServer(async (req, res) => {
    let body = ''
    for await (const piece of req) body += piece
    const { searchParams } = new URL(req.url ?? '', 'http://reader')
    if (req.method === 'POST') sent.push({ headers: req.headers, body })
    res.end(searchParams.get('hub.challenge'))
    if (req.method === 'GET') agreed.push(searchParams.get('hub.mode') ?? '')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const callback = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/callback`

  /** Finds the hub of a feed as the standard says, asks it, and resolves when it has asked back. */
  const request = async (
    mode: 'subscribe' | 'unsubscribe',
    feed: string,
    more: Record<string, string> = {},
  ): Promise<Answer> => {
    // What was written last may not be in the view yet.
    const { headers } = await until(async () => {
      const answer = await ask(feed)
      return answer.status === 200 && answer
    }, `${feed} to be there`)
    const { hub, self } = linksIn(headers.get('link') ?? '')
    const fields = { 'hub.mode': mode, 'hub.topic': self, 'hub.callback': callback, ...more }
    const before = agreed.length
    const form = { 'Content-Type': 'application/x-www-form-urlencoded' }
    const answer = await ask(hub, {
      method: 'POST',
      headers: form,
      body: new URLSearchParams(fields).toString(),
    })
    if (answer.status === 202) await until(() => agreed[before] === mode, `the hub to ask about ${mode}`)
    return answer
  }
  return {
    /** What was sent to it. */
    sent,
    subscribe: (feed: string, more?: Record<string, string>) => request('subscribe', feed, more),
    unsubscribe: (feed: string) => request('unsubscribe', feed),
    isSent: (text: string): Promise<unknown> =>
      until(() => sent.some(({ body }) => body.includes(text)), `the feed reader to be sent "${text}"`),
    close(): void {
      server.closeAllConnections()
      server.close()
    },
  }
}
export type FeedReader = Awaited<ReturnType<typeof startFeedReader>>
