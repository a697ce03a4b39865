import { createServer, type Socket } from 'node:net'
import { isDeepStrictEqual } from 'node:util'
import type { PushSettings } from '@logbook/contracts/http/subscriptions.ts'
import type { Leased } from '@logbook/event-bus/subscriptions/delivery.ts'
import { webhookOf } from '@logbook/event-bus/subscriptions/webhook.ts'
import { HTTP } from 'cloudevents'
import * as fc from 'fast-check'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { startConsumer, startSubscribedBus } from './running.ts'

const fast = { attempts: 3, backoff: { initialMs: 1, maxMs: 2 } }

/** A target that speaks bytes: it is called once a request has come, with the number of that request, from 1. */
const startRawTarget = async (answer: (socket: Socket, request: number) => void) => {
  let requests = 0
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('data', (bytes) => {
      if (bytes.includes('webhook-id')) answer(socket, ++requests)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const { port } = server.address() as { port: number }
  return { url: `http://127.0.0.1:${port}/events`, requests: () => requests }
}

const headOf = (status: string, ...headers: string[]) =>
  `HTTP/1.1 ${[status, ...headers].join('\r\n')}\r\n\r\n`

const forever = (socket: Socket, text: string) => {
  const timer = setInterval(() => socket.write(text), 2)
  socket.on('close', () => clearInterval(timer))
}

describe('an endpoint with odd answers', () => {
  it.each<[what: string, answer: (socket: Socket) => void, reason: RegExp]>([
    [
      '101 with an upgrade',
      (socket) => void socket.write(headOf('101 S', 'Upgrade: x', 'Connection: upgrade')),
      /101/,
    ],
    [
      '101 without an upgrade',
      (socket) => void socket.write(headOf('101 Switching Protocols')),
      /101|closed|no answer/,
    ],
    ['100 and nothing more', (socket) => void socket.write(headOf('100 Continue')), /no answer within/],
    ['102 without end', (socket) => forever(socket, headOf('102 Processing')), /no answer within/],
    ['103 and a hang-up', (socket) => void socket.end(headOf('103 Early Hints')), /hang up/],
    [
      'headers without end',
      (socket) => forever(socket, 'HTTP/1.1 200 OK\r\nx: y\r\n'),
      /no answer within|Parse Error|overflow/i,
    ],
    [
      'a header that never ends',
      (socket) => {
        socket.write('HTTP/1.1 200 OK\r\nx: ')
        forever(socket, 'y'.repeat(4_000))
      },
      /no answer within|overflow/i,
    ],
    [
      'half of a status line and its half of the connection closed',
      (socket) => void socket.end('HTTP/1.1 20'),
      /hang up|Parse Error/,
    ],
    ['its half of the connection closed', (socket) => void socket.end(), /hang up/],
    ['a reset', (socket) => void socket.resetAndDestroy(), /ECONNRESET|hang up/],
    ['what is no HTTP', (socket) => void socket.end('220 mail.example ESMTP\r\n'), /Parse Error/],
    [
      'a redirect to itself',
      (socket) => void socket.end(headOf('308 Permanent Redirect', 'Location: /events', 'Connection: close')),
      /redirect/,
    ],
    [
      'a body that never ends',
      (socket) => void socket.write(`${headOf('200 OK', 'Content-Length: 9')}x`),
      /no answer within/,
    ],
  ])(
    'by %s fails the attempt, is tried again, is parked, and can be deleted',
    async (_what, answer, reason) => {
      const bus = await startSubscribedBus()
      const { url, requests } = await startRawTarget(answer)
      await bus.append({ subject: 'a' }, { subject: 'b' })
      // Short only where that is what ends the attempt.
      const isTimedOut = reason.source.includes('no answer')
      const timeoutMs = isTimedOut ? 40 : 60_000
      await bus.put('push', { mode: 'push', url, ...fast, timeoutMs, concurrency: 1 })
      await vi.waitFor(async () =>
        expect(await bus.parked('push')).toMatchObject([
          { position: 1, attempts: 3, reason: expect.stringMatching(reason) },
          { position: 2, attempts: 3, reason: expect.stringMatching(reason) },
        ]),
      )
      // An attempt can end before its request has come to a target on a busy machine.
      if (isTimedOut) expect(requests()).toBeLessThanOrEqual(6)
      else expect(requests()).toBe(6)
      expect((await bus.ask('DELETE', '/subscriptions/push')).status).toBe(204)
    },
  )

  it('a subscription can be deleted while an answer is awaited', async () => {
    const bus = await startSubscribedBus()
    const { url, requests } = await startRawTarget((socket) => void socket.write(headOf('100 Continue')))
    await bus.append({})
    await bus.put('push', { mode: 'push', url, timeoutMs: 60_000 })
    await vi.waitFor(() => expect(requests()).toBe(1))
    expect((await bus.ask('DELETE', '/subscriptions/push')).status).toBe(204)
  })

  it.each<[what: string, answer: (socket: Socket) => void]>([
    [
      'a reset',
      (socket) =>
        void socket.write(`${headOf('200 OK', 'Content-Length: 9')}x`, () =>
          setTimeout(() => socket.resetAndDestroy(), 5),
        ),
    ],
    ['an end', (socket) => void socket.end(`${headOf('200 OK', 'Content-Length: 9')}x`)],
    [
      'a broken chunk',
      (socket) => void socket.end(`${headOf('200 OK', 'Transfer-Encoding: chunked')}zz\r\n`),
    ],
  ])('by 200 and %s during the body has taken the event: its status has come', async (_what, answer) => {
    const bus = await startSubscribedBus()
    const { url } = await startRawTarget(answer)
    await bus.append({})
    // More than one attempt, since a reset may overtake the bytes before it.
    await bus.put('push', { mode: 'push', url, attempts: 50, backoff: { initialMs: 1, maxMs: 2 } })
    await vi.waitFor(async () => expect((await bus.status('push')).acknowledged).toBe(1))
  })
})

it('a consumer that dies on a kept connection gets each counted attempt once', async () => {
  const bus = await startSubscribedBus()
  const taken = headOf('204 No Content')
  // Every other request is answered, so that each of those between comes on a connection that was kept.
  const { url, requests } = await startRawTarget((socket, request) =>
    request % 2 === 1 ? void socket.write(taken) : void socket.resetAndDestroy(),
  )
  await bus.append({ subject: 'a' }, { subject: 'b' }, { subject: 'c' })
  await bus.put('push', {
    mode: 'push',
    url,
    attempts: 9,
    backoff: { initialMs: 1, maxMs: 2 },
    concurrency: 1,
  })
  await vi.waitFor(async () =>
    expect(await bus.status('push')).toMatchObject({ acknowledged: 3, outstanding: 0 }),
  )
  expect(requests()).toBe((await bus.status('push')).attempts)
})

const pushed = { mode: 'push', url: 'http://127.0.0.1', format: 'batch', secret: 'whsec_' } as PushSettings

const batchIdOf = (ids: readonly string[]): string | undefined => {
  const deliveries = ids.map((id, index) => ({ id, position: index, state: { token: 1 } }) as Leased)
  const { headers } = webhookOf(
    { name: 'a', settings: pushed },
    { deliveries, texts: ids, now: 0, log: { id: 'log', epoch: 1 } },
  )
  return headers[headers.indexOf('webhook-id') + 1]
}

it('the webhook-id of a batch is the same for the same events, and differs where any of them differs', () => {
  const lists = fc.array(fc.constantFrom('a', 'b', 'ab', 'a..b', '..', 'a,b'), { minLength: 1, maxLength: 5 })
  fc.assert(
    fc.property(lists, lists, (one, other) => {
      expect(batchIdOf(one) === batchIdOf(other)).toBe(isDeepStrictEqual(one, other))
      expect(batchIdOf(['first', ...one, 'last']) === batchIdOf(['first', ...other, 'last'])).toBe(
        isDeepStrictEqual(one, other),
      )
    }),
    { numRuns: 500 },
  )
})

it.each(['cloudevents', 'batch'] as const)(
  'what is pushed as %s, the official SDK parses',
  async (format) => {
    const bus = await startSubscribedBus()
    const parsed: { subject?: string | undefined }[] = []
    const { url } = await startConsumer((req, res) => {
      const body = JSON.stringify(req.body)
      parsed.push(...[HTTP.toEvent<unknown>({ headers: req.headers, body })].flat())
      res.sendStatus(204)
    })
    await bus.append({ subject: 'a', data: 1 }, { subject: 'b', data: null })
    await bus.put('push', { mode: 'push', url, format })
    await vi.waitFor(async () => expect((await bus.status('push')).acknowledged).toBe(2))
    expect(parsed.map(({ subject }) => subject).sort()).toEqual(['a', 'b'])
  },
)
