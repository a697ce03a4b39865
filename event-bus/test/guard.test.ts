import { Writable } from 'node:stream'
import { digestsOf } from '@logbook/chassis/access/service-tokens.ts'
import { describeEndpoints } from '@logbook/chassis/described/service.ts'
import { isLoopback } from '@logbook/chassis/http/loopback.ts'
import { listen } from '@logbook/chassis/http/server.ts'
import { createBusClient } from '@logbook/chassis/log/bus-client.ts'
import { silentLogger } from '@logbook/chassis/logger.ts'
import { outgoing } from '@logbook/chassis/testing/bus-conformance.ts'
import { memoryLog } from '@logbook/chassis/testing/memory-log.ts'
import { temporaryFolder } from '@logbook/chassis/testing/temporary-folder.ts'
import { busEndpoints } from '@logbook/contracts/endpoints/event-bus.ts'
import { createEventBus } from '@logbook/event-bus/app.ts'
import { readConfig } from '@logbook/event-bus/config.ts'

import { openSubscriptions } from '@logbook/event-bus/subscriptions/tables.ts'
import { pino } from 'pino'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { failingBusProcess } from './bus-process.ts'
import { inMemory, tokensFolder } from './running-bus.ts'

const token = 'a-token-for-tests-that-nobody-else-has'
const ordersToken = 'the-token-of-a-service-for-orders'
const billsToken = 'the-token-of-a-service-for-bills'
let url: string
let lines: string[]

beforeEach(async () => {
  lines = []
  const out = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk))
      done()
    },
  })
  const bus = createEventBus({
    store: memoryLog(),
    logger: pino({ level: 'trace' }, out),
    knownCallers: digestsOf({ operator: token, orders: ordersToken, bills: billsToken }),
    publishers: { OrderPlaced: { by: ['orders'], subject: 'order-' } },
    readers: ['orders'],
    subscriptions: { db: openSubscriptions(':memory:'), pushAllow: ['loopback'] },
  })
  const listening = await listen(bus.app, { host: '127.0.0.1', port: 0 })
  await bus.start()
  url = listening.url
  return async () => {
    bus.drain?.()
    await listening.close()
    await bus.close()
  }
})

const ask = (method: string, path: string, authorization?: string, headers: Record<string, string> = {}) =>
  fetch(url + path, {
    method,
    headers: {
      ...(authorization === undefined ? {} : { authorization }),
      ...(method === 'GET' || method === 'DELETE' ? {} : { 'Content-Type': 'application/json' }),
      ...headers,
    },
    ...(method === 'GET' || method === 'DELETE' ? {} : { body: '{"type":"A","data":1}' }),
  })

const { paths } = describeEndpoints(busEndpoints) as {
  paths: Record<string, Record<string, { security?: unknown[] }>>
}
const operations = Object.entries(paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, { security }]) => ({
    method: method.toUpperCase(),
    path: path.replace('{subject}', 'A').replace('{name}', 's'),
    open: security?.length === 0,
  })),
)

describe('a bus with a token', () => {
  it.each(operations.filter(({ open }) => !open))(
    'a token is needed for $method $path',
    async ({ method, path }) => {
      const answer = await ask(method, path)
      expect([answer.status, (await answer.json()).code]).toEqual([401, 'unauthenticated'])
      expect(answer.headers.get('WWW-Authenticate')).toMatch(/^Bearer /)
      const wrong = await ask(method, path, 'Bearer another-token-than-that-of-this-bus')
      expect([wrong.status, (await wrong.json()).code]).toEqual([401, 'unauthenticated'])
    },
  )

  it.each(operations.filter(({ open }) => open))('$path is open to everyone', async ({ path }) => {
    expect((await ask('GET', path)).status).toBe(200)
  })

  it('every operation but health needs a token', () => {
    expect(operations.filter(({ open }) => open).map(({ path }) => path)).toEqual([
      '/health',
      '/health/live',
      '/health/ready',
    ])
  })

  it.each([
    ['an append that is taken early', {}],
    ['an append that is not', { 'Content-Type': 'application/cloudevents+json' }],
    ['an append from a page', { Origin: 'https://other.example' }],
  ])('%s needs a token', async (_, headers) => {
    expect((await ask('POST', '/events', undefined, headers)).status).toBe(401)
    expect((await ask('POST', '/events', `Bearer ${token}x`, headers)).status).toBe(401)
    const position = async () => (await (await ask('GET', '/health')).json()).position
    expect(await position()).toBe(0)
    expect((await ask('POST', '/events', `Bearer ${token}`, headers)).status).toBe(201)
    expect(await position()).toBe(1)
  })

  it.each([
    ['', 401],
    ['Bearer', 401],
    ['Bearer ', 401],
    [`Basic ${token}`, 401],
    [token, 401],
    [`Bearer ${token} ${token}`, 401],
    [`Bearer ${token.slice(0, -1)}`, 401],
    [`Bearer ${token}x`, 401],
    [`Bearer ${token.toUpperCase()}`, 401],
    [`Bearer ${'x'.repeat(10_000)}`, 401],
    [`Bearer ${token}`, 200],
    [`bearer  ${token}`, 200],
  ])('Authorization %j is answered with %i', async (authorization, status) => {
    expect((await ask('GET', '/events', authorization)).status).toBe(status)
  })

  it('an address without a row does not exist', async () => {
    expect((await ask('GET', '/nothing')).status).toBe(404)
    expect((await ask('GET', '/nothing', `Bearer ${token}`)).status).toBe(404)
  })

  const command = (authorization: string, method: string, path: string, body: unknown) =>
    fetch(url + path, {
      method,
      headers: { Authorization: `Bearer ${authorization}`, 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    })

  it('only the named readers may read the log', async () => {
    const reads = ['/events', '/streams/order-1']
    await command(ordersToken, 'POST', '/events', { type: 'OrderPlaced', subject: 'order-1', data: {} })
    for (const path of reads) {
      expect([path, (await ask('GET', path, `Bearer ${ordersToken}`)).status]).toEqual([path, 200])
      expect([path, (await ask('GET', path, `Bearer ${billsToken}`)).status]).toEqual([path, 403])
    }
  })

  it('only the operator manages subscriptions, and the named callers claim and settle', async () => {
    expect(
      (await command(token, 'PUT', '/subscriptions/s', { mode: 'pull', callers: ['orders'] })).status,
    ).toBe(201)
    await command(ordersToken, 'POST', '/events', { type: 'OrderPlaced', subject: 'order-1', data: {} })
    const claims = await command(ordersToken, 'POST', '/subscriptions/s/claim', { waitMs: 5_000 })
    const [claimed] = await claims.json()
    const ownCommands = operations.filter(
      ({ method, path }) => /^.subscriptions.s/.test(path) && !(method === 'GET' && /secret/.test(path)),
    )
    for (const { method, path } of ownCommands) {
      const ours = method === 'GET' || /claim|ack|nack|extend/.test(path)
      const body = method === 'GET' || method === 'DELETE' ? undefined : { token: claimed.token }
      const tried = (by: string) =>
        body === undefined ? ask(method, path, `Bearer ${by}`) : command(by, method, path, body)
      expect([method, path, (await tried(billsToken)).status]).toEqual([method, path, 403])
      expect([method, path, (await tried(ordersToken)).status === 403]).toEqual([method, path, !ours])
    }
    const listed = async (by: string) =>
      (await (await ask('GET', '/subscriptions', `Bearer ${by}`)).json()).length
    expect([await listed(token), await listed(ordersToken), await listed(billsToken)]).toEqual([1, 1, 0])
  })

  it('a subscription is hidden from callers that it does not name', async () => {
    await command(token, 'PUT', '/subscriptions/there', { mode: 'pull' })
    for (const name of ['there', 'not-there'])
      expect((await ask('GET', `/subscriptions/${name}`, `Bearer ${ordersToken}`)).status).toBe(403)
    expect((await ask('GET', '/subscriptions/not-there', `Bearer ${token}`)).status).toBe(404)
  })

  it('tokens are never logged', async () => {
    for (const given of [token, 'a-wrong-one-that-someone-tried'])
      await ask('GET', '/events', `Bearer ${given}`)
    expect(lines.length).toBeGreaterThan(2)
    expect(lines.join('')).not.toMatch(/a-token-for-tests|a-wrong-one/)
  })

  it('the bus serves a client with its token, and refuses one without', async () => {
    const clientOf = (own?: string, bounds = {}) => {
      const client = createBusClient({ url, source: '/test', logger: silentLogger, token: own, bounds })
      onTestFinished(() => client.close())
      return client
    }
    const event = outgoing()
    const client = clientOf(token)
    await client.append([event])
    expect((await client.read({ after: 0, limit: 10 })).events).toHaveLength(1)
    expect(await client.readStream(event.subject)).toHaveLength(1)
    for await (const page of client.follow({ after: 0, signal: AbortSignal.timeout(10_000) })) {
      expect(page.position).toBe(1)
      break
    }
    for (const other of [undefined, 'some-other-token-entirely'])
      await expect(clientOf(other, { tryMsMax: 200 }).append([outgoing()])).rejects.toMatchObject({
        code: 'unavailable',
      })
    expect((await (await ask('GET', '/health')).json()).position).toBe(1)
  })
})

describe('a forged event', () => {
  const append = (authorization: string, body: unknown, type = 'application/json') =>
    fetch(`${url}/events`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${authorization}`, 'Content-Type': type },
      body: JSON.stringify(body),
    })
  const placed = (subject: string) => ({ type: 'OrderPlaced', subject, data: {} })

  it.each([
    ['of a type that is another’s', billsToken, placed('order-1')],
    ['on a stream that is another’s', ordersToken, placed('bill-1')],
    ['on a stream of the type’s name', ordersToken, { type: 'OrderPlaced', data: {} }],
    ['of a type that is the operator’s alone', billsToken, { type: 'Noted', subject: 'order-1', data: {} }],
    ['by the operator, of a type that has an owner', token, placed('order-1')],
    ['among honest ones', ordersToken, [placed('order-1'), placed('bill-1')]],
  ])('a forged append, %s, is refused and counted', async (_what, by, body) => {
    for (const type of ['application/json', 'application/cloudevents+json']) {
      const answer = await append(by, body, Array.isArray(body) ? 'application/json' : type)
      expect([answer.status, (await answer.json()).code]).toEqual([403, 'forbidden'])
    }
    expect((await (await ask('GET', '/health')).json()).position).toBe(0)
    const metrics = await (await ask('GET', '/metrics', `Bearer ${token}`)).text()
    expect(metrics).toMatch(/^bus_forged_appends_total\{caller="(orders|bills|operator)"\} 2$/m)
  })

  it('a forbidden line fails alone', async () => {
    const lines = [placed('order-1'), placed('bill-1'), placed('order-2')]
    const answer = await fetch(`${url}/events`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${ordersToken}`, 'Content-Type': 'application/x-ndjson' },
      body: lines.map((line) => JSON.stringify(line)).join('\n'),
    })
    const statuses = (await answer.text())
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).status)
    expect(statuses).toEqual([201, 403, 201])
  })

  it('a client learns that its append was forbidden', async () => {
    const client = createBusClient({ url, source: '/bills', logger: silentLogger, token: billsToken })
    onTestFinished(() => client.close())
    const event = { ...outgoing(), type: 'OrderPlaced', subject: 'order-1' }
    await expect(client.append([event])).rejects.toMatchObject({ code: 'forbidden' })
  })

  it('the operator may append events of its own types', async () => {
    expect((await append(token, { type: 'Noted', data: {} })).status).toBe(201)
    expect((await append(ordersToken, placed('order-1'))).status).toBe(201)
  })
})

describe('a bus without tokens', () => {
  it.each([
    ['127.0.0.1', true],
    ['127.8.9.1', true],
    ['::1', true],
    ['localhost', true],
    ['0.0.0.0', false],
    ['::', false],
    ['192.168.1.5', false],
    ['localhost.example', false],
    ['127.0.0.1.example', false],
  ])('a bus without tokens on %s starts: %s', async (HOST, may) => {
    expect(isLoopback(HOST)).toBe(may)
    const read = () => readConfig({ HOST }).knownCallers
    if (may) expect(read()).toBeUndefined()
    else expect(read).toThrow(/SERVICE_TOKENS_DIR/)
    const SERVICE_TOKENS_DIR = await tokensFolder({ operator: token })
    expect(readConfig({ HOST, SERVICE_TOKENS_DIR }).knownCallers).toEqual(digestsOf({ operator: token }))
  })

  it('a bus without tokens refuses to start on a public address, and says what to set', async () => {
    const folder = temporaryFolder()
    const { code, said } = await failingBusProcess({ DATABASE: `${folder}/log.sqlite`, HOST: '0.0.0.0' })
    expect(code).toBe(78)
    expect(said).toContain('SERVICE_TOKENS_DIR')
  })

  it('a bus without tokens logs once that it is open', async () => {
    const said: string[] = []
    const logger = pino({}, { write: (line: string) => said.push(line) })
    const bus = createEventBus({ ...inMemory(), store: memoryLog(), logger })
    await bus.start()
    await bus.close()
    expect(said.filter((line) => line.includes('SERVICE_DIGESTS_DIR is not set'))).toHaveLength(1)
  })
})
