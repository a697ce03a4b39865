import type { RequestListener } from 'node:http'
import { listen } from '@logbook/chassis/http/server.ts'
import { createBusHttp } from '@logbook/chassis/log/bus-http.ts'
import { Problem } from '@logbook/chassis/problem.ts'
import { afterEach, expect, it, onTestFinished, vi } from 'vitest'

const over = async (answer: RequestListener) => {
  const listening = await listen(answer, { host: '127.0.0.1', port: 0 })
  const http = createBusHttp({ url: listening.url, source: '/test' })
  const close = async () => {
    listening.server.closeAllConnections()
    await listening.close()
  }
  onTestFinished(async () => {
    http.close()
    await close()
  })
  return { http, close }
}

const request = { timeoutMs: 5_000 }

afterEach(() => {
  vi.unstubAllEnvs()
})

it('gives the body as text, with the position and whether there is more', async () => {
  const { http } = await over((req, res) => {
    res.setHeader('Position', '42').setHeader('Link', '</events?after=42>; rel="next"')
    res.end(`[${JSON.stringify([req.url, req.headers['user-agent']])}]`)
  })
  expect(await http.get('/events', { after: 1, types: undefined }, request)).toEqual({
    status: 200,
    body: '[["/events?after=1","logbook/test"]]',
    position: 42,
    next: true,
  })
})

const conflict = new Problem('version-conflict', { detail: 'No.', extensions: { actual: 4 } })
const busy = new Problem('unavailable')

it.each([
  [
    'a problem',
    409,
    {},
    JSON.stringify(conflict.toBody()),
    { code: 'version-conflict', details: { extensions: { actual: 4 } } },
  ],
  [
    'a problem with a time to come back',
    503,
    { 'retry-after': '7' },
    JSON.stringify(busy.toBody()),
    { code: 'unavailable', details: { retryAfter: 7 } },
  ],
  [
    'about a token',
    403,
    {},
    JSON.stringify(new Problem('forbidden').toBody()),
    { code: 'unavailable', message: expect.stringContaining('SERVICE_TOKEN') },
  ],
  ['the page of a proxy', 502, {}, '<html>Bad gateway</html>', { code: 'unavailable' }],
  ['a code that is not known here', 418, {}, '{"code":"teapot"}', { code: 'unavailable' }],
  ['a redirect', 302, { location: 'http://127.0.0.1:1/' }, '', { code: 'unavailable' }],
])('an answer that is %s is a problem', async (_, status, headers, body, problem) => {
  const { http } = await over((_req, res) => {
    res.writeHead(status, headers).end(body)
  })
  await expect(http.get('/events', {}, request)).rejects.toMatchObject(problem)
  await expect(http.post('/events', '{}', request)).rejects.toMatchObject(problem)
  await expect(http.follow('/events', {}, request)).rejects.toMatchObject(problem)
})

it.each([
  ['ends before it answers', true],
  ['does not answer in time', false],
])('a bus that %s is unavailable', async (_, ends) => {
  const { http } = await over((req) => {
    if (ends) req.socket.destroy()
  })
  const soon = { timeoutMs: 50 }
  await expect(http.get('/events', {}, soon)).rejects.toMatchObject({ code: 'unavailable' })
  await expect(http.post('/events', '{}', soon)).rejects.toMatchObject({ code: 'unavailable' })
  await expect(http.follow('/events', {}, soon)).rejects.toMatchObject({ code: 'unavailable' })
})

it('a bus that is not there is unavailable', async () => {
  const { http, close } = await over(() => {})
  await close()
  await expect(http.get('/events', {}, request)).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringContaining('ECONNREFUSED'),
  })
})

it('sends its token with every request, and none where it has none', async () => {
  const listening = await listen((req, res) => res.end(req.headers.authorization ?? 'none'), {
    host: '127.0.0.1',
    port: 0,
  })
  onTestFinished(() => listening.close())
  const answersTo = async (token?: string) => {
    const http = createBusHttp({ url: listening.url, source: '/test', token })
    onTestFinished(() => http.close())
    const { body } = await http.follow('/events', {}, request)
    return [
      (await http.get('/events', {}, request)).body,
      (await http.post('/events', '{}', request)).body,
      String((await body.toArray())[0]),
    ]
  }
  expect(await answersTo('a-token')).toEqual(Array(3).fill('Bearer a-token'))
  expect(await answersTo()).toEqual(Array(3).fill('none'))
})

it('goes to the bus itself, whatever proxy the environment names', async () => {
  for (const name of ['HTTP_PROXY', 'http_proxy']) vi.stubEnv(name, 'http://127.0.0.1:1')
  const { http } = await over((_req, res) => res.end('[]'))
  expect((await http.get('/events', {}, request)).body).toBe('[]')
  expect((await http.post('/events', '{}', request)).body).toBe('[]')
})

it('posts lines, also to a bus behind a path of its own, one request after another over one connection', async () => {
  const sockets = new Set<unknown>()
  const seen: string[] = []
  const listening = await listen(
    (req, res) => {
      sockets.add(req.socket)
      seen.push(`${req.method} ${req.url} ${req.headers['content-type']}`)
      req.pipe(res)
    },
    { host: '127.0.0.1', port: 0 },
  )
  const http = createBusHttp({ url: `${listening.url}/bus`, source: '/test' })
  onTestFinished(async () => {
    http.close()
    await listening.close()
  })
  const bodies = ['{"a":"ä"}\n', 'x'.repeat(300_000), '{}\n']
  const answers = await Promise.all(bodies.map((body) => http.post('/events', body, request)))
  expect(answers.map(({ body }) => body)).toEqual(bodies)
  expect(seen).toEqual(Array(3).fill('POST /bus/events application/x-ndjson'))
  expect(sockets.size).toBe(1)
})

it('a post that was given up before it left is not sent later', async () => {
  const { promise: answered, resolve: answer } = Promise.withResolvers<void>()
  const bodies: string[] = []
  const { http } = await over(async (req, res) => {
    bodies.push((await req.setEncoding('utf8').toArray()).join(''))
    await answered
    res.end()
  })
  const first = http.post('/events', 'first', request)
  await expect(http.post('/events', 'second', { timeoutMs: 20 })).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringContaining('ETIMEDOUT'),
  })
  answer()
  await first
  await http.post('/events', 'third', request)
  expect(bodies).toEqual(['first', 'third'])
})

it('gives up a read at a signal, before it is sent and while it is under way', async () => {
  const { http } = await over(() => {})
  const ended = new AbortController()
  const underWay = http.get('/events', {}, { ...request, signal: ended.signal })
  ended.abort()
  await expect(underWay).rejects.toMatchObject({ code: 'unavailable' })
  await expect(http.get('/events', {}, { ...request, signal: ended.signal })).rejects.toMatchObject({
    code: 'unavailable',
  })
})
