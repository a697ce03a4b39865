import type { RequestListener, ServerResponse } from 'node:http'
import { describe, expect, it, vi } from 'vitest'
import { limits } from '../src/limits.ts'
import type { LoadBounds } from '../src/load.ts'
import { openSocket, startGateway } from './running.ts'

const lane = { underWayMax: 4, underWayPerNetworkMax: 2, waitingMax: 6, waitingPerNetworkMax: 4 }
const load: LoadBounds = { perService: lane, heldPerService: lane }

/** A service that answers when it is told to; `waiting` are the requests without an answer. */
const slowService = () => {
  const waiting: ServerResponse[] = []
  const handler: RequestListener = (req, res) => {
    waiting.push(res)
    req.resume()
    res.once('close', () => waiting.splice(waiting.indexOf(res), 1))
  }
  return { handler, waiting, answerAll: () => waiting.slice().map((res) => res.end('late')) }
}

const from = (network: number) => ({ 'X-Forwarded-For': `203.0.113.${network}` })
const trustedProxies = ['127.0.0.0/8']

const halfSent = (path: string, more = '') =>
  `POST ${path} HTTP/1.1\r\nHost: blog.example\r\n${more}Content-Length: 1000\r\n\r\nfield=1`

describe('requests that are half sent', () => {
  it.each(['/api/posts', '/api/posts/1/comments', '/theme', '/api/accounts/auth/sign-in/email'])(
    'to %s take no connection to a service, so that pages and commands are answered as before',
    async (path) => {
      const { url, agent, seen } = await startGateway({ load })
      for (let n = 0; n < 40; n++) openSocket(url).socket.write(halfSent(path))
      await vi.waitFor(async () => {
        const { body } = await agent.get('/health')
        expect(body.load.bodies.sending).toBe(40)
      })
      expect((await agent.get('/api/posts')).text).toBe('query GET /posts')
      expect((await agent.get('/')).text).toBe('client GET /')
      expect((await agent.post('/api/posts').send({ title: 'a' })).text).toBe('posts POST /posts')
      expect(seen.filter(({ req }) => req.method === 'POST')).toHaveLength(1)
    },
  )

  it('are answered with 408 and closed when their time is over', async () => {
    const { url } = await startGateway({ load: { bodies: { ...limits.bodies, msMax: 20 } } })
    const opened = openSocket(url)
    opened.socket.write(halfSent('/api/posts'))
    await vi.waitFor(() => expect(opened.socket.closed).toBe(true))
    expect(opened.got).toMatch(/^HTTP\/1\.1 408 [\s\S]*"code":"slow-request"/)
  })

  it('give way to newer ones of their network, the oldest first, so that whole ones still come in', async () => {
    const bodies = { ...limits.bodies, perNetworkMax: 2, refusalDelayMs: 20 }
    const { url, agent } = await startGateway({ load: { bodies } })
    const opened = Array.from({ length: 3 }, () => openSocket(url))
    for (const [n, { socket }] of opened.entries()) {
      socket.write(halfSent('/api/posts'))
      await vi.waitFor(async () =>
        expect((await agent.get('/health')).body.load.bodies.sending).toBe(Math.min(n + 1, 2)),
      )
    }
    await vi.waitFor(() => expect(opened[0]?.got).toMatch(/^HTTP\/1\.1 429 /))
    expect((await agent.post('/api/posts').send({ title: 'a' })).status).toBe(200)
    expect(opened[2]?.got).toBe('')
  })

  it('that gave way are held unread before they are refused, and refused at once where many are held', async () => {
    const bodies = { ...limits.bodies, perNetworkMax: 1, refusalDelayMs: 60_000, refusalsDelayedMax: 2 }
    const { url, agent } = await startGateway({ load: { bodies } })
    const opened = Array.from({ length: 4 }, () => openSocket(url))
    for (const { socket } of opened) {
      socket.write(halfSent('/api/posts'))
      await vi.waitFor(async () => {
        const { body } = await agent.get('/health')
        expect(body.load.bodies).toEqual({ sending: 1, bytes: 'field=1'.length })
      })
    }
    // One gave way to each that came after it: two are held, and there is no room for the third.
    await vi.waitFor(() => expect(opened.filter(({ socket }) => socket.closed)).toHaveLength(1))
    expect(opened.filter(({ got }) => /^HTTP\/1\.1 429 /.test(got))).toHaveLength(1)
    const held = opened.filter(({ got }) => got === '')
    for (const { socket } of held) socket.destroy()
    await vi.waitFor(async () =>
      expect((await agent.get('/health')).body.load.bodies).toEqual({ sending: 0, bytes: 0 }),
    )
    expect((await agent.post('/api/posts').send({ title: 'a' })).status).toBe(200)
  })

  it('of the network that sends most give way when all send too many', async () => {
    const bodies = { ...limits.bodies, max: 3, refusalDelayMs: 20 }
    const { url, agent } = await startGateway({ load: { bodies }, trustedProxies })
    const open = async (network: number, sending: number) => {
      const opened = openSocket(url)
      opened.socket.write(halfSent('/api/posts', `X-Forwarded-For: 203.0.113.${network}\r\n`))
      await vi.waitFor(async () =>
        expect((await agent.get('/health')).body.load.bodies.sending).toBe(sending),
      )
      return opened
    }
    const [many] = [await open(1, 1), await open(1, 2)]
    const one = await open(2, 3)
    const other = await open(3, 3)
    await vi.waitFor(() => expect(many?.got).toMatch(/^HTTP\/1\.1 503 [\s\S]*Retry-After/i))
    expect([one.got, other.got]).toEqual(['', ''])
  })

  it('are kept up to a number of bytes for each network', async () => {
    const bodies = { ...limits.bodies, perNetworkBytesMax: 50_000, refusalDelayMs: 20 }
    const { url, agent } = await startGateway({ load: { bodies } })
    const first = openSocket(url)
    first.socket.write(
      `POST /api/posts HTTP/1.1\r\nHost: blog.example\r\nContent-Length: 90000\r\n\r\n${'a'.repeat(40_000)}`,
    )
    await vi.waitFor(async () =>
      expect((await agent.get('/health')).body.load.bodies.bytes).toBeGreaterThanOrEqual(40_000),
    )
    expect((await agent.post('/api/posts').send({ content: 'a'.repeat(20_000) })).status).toBe(200)
    await vi.waitFor(() => expect(first.got).toMatch(/^HTTP\/1\.1 429 /))
    await vi.waitFor(async () =>
      expect((await agent.get('/health')).body.load.bodies).toEqual({ sending: 0, bytes: 0 }),
    )
  })
})

describe('requests that a service is slow to answer', () => {
  it('of one network have its share, are counted in /health, and hold up no other network and no other service', async () => {
    const slow = slowService()
    const { agent, of } = await startGateway({ load, trustedProxies, handlers: { posts: slow.handler } })
    const path = '/api/author/posts'
    const answers = Array.from({ length: 5 }, () => agent.get(path).set(from(1)).then())
    await vi.waitFor(async () => {
      const { body } = await agent.get('/health')
      expect(body.load.requests.posts).toEqual({ underWay: 2, waiting: 3 })
    })
    expect((await agent.get('/api/posts').set(from(1))).text).toBe('query GET /posts')
    const other = agent.get(path).set(from(2)).then()
    await vi.waitFor(() => expect(of('posts').filter(({ req }) => req.url === '/posts')).toHaveLength(3))
    const settled = Promise.all([other, ...answers])
    await vi.waitFor(() => {
      slow.answerAll()
      expect(of('posts').filter(({ req }) => req.url === '/posts')).toHaveLength(6)
    })
    slow.answerAll()
    for (const { text } of await settled) expect(text).toBe('late')
  })

  it('are answered with 503 and when to come back once they have waited long for a connection', async () => {
    const slow = slowService()
    const { agent } = await startGateway({
      load: { ...load, queueMsMax: 20 },
      handlers: { posts: slow.handler },
    })
    const under = [1, 2].map(() => agent.get('/api/author/posts').then())
    await vi.waitFor(() => expect(slow.waiting).toHaveLength(2))
    const refused = await agent.get('/api/author/posts')
    expect([refused.status, refused.headers['retry-after'], refused.body.code]).toEqual([
      503,
      '2',
      'unavailable',
    ])
    slow.answerAll()
    await Promise.all(under)
  })

  it('show a person a page where there is no room for them', async () => {
    const slow = slowService()
    const { agent } = await startGateway({
      load: { ...load, queueMsMax: 20 },
      handlers: { client: slow.handler },
    })
    const under = [1, 2].map((n) => agent.get(`/tags/${n}`).then())
    await vi.waitFor(() => expect(slow.waiting).toHaveLength(2))
    const refused = await agent.get('/').set('Accept', 'text/html')
    expect([refused.status, refused.text.includes('Back in a moment')]).toEqual([503, true])
    slow.answerAll()
    await Promise.all(under)
  })

  it('and wait for a position of the log have connections of their own', async () => {
    const slow = slowService()
    const handler: RequestListener = (req, res) =>
      req.headers['min-position'] === undefined ? void res.end('now') : slow.handler(req, res)
    const { agent } = await startGateway({ load, trustedProxies, handlers: { query: handler } })
    const held = Array.from({ length: 8 }, (_, n) =>
      agent
        .get('/api/posts')
        .set({ ...from(n), 'Min-Position': '9', Prefer: 'wait=30' })
        .then(),
    )
    await vi.waitFor(async () => {
      const { body } = await agent.get('/health')
      expect(body.load.requests['query held']).toEqual({ underWay: 4, waiting: 4 })
    })
    for (let n = 0; n < 8; n++) expect((await agent.get('/api/posts').set(from(n))).text).toBe('now')
    const all = Promise.all(held)
    await vi.waitFor(async () => {
      slow.answerAll()
      const { body } = await agent.get('/health')
      expect(body.load.requests['query held']).toEqual({ underWay: 0, waiting: 0 })
    })
    await all
  })

  it('because a page waits for what its reader wrote have connections of their own', async () => {
    const slow = slowService()
    const handler: RequestListener = (req, res) =>
      req.headers.cookie === undefined ? void res.end('now') : slow.handler(req, res)
    const { agent } = await startGateway({ load, handlers: { client: handler } })
    const held = [1, 2].map(() => agent.get('/').set('Cookie', 'a=b; position=9').then())
    await vi.waitFor(() => expect(slow.waiting).toHaveLength(2))
    expect((await agent.get('/')).text).toBe('now')
    slow.answerAll()
    await Promise.all(held)
  })
})

describe('a browser that does not read its answer', () => {
  it('is hung up on, and so is the service that it keeps busy', async () => {
    let ended = false
    const { url } = await startGateway({
      load: { answerStallMsMax: 20 },
      handlers: {
        client: (_req, res) => {
          res.once('close', () => {
            ended = true
          })
          const fill = () => {
            while (res.write('x'.repeat(100_000)));
          }
          res.on('drain', fill)
          fill()
        },
      },
    })
    const { socket } = openSocket(url)
    socket.pause()
    socket.write('GET / HTTP/1.1\r\nHost: blog.example\r\n\r\n')
    await vi.waitFor(() => expect(ended).toBe(true))
  })
})
