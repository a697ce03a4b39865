import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { silentLogger } from '@logbook/chassis/logger.ts'
import { createGateway } from '@logbook/gateway/app.ts'
import supertest from 'supertest'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { read } from '../house/sources.ts'
import { gatewayRoutes } from '../postman/routes.ts'

const concrete = (path: string): string => path.replaceAll(/:\w+/g, 'one')

/** Every page of the client that takes a form. */
const forms = [...read('client/app/routes.ts').matchAll(/route\('([^']+)', '([^']+)'/g)]
  .filter(([, , file = '']) =>
    /export (?:async function|const|function) action\b/.test(read(`client/app/${file}`)),
  )
  .map(([, path = '']) => `POST ${concrete(`/${path}`)}`)
const commands = gatewayRoutes()
  .filter(({ method }) => method !== 'GET')
  .map(({ method, path }) => `${method} ${concrete(path)}`)

const elsewhere: Record<string, string>[] = [
  { Origin: 'https://evil.example' },
  { Origin: 'null' },
  { Origin: 'https://blog.example.evil.example' },
  { 'Sec-Fetch-Site': 'cross-site' },
  { 'Sec-Fetch-Site': 'same-site' },
]

let passed = 0
const behind = createServer((_req, res) => {
  passed++
  res.end()
})
let gateway: ReturnType<typeof createGateway>
beforeAll(async () => {
  await once(behind.listen(0, '127.0.0.1'), 'listening')
  const url = `http://127.0.0.1:${(behind.address() as AddressInfo).port}`
  const upstreams = {
    client: url,
    posts: url,
    comments: url,
    query: url,
    moderation: url,
    accounts: url,
    notifications: url,
    media: url,
  }
  gateway = createGateway({
    upstreams,
    busUrl: url,
    publicUrl: 'https://blog.example',
    rateLimits: false,
    logger: silentLogger,
  })
})
afterAll(async () => {
  await gateway.close()
  behind.close()
})

describe('a page of another site', () => {
  it('a page of another site has every form and every command to try', () => {
    expect(forms.length).toBeGreaterThan(12)
    expect(commands.length).toBeGreaterThan(25)
  })

  it.each([...new Set([...forms, ...commands, 'POST /api/accounts/auth/sign-in/email'])])(
    'a page of another site makes no browser send %s',
    async (command) => {
      const [method = '', path = ''] = command.split(' ')
      const send = (headers: object) =>
        supertest(gateway.app)
          [method.toLowerCase() as 'post'](path)
          .set({ Host: 'blog.example', 'Content-Type': 'application/x-www-form-urlencoded', ...headers })
      const before = passed
      for (const headers of elsewhere) {
        const { status, body } = await send(headers)
        expect([status, body.code]).toEqual([403, 'forbidden'])
      }
      expect(passed).toBe(before)
      const own = await send({ Origin: 'https://blog.example', 'Sec-Fetch-Site': 'same-origin' })
      // No file is read of a caller who is not signed in; all else is for the service to refuse.
      const isUpload = path.startsWith('/api/media/uploads')
      expect([own.status === 401, passed - before]).toEqual(isUpload ? [true, 0] : [false, 1])
    },
  )
})
