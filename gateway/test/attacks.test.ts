import { forwardingProof } from '@logbook/chassis/access/service-tokens.ts'
import { listen } from '@logbook/chassis/http/server.ts'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { limits } from '../src/limits.ts'
import { openSocket, startGateway } from './running.ts'

/** Sends bytes as they are, and gives what comes back until the other side hangs up or has answered so many times. */
const raw = async (url: string, text: string, answers = 1): Promise<string> => {
  const opened = openSocket(url)
  const { socket } = opened
  socket.on('data', () => {
    if (opened.got.split(/(?=HTTP\/1\.1 \d{3})/).length > answers) socket.end()
    if (opened.got.endsWith('\r\n\r\n') || opened.got.includes('\r\n0\r\n\r\n')) socket.end()
  })
  socket.on('error', () => {})
  socket.write(text)
  await new Promise((resolve) => socket.once('close', resolve))
  return opened.got
}

const lines = (...each: string[]): string => each.join('\r\n')

describe('another name', () => {
  it.each([
    'evil.example',
    'blog.example.evil.example',
    'evil.example:443',
    'localhost',
    '127.0.0.1:1',
    'blog.example:8080',
    '',
  ])('than its own, %j, is answered with nothing of the blog', async (host) => {
    const { url, seen } = await startGateway()
    const answer = await raw(
      url,
      lines('GET /api/posts HTTP/1.1', `Host: ${host}`, 'Connection: close', '', ''),
    )
    expect(answer).toMatch(/^HTTP\/1\.1 40[03] /)
    expect(seen).toEqual([])
  })

  it.each(['blog.example', 'BLOG.example'])('of its own is %s', async (host) => {
    const { agent } = await startGateway()
    expect((await agent.get('/api/posts').set('Host', host)).status).toBe(200)
  })

  const own = [
    ...['/health', '/health/live', '/health/ready', '/metrics'],
    ...['/docs', '/docs/', '/docs/start.js', '/docs/swagger-ui-bundle.js', '/api/openapi.json'],
    ...['/health/x', '/docs/x', '/csp-reports'],
  ]

  it.each(own)(
    'than its own is answered with nothing that the gateway has itself, such as %s',
    async (path) => {
      const { agent } = await startGateway()
      for (const host of [
        'evil.example',
        'blog.example.evil.example',
        'blog.example:8080',
        '10.1.2.3.nip.example',
      ])
        for (const method of ['get', 'post', 'options'] as const) {
          const answer = await agent[method](path).set('Host', host)
          expect([method, host, answer.status, answer.body.code]).toEqual([method, host, 403, 'forbidden'])
          expect(answer.headers['x-content-type-options']).toBe('nosniff')
        }
    },
  )

  it('that comes twice is refused to who asks how it is', async () => {
    const { url } = await startGateway()
    const text = lines('GET /health HTTP/1.1', 'Host: 10.1.2.3', 'Host: x', 'Connection: close', '', '')
    expect(await raw(url, text)).toMatch(/^HTTP\/1\.1 400 /)
  })

  it('any IP address is a valid Host for health checks, and for nothing else', async () => {
    const { agent } = await startGateway()
    for (const host of ['10.1.2.3:3000', '10.1.2.3', '[fd00::7]:3000']) {
      const statusOf = async (path: string) => (await agent.get(path).set('Host', host)).status
      for (const path of ['/health', '/health/live', '/health/ready'])
        expect(await statusOf(path), path).toBe(200)
      for (const path of ['/docs', '/api/openapi.json', '/', '/api/posts'])
        expect(await statusOf(path), path).toBe(403)
    }
  })

  it('may be any to a scraper, and to it alone', async () => {
    const scraperToken = 'a-token-that-only-a-scraper-has'
    const { agent } = await startGateway({ scraperToken })
    const by = (token: string, path: string) =>
      agent.get(path).set({ Host: 'gateway:3000', Authorization: `Bearer ${token}` })
    for (const path of ['/metrics', '/health']) {
      expect((await by(scraperToken, path)).status).toBe(200)
      expect((await by('another', path)).status).toBe(403)
    }
    expect((await by(scraperToken, '/docs')).status).toBe(403)
  })

  it('in X-Forwarded-Host gets nowhere', async () => {
    const { agent, seen } = await startGateway()
    await agent.get('/search').set('Host', 'blog.example').set('X-Forwarded-Host', 'evil.example')
    expect(seen[0]?.req.headers['x-forwarded-host']).toBe('blog.example')
  })
})

describe('a command from elsewhere', () => {
  const commands = [
    ['post', '/api/posts'],
    ['patch', '/api/posts/1'],
    ['delete', '/api/posts/1'],
    ['post', '/api/posts/1/publish'],
    ['post', '/api/posts/1/comments'],
    ['put', '/api/comments/1/vote'],
    ['delete', '/api/comments/1'],
    ['post', '/api/comments/1/promote'],
    ['post', '/api/moderation/comments/1/verdict'],
    ['put', '/api/moderation/rules'],
    ['post', '/api/rebuild'],
    ['post', '/api/accounts/auth/sign-in/email'],
    ['post', '/api/accounts/auth/sign-out'],
    ['post', '/api/accounts/tokens'],
    ['delete', '/api/accounts/people/1'],
    ['post', '/posts/a'],
    ['post', '/write'],
    ['post', '/sign-in'],
  ] as const
  it.each(commands)('is refused: %s %s', async (method, path) => {
    const { agent, seen } = await startGateway()
    for (const headers of [
      { Origin: 'https://evil.example' },
      { Origin: 'null' },
      { Origin: 'https://blog.example.evil.example' },
      { Origin: 'http://blog.example' },
      { 'Sec-Fetch-Site': 'cross-site' },
      { 'Sec-Fetch-Site': 'same-site' },
    ]) {
      const answer = await agent[method](path).set({ Host: 'blog.example', ...headers })
      expect([answer.status, answer.body.code]).toEqual([403, 'forbidden'])
    }
    expect(seen).toEqual([])
  })

  it('is told from one of its own pages', async () => {
    const { agent, url } = await startGateway()
    const own = { Host: 'blog.example', Origin: 'https://blog.example', 'Sec-Fetch-Site': 'same-origin' }
    expect((await agent.post('/api/posts').set(own).send({})).status).toBe(200)
    expect((await agent.post('/api/posts').set('Origin', url).send({})).status).toBe(200)
  })
})

describe('headers', () => {
  it('that only the gateway may say are not passed on', async () => {
    const { agent, seen } = await startGateway()
    await agent
      .get('/api/author/posts')
      .set('X-Forwarded-For', '8.8.8.8')
      .set('X-Forwarded-Proto', 'https')
      .set('X-Forwarded-User', 'owner')
      .set('Forwarded', 'for=8.8.8.8')
    const headers = seen[0]?.req.headers ?? {}
    expect(headers['x-forwarded-for']).toMatch(/127\.0\.0\.1$/)
    expect(headers['x-forwarded-proto']).toBe('http')
    expect(headers['x-forwarded-user']).toBeUndefined()
    expect(headers.forwarded).toBeUndefined()
  })

  it('come to services with the proof that they are the gateway’s, which no caller can bring along', async () => {
    const { agent, seen } = await startGateway({ serviceToken: 'the-token-of-the-gateway' })
    for (const path of ['/search', '/api/author/posts', '/api/accounts/setup'])
      await agent.get(path).set('Host', 'blog.example').set('X-Forwarded-Proof', 'made-up')
    expect(seen.map(({ req }) => req.headers['x-forwarded-proof'])).toEqual(
      Array(3).fill(forwardingProof('the-token-of-the-gateway')),
    )
  })

  it('of trusted proxies count as far as the first that is not trusted', async () => {
    const { agent, seen } = await startGateway({ trustedProxies: ['127.0.0.0/8', '10.0.0.0/8'] })
    await agent
      .get('/api/author/posts')
      .set('X-Forwarded-For', '6.6.6.6, 203.0.113.9, 10.0.0.2')
      .set('X-Forwarded-Proto', 'https')
    expect(seen[0]?.req.headers['x-forwarded-for']).toBe('203.0.113.9')
    expect(seen[0]?.req.headers['x-forwarded-proto']).toBe('https')
  })

  it('that come twice are refused or one', async () => {
    const { url, seen } = await startGateway()
    const twice = (name: string, one: string, other: string) =>
      raw(
        url,
        lines(
          'GET /api/author/posts HTTP/1.1',
          'Host: blog.example',
          `${name}: ${one}`,
          `${name}: ${other}`,
          'Connection: close',
          '',
          '',
        ),
      )
    expect(await twice('Host', 'blog.example', 'evil.example')).toMatch(/^HTTP\/1\.1 400 /)
    expect(await twice('Content-Length', '0', '5')).toMatch(/^HTTP\/1\.1 400 /)
    expect(await twice('X-Forwarded-Host', 'evil.example', 'evil.example')).toMatch(/^HTTP\/1\.1 200 /)
    expect(await twice('Authorization', 'Bearer x', 'Bearer y')).toMatch(/^HTTP\/1\.1 401 |^HTTP\/1\.1 200 /)
    for (const { req } of seen) {
      expect(req.headers.authorization).toBeUndefined()
      expect(req.headers['x-forwarded-host']).toBe('blog.example')
    }
  })

  it('tell browsers to come by TLS where the public address is one of TLS', async () => {
    const { agent } = await startGateway()
    const refused = await agent.get('/api/nothing')
    for (const { headers } of [await agent.get('/api/author/posts'), await agent.get('/'), refused])
      expect(headers['strict-transport-security']).toBe('max-age=31536000')
    const plain = await startGateway({ publicUrl: 'http://localhost:3000' })
    expect((await plain.agent.get('/')).headers['strict-transport-security']).toBeUndefined()
  })
})

describe('a request in a request', () => {
  const smuggled = lines('GET /imports HTTP/1.1', 'Host: blog.example', '', '')
  it.each([
    ['two lengths', lines('Content-Length: 5', 'Transfer-Encoding: chunked')],
    ['a strange coding', 'Transfer-Encoding: xchunked'],
    ['a coding twice', lines('Transfer-Encoding: chunked', 'Transfer-Encoding: identity')],
    ['a space before the colon', 'Transfer-Encoding : chunked'],
    ['a folded line', lines('Transfer-Encoding:', ' chunked')],
    ['a length with a sign', 'Content-Length: +5'],
    ['a bare line feed', 'X: a\nTransfer-Encoding: chunked'],
  ])('by %s is refused, or stays a body', async (_, framing) => {
    const { url, seen } = await startGateway()
    await raw(url, lines('POST /api/posts HTTP/1.1', 'Host: blog.example', framing, '', '0', '', smuggled), 2)
    for (const { req } of seen) expect(req.url).not.toContain('imports')
    for (const { name } of seen) expect(name).toBe('posts')
  })

  it.each([
    '/api/posts/..%2f..%2fimports',
    '/api/posts/%2e%2e/imports',
    '/api//imports',
    '/api/posts/..;/imports',
    '/api\\imports',
    '/api/posts/1%00',
  ])('by the path %s reaches nothing', async (path) => {
    const { url, seen } = await startGateway()
    await raw(
      url,
      lines(`POST ${path} HTTP/1.1`, 'Host: blog.example', 'Content-Length: 0', 'Connection: close', '', ''),
    )
    expect(seen).toEqual([])
  })

  it('to another host by an absolute address, or a tunnel, is refused', async () => {
    const { url, seen } = await startGateway()
    const absolute = lines(
      'GET http://evil.example/api/posts HTTP/1.1',
      'Host: blog.example',
      'Connection: close',
      '',
      '',
    )
    expect(await raw(url, absolute)).toMatch(/^HTTP\/1\.1 400 /)
    await raw(url, lines('CONNECT 127.0.0.1:4005 HTTP/1.1', 'Host: blog.example', '', ''))
    expect(seen).toEqual([])
  })
})

describe('bodies', () => {
  it('that say that they are too large are not read', async () => {
    const { agent, seen } = await startGateway()
    const answer = await agent.post('/api/posts').send({ content: 'a'.repeat(limits.requestBytesMax) })
    expect([answer.status, answer.body.code]).toEqual([413, 'too-large'])
    expect(seen).toEqual([])
  })

  it('that turn out too large are cut off', async () => {
    const { url } = await startGateway()
    const chunk = `10000\r\n${'a'.repeat(0x10000)}\r\n`
    const answer = await raw(
      url,
      `POST /api/posts HTTP/1.1\r\nHost: blog.example\r\nTransfer-Encoding: chunked\r\n\r\n${chunk.repeat(limits.requestBytesMax / 0x10000 + 2)}`,
    )
    expect(answer).toMatch(/^HTTP\/1\.1 413 |^$/)
  })

  it.each([
    ['heads', 'GET / HTTP/1.1\r\nHost: blog'],
    ['bodies', 'POST /sign-in HTTP/1.1\r\nHost: blog.example\r\nContent-Length: 100\r\n\r\nemail='],
    ['bodies that stream', 'POST /api/posts HTTP/1.1\r\nHost: blog.example\r\nContent-Length: 100\r\n\r\n{'],
  ])('and %s that come drop by drop are hung up on', async (_what, begun) => {
    const { app } = await startGateway()
    const { url, server, close } = await listen(app, { host: '127.0.0.1', port: 0 })
    onTestFinished(close)
    expect([server.headersTimeout, server.requestTimeout]).toEqual([10_000, 30_000])
    server.headersTimeout = 200
    server.requestTimeout = 200
    const opened = openSocket(url)
    const { socket } = opened
    let ended = false
    socket.on('error', () => {})
    socket.once('close', () => {
      ended = true
    })
    socket.write(begun)
    await vi.waitFor(() => expect(ended).toBe(true))
    expect(opened.got).toMatch(/^HTTP\/1\.1 408 |^$/)
  })
})
