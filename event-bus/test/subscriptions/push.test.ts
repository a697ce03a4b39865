import { createHmac } from 'node:crypto'
import { createServer } from 'node:net'
import type { RecordedEvent } from '@logbook/contracts/envelope.ts'
import type { Request, RequestHandler } from 'express'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { startConsumer, startSubscribedBus } from './running.ts'

const fast = { attempts: 3, backoff: { initialMs: 1, maxMs: 2 } }

/** A consumer that keeps what it was sent, and answers as told. */
const recording = async (answer: RequestHandler = (_req, res) => void res.sendStatus(204)) => {
  const requests: { body: RecordedEvent; headers: Request['headers'] }[] = []
  const { url } = await startConsumer((req, res, next) => {
    requests.push({ body: req.body, headers: req.headers })
    return answer(req, res, next)
  })
  return { url, requests, positions: () => requests.map(({ body }) => body.position) }
}

describe('a push subscription', () => {
  it('each event is posted to an ordinary handler, in the order of its subject', async () => {
    const bus = await startSubscribedBus()
    const consumer = await recording()
    await bus.put('push', { mode: 'push', url: consumer.url })
    for (let index = 0; index < 20; index++) await bus.append({ subject: `s-${index % 3}`, data: { index } })
    await vi.waitFor(async () => expect(await bus.status('push')).toMatchObject({ acknowledged: 20, lag: 0 }))
    expect(consumer.positions().sort((one, other) => one - other)).toEqual(
      Array.from({ length: 20 }, (_, index) => index + 1),
    )
    for (const subject of ['s-0', 's-1', 's-2']) {
      const versions = consumer.requests.map(({ body }) => body).filter((event) => event.subject === subject)
      expect(versions.map(({ version }) => version)).toEqual(versions.map((_, index) => index + 1))
    }
    expect(await bus.proof('push')).toMatchObject({ ok: true, acknowledged: 20 })
  })

  it('pushes are signed as Standard Webhooks, and say where the consumer is', async () => {
    const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
    const bus = await startSubscribedBus()
    let raw = ''
    const { url, requests } = await recording((req, res) => {
      raw = JSON.stringify(req.body)
      res.sendStatus(200)
    })
    await bus.append({ subject: 'a', data: { title: 'café' } })
    await bus.put('push', { mode: 'push', url, secret })
    await vi.waitFor(() => expect(requests).toHaveLength(1))
    const headers = requests[0]?.headers ?? {}
    const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${raw}`
    const expected = createHmac('sha256', Buffer.alloc(32, 7)).update(signed).digest('base64')
    expect(headers['webhook-signature']).toBe(`v1,${expected}`)
    expect(headers).toMatchObject({
      'webhook-id': requests[0]?.body.id,
      'content-type': 'application/json; charset=utf-8',
      'subscription-name': 'push',
      'delivery-attempt': '1',
      'delivery-position': '1',
      'previous-position': '0',
      'log-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
      'log-epoch': '1',
    })
    expect(Math.abs(Number(headers['webhook-timestamp']) - Date.now() / 1_000)).toBeLessThan(60)
  })

  it('pushes are CloudEvents, or batches of different subjects, when asked for', async () => {
    const bus = await startSubscribedBus()
    const one = await recording()
    const many = await recording()
    await bus.append({ subject: 'a' }, { subject: 'a' }, { subject: 'b' })
    await bus.put('ce', { mode: 'push', url: one.url, format: 'cloudevents' })
    await bus.put('batch', { mode: 'push', url: many.url, format: 'batch', concurrency: 1 })
    await vi.waitFor(async () => expect((await bus.status('batch')).acknowledged).toBe(3))
    await vi.waitFor(async () => expect((await bus.status('ce')).acknowledged).toBe(3))
    expect(one.requests[0]?.headers['content-type']).toBe('application/cloudevents+json; charset=utf-8')
    expect(many.requests[0]?.headers['content-type']).toBe(
      'application/cloudevents-batch+json; charset=utf-8',
    )
    const batches = many.requests.map(({ body }) =>
      (body as unknown as RecordedEvent[]).map((event) => event.position),
    )
    expect(batches).toEqual([[1, 3], [2]])
  })

  it('concurrent pushes are bounded, with one of a subject at a time', async () => {
    const bus = await startSubscribedBus()
    const open: (() => void)[] = []
    const { url } = await recording((_req, res) => void open.push(() => res.sendStatus(204)))
    await bus.append(...['a', 'a', 'b', 'c', 'd'].map((subject) => ({ subject })))
    await bus.put('push', { mode: 'push', url, concurrency: 3 })
    await vi.waitFor(() => expect(open).toHaveLength(3))
    expect(await bus.status('push')).toMatchObject({ leased: 3, outstanding: 5, attempts: 3 })
    for (let answered = 0; answered < 5; answered++) {
      await vi.waitFor(() => expect(open.length).toBeGreaterThan(answered))
      open[answered]?.()
    }
    await vi.waitFor(async () => expect((await bus.status('push')).acknowledged).toBe(5))
  })
})

describe('a failing endpoint', () => {
  it('a failing push is retried with growing attempts, and its event then parked with the reason', async () => {
    const bus = await startSubscribedBus()
    const { url, requests } = await recording((req, res) => {
      if (req.body.subject === 'bad') res.status(500).send('no such column')
      else res.sendStatus(204)
    })
    await bus.append({ subject: 'bad' }, { subject: 'good' }, { subject: 'bad' })
    await bus.put('push', { mode: 'push', url, ...fast })
    await vi.waitFor(async () =>
      expect(await bus.status('push')).toMatchObject({ parked: 2, acknowledged: 1 }),
    )
    const attempts = requests
      .filter(({ body }) => body.position === 1)
      .map(({ headers }) => headers['delivery-attempt'])
    expect(attempts).toEqual(['1', '2', '3'])
    const ids = requests.filter(({ body }) => body.position === 1).map(({ headers }) => headers['webhook-id'])
    expect(new Set(ids).size).toBe(1)
    expect(await bus.parked('push')).toMatchObject([
      { position: 1, kind: 'failed', attempts: 3, status: 500, bodyExcerpt: 'no such column' },
      { position: 3, kind: 'behind', attempts: 0 },
    ])
  })

  it.each<[string, RequestHandler, object, string]>([
    [
      'redirects',
      (_req, res) => res.redirect(307, '/elsewhere'),
      {},
      'It answered 307: a redirect is not followed.',
    ],
    ['never answers', () => {}, { timeoutMs: 30 }, 'There was no answer within 30 ms.'],
    [
      'begins an answer and never ends it',
      (_req, res) => void res.write('x'),
      { timeoutMs: 30 },
      'There was no answer within 30 ms.',
    ],
    ['hangs up', (req) => void req.socket.destroy(), {}, 'socket hang up'],
  ])('an endpoint that %s is a failure', async (_what, handler, settings, reason) => {
    const bus = await startSubscribedBus()
    const { url } = await recording(handler)
    await bus.append({})
    await bus.put('push', { mode: 'push', url, ...fast, ...settings })
    await vi.waitFor(async () => expect(await bus.parked('push')).toMatchObject([{ attempts: 3, reason }]))
  })

  it('an endless answer is read up to a bound, and its status counts', async () => {
    const bus = await startSubscribedBus()
    const { url } = await recording((_req, res) => {
      res.status(200)
      const more = () => {
        while (res.write('x'.repeat(65_536)) && !res.destroyed);
      }
      res.on('drain', more).on('error', () => {})
      more()
    })
    await bus.append({})
    await bus.put('push', { mode: 'push', url, ...fast })
    await vi.waitFor(async () => expect((await bus.status('push')).acknowledged).toBe(1))
  })

  it('an answer of 410 ends the subscription, and loses nothing', async () => {
    const bus = await startSubscribedBus()
    let gone = true
    const { url, requests } = await recording((_req, res) => void res.sendStatus(gone ? 410 : 204))
    await bus.append({ subject: 'a' }, { subject: 'b' })
    await bus.put('push', { mode: 'push', url, concurrency: 1 })
    await vi.waitFor(async () => expect((await bus.status('push')).state).toBe('ended'))
    await vi.waitFor(async () =>
      expect(await bus.status('push')).toMatchObject({ leased: 0, outstanding: 2 }),
    )
    expect(requests).toHaveLength(1)
    gone = false
    await bus.post('push', 'resume')
    await vi.waitFor(async () => expect((await bus.status('push')).acknowledged).toBe(2))
  })

  it.each([429, 503])(
    'Retry-After of a %i pauses all pushes of the subscription until then',
    async (status) => {
      const bus = await startSubscribedBus()
      const came: number[] = []
      const { url } = await recording((_req, res) => {
        came.push(performance.now())
        if (came.length === 1) res.status(status).set('Retry-After', '1').send('slow down')
        else res.sendStatus(204)
      })
      await bus.append({ subject: 'a' }, { subject: 'b' })
      await bus.put('push', { mode: 'push', url, concurrency: 1, ...fast })
      await vi.waitFor(async () => expect((await bus.status('push')).acknowledged).toBe(2))
      const [first = 0, ...others] = came
      // Nothing came within the second, the other subject neither; a few milliseconds are for two clocks.
      expect(others.map((time) => time - first > 990)).toEqual([true, true])
    },
  )

  it('pushes wait for an unreachable endpoint', async () => {
    const bus = await startSubscribedBus()
    const socket = createServer()
    await new Promise<void>((resolve) => socket.listen(0, '127.0.0.1', resolve))
    const { port } = socket.address() as { port: number }
    await new Promise((resolve) => socket.close(resolve))
    await bus.append({})
    const backoff = { initialMs: 20, maxMs: 20 }
    await bus.put('push', { mode: 'push', url: `http://127.0.0.1:${port}/events`, attempts: 100, backoff })
    await vi.waitFor(async () => {
      const [retrying] = (await bus.status('push')).retrying
      expect(retrying).toMatchObject({ position: 1, reason: expect.stringContaining('ECONNREFUSED') })
    })
    const back = createServer((connection) =>
      connection.end('HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n'),
    )
    await new Promise<void>((resolve) => back.listen(port, '127.0.0.1', resolve))
    onTestFinished(() => void back.close())
    await vi.waitFor(async () => expect((await bus.status('push')).acknowledged).toBe(1))
  })

  it('an answer with another rolling hash is a failure', async () => {
    const bus = await startSubscribedBus()
    const { url } = await recording(
      (_req, res) => void res.set('Rolling-Hash', 'a'.repeat(64)).sendStatus(204),
    )
    await bus.append({})
    await bus.put('push', { mode: 'push', url, concurrency: 1, ...fast })
    await vi.waitFor(async () =>
      expect(await bus.parked('push')).toMatchObject([{ reason: expect.stringContaining('rolling hash') }]),
    )
  })
})

it('pushes do not delay the answer to an append', async () => {
  const bus = await startSubscribedBus()
  const { url, requests } = await recording(() => {})
  await bus.put('push', { mode: 'push', url })
  await bus.append({ subject: 'a' })
  await vi.waitFor(() => expect(requests).toHaveLength(1))
  await bus.append({ subject: 'a' })
  expect((await bus.status('push')).acknowledged).toBe(0)
})
it('an answer is settled when the file can be written again, without another delivery', async () => {
  const bus = await startSubscribedBus()
  const { url, requests } = await recording()
  bus
    .db()
    .exec("CREATE TEMP TRIGGER refuse BEFORE INSERT ON settled BEGIN SELECT RAISE(ABORT, 'refused'); END")
  await bus.append({})
  await bus.put('push', { mode: 'push', url, timeoutMs: 60_000 })
  await vi.waitFor(() => expect(requests).toHaveLength(1))
  expect((await bus.status('push')).acknowledged).toBe(0)
  bus.db().exec('DROP TRIGGER refuse')
  await vi.waitFor(async () => expect((await bus.status('push')).acknowledged).toBe(1))
  expect(requests).toHaveLength(1)
})
