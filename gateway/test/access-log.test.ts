import { once } from 'node:events'
import { type Logger, silentLogger } from '@logbook/chassis/logger.ts'
import { describe, expect, it, vi } from 'vitest'
import { openSocket, startGateway } from './running.ts'

type Line = Record<string, unknown> & { path: string }

/** A gateway that notes its lines of the access log. */
const start = async (options: Parameters<typeof startGateway>[0] = {}) => {
  const lines: Line[] = []
  const info = (line: Line, message: string) => message === 'request' && lines.push(line)
  const logger: Logger = Object.create(silentLogger, { info: { value: info } })
  const gateway = await startGateway({ accessLog: 'on', logger, ...options })
  const line = async (path: string): Promise<Line> => {
    await vi.waitFor(() => expect(lines.map((each) => each.path)).toContain(path))
    return lines.find((each) => each.path === path) ?? { path }
  }
  return { ...gateway, lines, line }
}

describe('a line of the access log', () => {
  it('says what was asked, what became of it and how long it took, and nothing of who asked', async () => {
    const { agent, line } = await start()
    const answer = await agent
      .get('/posts/tide?token=secret')
      .set('Cookie', 'logbook.session_token=secret')
      .set('X-Request-Id', 'r-1')
    expect(answer.headers['x-request-id']).toBe('r-1')
    expect(await line('/posts/tide')).toEqual({
      requestId: 'r-1',
      trace: expect.stringMatching(/^[\da-f]{32}$/),
      method: 'GET',
      path: '/posts/tide',
      status: 200,
      ms: expect.any(Number),
    })
  })

  it.each([
    ['a read of anyone’s', 'GET', '/api/posts/a', 200],
    ['a command', 'POST', '/api/posts/b/comments', 200],
    ['what is not there', 'GET', '/api/nothing', 404],
    ['what is sent on', 'GET', '/api/posts/', 308],
    ['a socket that nobody has', 'GET', '/socket', 404],
  ])('is written of %s', async (what, method, path, status) => {
    const { agent, line } = await start()
    const asking = method === 'POST' ? agent.post(path).send({ content: 'x' }) : agent.get(path)
    if (what.startsWith('a socket')) asking.set({ Connection: 'Upgrade', Upgrade: 'websocket' })
    const answer = await asking
    expect(answer.status).toBe(status)
    const written = await line(path)
    expect(written).toMatchObject({ method, status })
    if (!what.startsWith('a socket')) expect(answer.headers['x-request-id']).toBe(written.requestId)
  })

  it('is written of a stream once it has ended, and says that the caller left before', async () => {
    const { url, line, lines } = await start({
      handlers: {
        client: (_req, res) =>
          void res.writeHead(200, { 'Content-Type': 'text/event-stream' }).write('data: 1\n\n'),
      },
    })
    const { socket } = openSocket(url)
    socket.write('GET /stream HTTP/1.1\r\nHost: blog.example\r\n\r\n')
    await once(socket, 'data')
    expect(lines).toEqual([])
    socket.destroy()
    expect(await line('/stream')).toMatchObject({ status: 200, aborted: true })
  })

  it('has neither a name before the host nor what is no path', async () => {
    const { url, line } = await start()
    const { socket } = openSocket(url)
    socket.write('GET http://ann:secret@blog.example/posts?q=secret HTTP/1.1\r\nHost: blog.example\r\n\r\n')
    await line('/posts')
  })

  it('has no network unless it is wanted, and then one that many share', async () => {
    const from = (address: string) => ({ 'X-Forwarded-For': address })
    const { agent, line } = await start({ accessLog: 'network', trustedProxies: ['127.0.0.1'] })
    for (const [path, address, network] of [
      ['/four', '192.0.2.77', '192.0.2.0/24'],
      ['/six', '2001:db8:7:8:9::1', '2001:db8:7::/48'],
      ['/mapped', '::ffff:192.0.2.77', '192.0.2.0/24'],
    ] as const) {
      await agent.get(path).set(from(address))
      expect(await line(path)).toMatchObject({ network })
    }
  })

  it('is not written of a probe that finds all well, nor where the log is off', async () => {
    const on = await start()
    for (const path of ['/health/live', '/health/ready', '/health', '/metrics', '/last'])
      await on.agent.get(path)
    await on.line('/last')
    expect(on.lines.map(({ path }) => path)).toEqual(['/last'])
    on.drain()
    await on.agent.get('/health/ready').expect(503)
    expect(await on.line('/health/ready')).toMatchObject({ status: 503 })
    const off = await start({ accessLog: 'off' })
    await off.agent.get('/posts')
    expect(off.lines).toEqual([])
  })
})
