import { once } from 'node:events'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { Router } from 'express'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createHttpApp } from '../../src/http/app.ts'
import { listen } from '../../src/http/server.ts'
import { silentLogger } from '../../src/logger.ts'

const boot = async () => {
  const router = Router()
  router.get('/things', (_req, res) => void res.json('things'))
  const app = createHttpApp({
    name: 'things',
    logger: silentLogger,
    router,
    health: () => ({ ready: true }),
    origins: [],
  })
  const { url, close } = await listen(app, { host: '127.0.0.1', port: 0 })
  onTestFinished(close)
  return Number(new URL(url).port)
}

const ask = async (port: number, ...lines: string[]): Promise<string> => {
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  socket.write(['GET /things HTTP/1.1', 'Host: a', ...lines, '', ''].join('\r\n'))
  return text(socket)
}

const handshake = ['Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==']

describe('a service', () => {
  it.each(['websocket', 'WebSocket', 'h2c, websocket'])(
    'answers an upgrade to %s with 404 and closes the connection',
    async (protocol) => {
      const answer = await ask(await boot(), 'Connection: Upgrade', `Upgrade: ${protocol}`, ...handshake)
      expect(answer).toMatch(/^HTTP\/1\.1 404 /)
      expect(answer).toMatch(/^connection: close\r$/im)
      expect(answer).toContain('There are no WebSockets here.')
    },
  )

  it('answers a request that offers another protocol as any request', async () => {
    const answer = await ask(await boot(), 'Connection: close, Upgrade', 'Upgrade: h2c')
    expect(answer).toMatch(/^HTTP\/1\.1 200 [\s\S]*"things"$/)
  })
})
