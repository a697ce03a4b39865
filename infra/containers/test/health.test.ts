import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { root } from '../../run/services.ts'

const answers: Record<string, number> = { '/health/live': 200, '/health/ready': 503 }
let server: Server
let port = 0

beforeAll(async () => {
  server = createServer((req, res) => {
    const status = answers[req.url ?? '']
    if (status !== undefined) res.writeHead(status).end(`said ${status}`)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  port = (server.address() as AddressInfo).port
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

const check = async (env: Record<string, string>, ...parameters: string[]) => {
  const child = spawn(process.execPath, ['infra/containers/health.ts', ...parameters], { cwd: root, env })
  const [said, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')])
  return { code: code as number, said }
}

describe.concurrent('the check of health in a container', () => {
  it('the health check of a container ends well where the service is alive', async () => {
    expect(await check({ SERVICE: 'posts', PORT: String(port) })).toEqual({ code: 0, said: '' })
  })

  it('the health check of a container fails where the path that it was given answers with anything but success, and says so', async () => {
    expect(await check({ SERVICE: 'posts', PORT: String(port) }, '/health/ready')).toEqual({
      code: 1,
      said: 'posts/health/ready: 503: said 503\n',
    })
  })

  it('the health check of a container fails where nothing listens, and where no service is named', async () => {
    expect(await check({ SERVICE: 'posts', PORT: '1' })).toMatchObject({ code: 1 })
    expect(await check({})).toMatchObject({ code: 1 })
  })

  it('the health check of a container fails where the answer does not come in time', async () => {
    expect(await check({ SERVICE: 'posts', PORT: String(port) }, '/silent')).toMatchObject({ code: 1 })
  })
})
