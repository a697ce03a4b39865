import { once } from 'node:events'
import { type IncomingMessage, type RequestListener, request } from 'node:http'
import { silentLogger } from '@logbook/chassis/logger.ts'
import { serveForTest } from '@logbook/chassis/testing/serve-for-test.ts'
import supertest from 'supertest'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createGateway } from '../src/app.ts'

const names = [
  'client',
  'posts',
  'comments',
  'query',
  'moderation',
  'accounts',
  'notifications',
  'media',
] as const
type Name = (typeof names)[number]

let handlers: Partial<Record<Name, RequestListener>>
let seen: { name: Name; req: IncomingMessage }[]
let origin: string
let closed: (() => Promise<void>)[]

const nobody = 'http://127.0.0.1:9'
const boot = async ({ down = [] as Name[] } = {}) => {
  const entries = names.map(async (name): Promise<[Name, string]> => {
    if (down.includes(name)) return [name, nobody]
    const { url } = await serveForTest((req, res) => {
      seen.push({ name, req })
      const handler = handlers[name]
      if (handler) return handler(req, res)
      if (req.url === '/health')
        return res.setHeader('Content-Type', 'application/json').end('{"ready":true,"position":7}')
      return res.end(`${name} ${req.method} ${req.url}`)
    })
    return [name, url]
  })
  const upstreams = Object.fromEntries(await Promise.all(entries)) as Record<Name, string>
  const { url: busUrl } = await serveForTest((_req, res) =>
    res.setHeader('Content-Type', 'application/json').end('{"ready":true,"position":10}'),
  )
  const gateway = createGateway({
    upstreams,
    busUrl,
    publicUrl: 'http://localhost:3000',
    logger: silentLogger,
  })
  closed.push(() => gateway.close())
  origin = (await serveForTest(gateway.app)).url
  return supertest(origin)
}

beforeEach(() => {
  handlers = {}
  seen = []
  closed = []
})
afterEach(async () => {
  for (const close of closed) await close()
})

describe('the gateway', () => {
  it('hands bodies, answers, statuses and headers through as they are', async () => {
    handlers.posts = async (req, res) => {
      let body = ''
      for await (const chunk of req) body += chunk
      res.writeHead(201, { ETag: '"1"', Position: '9' }).end(body)
    }
    const answer = await (await boot()).post('/api/posts').send({ title: 'a' })
    expect(answer.status).toBe(201)
    expect(answer.headers).toMatchObject({ etag: '"1"', position: '9' })
    expect(answer.text ?? answer.body).toBeDefined()
    expect(JSON.parse(answer.text)).toEqual({ title: 'a' })
  })

  it.each([
    ['/api/posts', '/api/posts/1', '</api/posts?cursor=a>; rel="next"'],
    ['/api/author/posts', '/api/author/posts/1', '</api/author/posts?cursor=a>; rel="next"'],
    ['/', '/posts/1', '</posts?cursor=a>; rel="next"'],
  ])('speaks of its own addresses where services speak of theirs, at %s', async (url, location, link) => {
    const answer: RequestListener = (_req, res) =>
      res.writeHead(200, { Location: '/posts/1', Link: '</posts?cursor=a>; rel="next"' }).end()
    handlers = { query: answer, posts: answer, client: answer }
    expect((await (await boot()).get(url)).headers).toMatchObject({ location, link })
  })

  it('leaves a relative redirect as it is, and follows none', async () => {
    handlers.query = (_req, res) => res.writeHead(308, { Location: 'new-slug' }).end()
    const answer = await (await boot()).get('/api/posts/old-slug').redirects(0)
    expect(answer.status).toBe(308)
    expect(answer.headers.location).toBe('new-slug')
  })

  it('keeps what concerns one connection alone to that connection', async () => {
    handlers.query = (_req, res) =>
      res
        .writeHead(200, { Connection: 'close, X-Inner', 'X-Inner': '1', 'Keep-Alive': 'timeout=1' })
        .end('ok')
    const call = request(`${await boot().then(() => origin)}/api/posts`, {
      headers: { Connection: 'keep-alive, X-Outer', 'X-Outer': '1', TE: 'trailers' },
    }).end()
    const [answer] = (await once(call, 'response')) as [IncomingMessage]
    answer.resume()
    await once(answer, 'end')
    expect(answer.headers['x-inner']).toBeUndefined()
    expect(answer.headers['keep-alive']).not.toBe('timeout=1')
    expect(seen[0]?.req.headers['x-outer']).toBeUndefined()
    expect(seen[0]?.req.headers.te).toBeUndefined()
    call.destroy()
  })

  it('gives every request an id that the answer names', async () => {
    const agent = await boot()
    const named = await agent.get('/api/posts').set('X-Request-Id', 'mine-1')
    expect(named.headers['x-request-id']).toBe('mine-1')
    const { headers } = await agent.get('/api/posts').set('X-Request-Id', 'not one\u00e4')
    expect(headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/)
    expect(seen.map(({ req }) => req.headers['x-request-id'])).toEqual(['mine-1', headers['x-request-id']])
  })

  it('frames a body as it was framed, so that no service takes its end for another request', async () => {
    const bodies: string[] = []
    handlers.comments = async (req, res) => {
      let body = ''
      for await (const chunk of req) body += chunk
      bodies.push(body)
      res.end()
    }
    await boot()
    const call = request(`${origin}/api/comments/1`, {
      method: 'DELETE',
      headers: { 'Transfer-Encoding': 'chunked', Connection: 'transfer-encoding' },
    })
    call.end('GET /imports HTTP/1.1\r\nHost: a\r\n\r\n')
    const [answer] = (await once(call, 'response')) as [IncomingMessage]
    answer.resume()
    await once(answer, 'end')
    expect(seen.map(({ req }) => `${req.method} ${req.url}`)).toEqual(['DELETE /comments/1'])
    expect(bodies).toEqual(['GET /imports HTTP/1.1\r\nHost: a\r\n\r\n'])
  })

  it('streams server-sent events as they come, and hangs up on the service when the browser does', async () => {
    let ended = false
    let more: () => void = () => {}
    handlers.query = (_req, res) => {
      res.writeHead(200, { 'Content-Type': 'text/event-stream' }).write('data: 1\n\n')
      more = () => res.write('data: 2\n\n')
      res.once('close', () => {
        ended = true
      })
    }
    await boot()
    const call = request(`${origin}/api/rebuild`).end()
    const [answer] = (await once(call, 'response')) as [IncomingMessage]
    expect(String((await once(answer, 'data'))[0])).toBe('data: 1\n\n')
    more()
    expect(String((await once(answer, 'data'))[0])).toBe('data: 2\n\n')
    call.on('error', () => {})
    call.destroy()
    await vi.waitFor(() => expect(ended).toBe(true))
  })

  it('gives everyone who follows the same address a stream of their own', async () => {
    handlers.query = (_req, res) => {
      res.writeHead(200, { 'Content-Type': 'text/event-stream' }).write('data: 1\n\n')
    }
    await boot()
    const calls = Array.from({ length: 5 }, () => request(`${origin}/api/rebuild`).end())
    const answers = await Promise.all(calls.map(async (call) => (await once(call, 'response'))[0]))
    for (const answer of answers) expect(String((await once(answer, 'data'))[0])).toBe('data: 1\n\n')
    for (const call of calls) call.on('error', () => {}).destroy()
  })

  it('says which service is away, to programs as a problem, and the others go on', async () => {
    const agent = await boot({ down: ['comments'] })
    const away = await agent.post('/api/posts/1/comments').send({})
    expect(away.status).toBe(503)
    expect(away.headers['retry-after']).toBe('2')
    expect(away.body).toMatchObject({ code: 'unavailable', service: 'comments' })
    expect((await agent.get('/api/posts')).text).toBe('query GET /posts')
  })

  it('shows readers a page when the client is away', async () => {
    const answer = await (await boot({ down: ['client'] })).get('/').set('Accept', 'text/html')
    expect(answer.status).toBe(503)
    expect(answer.text).toContain('Back in a moment')
    expect(answer.headers['content-security-policy']).toBeDefined()
  })

  it('survives a service that dies in the middle of its answer', async () => {
    handlers.query = (_req, res) => {
      res.writeHead(200, { 'Content-Length': '100' }).write('half')
      setImmediate(() => res.destroy())
    }
    const agent = await boot()
    await expect(agent.get('/api/posts')).rejects.toThrow()
    handlers = {}
    expect((await agent.get('/api/posts')).status).toBe(200)
  })

  it('refuses with the methods that are taken', async () => {
    const answer = await (await boot()).put('/api/posts')
    expect(answer.status).toBe(405)
    expect(answer.headers.allow).toBe('GET, HEAD, POST')
  })
})

describe('a caller', () => {
  it('cannot say where it comes from', async () => {
    const agent = await boot()
    await agent
      .get('/search')
      .set('X-Forwarded-For', '8.8.8.8')
      .set('X-Forwarded-User', 'root')
      .set('Forwarded', 'for=8.8.8.8')
    const headers = seen[0]?.req.headers
    expect(headers?.['x-forwarded-for']).toMatch(/127\.0\.0\.1$/)
    expect(headers?.['x-forwarded-user']).toBeUndefined()
    expect(headers?.forwarded).toBeUndefined()
  })
})

describe('a command from a page of another site', () => {
  it.each([
    { 'Sec-Fetch-Site': 'cross-site' },
    { 'Sec-Fetch-Site': 'same-site' },
    { Origin: 'https://evil.example' },
    { Origin: 'null' },
  ])('is refused: %o', async (headers) => {
    const answer = await (await boot()).post('/api/posts').set(headers).send({ title: 'a' })
    expect(answer.status).toBe(403)
    expect(answer.body.code).toBe('forbidden')
    expect(seen).toEqual([])
  })

  it('is told from one of our own', async () => {
    const agent = await boot()
    const own = await agent
      .post('/api/posts')
      .set({ Origin: origin, 'Sec-Fetch-Site': 'same-origin' })
      .send({})
    expect(own.text).toBe('posts POST /posts')
    expect((await agent.get('/api/posts').set('Origin', 'https://evil.example')).status).toBe(200)
  })
})

describe('its metrics', () => {
  it('count requests by the rows of its table, and pages as one', async () => {
    const agent = await boot()
    for (const path of ['/api/posts/1', '/api/posts/2', '/a-page', '/another-page']) await agent.get(path)
    await agent.delete('/api/tags').expect(405)
    const { text } = await agent.get('/metrics').expect(200)
    const counts = [...text.matchAll(/^http_request_duration_seconds_count\{(.*)\} (\d+)$/gm)]
    expect(counts.map(([, labels, count]) => `${labels} ${count}`).sort()).toEqual([
      'method="DELETE",route="none",status="405" 1',
      'method="GET",route="/api/posts/:idOrSlug",status="200" 2',
      'method="GET",route="/{page}",status="200" 2',
    ])
  })

  it.each(['X-Forwarded-For', 'Forwarded'])(
    'are for this machine: with %s it is a page like any',
    async (name) => {
      const { text } = await (await boot()).get('/metrics').set(name, 'for=203.0.113.9')
      expect(text).toBe('client GET /metrics')
    },
  )
})
