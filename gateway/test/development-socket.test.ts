import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { listen } from '@logbook/chassis/http/server.ts'
import { silentLogger } from '@logbook/chassis/logger.ts'
import { createGateway } from '@logbook/gateway/app.ts'
import { describe, expect, it, onTestFinished } from 'vitest'

const listening = async (server: ReturnType<typeof createServer>): Promise<number> => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

const boot = async ({ development }: { development: boolean }) => {
  const asked: string[] = []
  const client = createServer((req, res) => {
    asked.push(`${req.url}`)
    res.end()
  })
  client.on('upgrade', (req, socket) => {
    asked.push(`${req.url}`)
    socket.end('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nhello')
  })
  const url = `http://127.0.0.1:${await listening(client)}`
  const gateway = createGateway({
    upstreams: {
      client: url,
      posts: url,
      comments: url,
      query: url,
      moderation: url,
      accounts: url,
      notifications: url,
      media: url,
    },
    busUrl: url,
    publicUrl: 'https://blog.example',
    development,
    logger: silentLogger,
  })
  onTestFinished(() => gateway.close())
  const { url: own, close } = await listen(gateway.app, {
    ...{ host: '127.0.0.1', port: 0 },
    upgrades: gateway.upgrades,
  })
  onTestFinished(close)
  const port = Number(new URL(own).port)
  const ask = (host: string, origin: string): Promise<string> => {
    const socket = connect(port, '127.0.0.1')
    const head = ['GET /hmr HTTP/1.1', `Host: ${host}`, `Origin: ${origin}`, 'Connection: Upgrade']
    socket.write([...head, 'Upgrade: websocket', '', ''].join('\r\n'))
    return text(socket)
  }
  return { ask, asked }
}

describe('a WebSocket at the gateway', () => {
  it('is refused and closed outside development, whatever it names, and reaches no service', async () => {
    const { ask, asked } = await boot({ development: false })
    for (const host of ['blog.example', 'evil.example'])
      expect(await ask(host, 'https://blog.example')).toMatch(/^HTTP\/1\.1 404 /)
    expect(asked).toEqual([])
  })

  it('reaches the development server from a page of its own, and from no other', async () => {
    const { ask, asked } = await boot({ development: true })
    expect(await ask('evil.example', 'https://blog.example')).toMatch(/^HTTP\/1\.1 403 /)
    expect(await ask('blog.example', 'https://evil.example')).toMatch(/^HTTP\/1\.1 403 /)
    expect(asked).toEqual([])
    expect(await ask('blog.example', 'https://blog.example')).toMatch(/^HTTP\/1\.1 101 [\s\S]*hello$/)
    expect(asked).toEqual(['/hmr'])
  })
})
