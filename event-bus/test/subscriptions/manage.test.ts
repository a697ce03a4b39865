import { limits } from '@logbook/event-bus/limits.ts'
import { describe, expect, it } from 'vitest'
import { startSubscribedBus } from './running.ts'

const pull = { mode: 'pull' }

describe('creating a subscription', () => {
  it('a new subscription is answered 201, and the same again 200, whatever the order of its fields', async () => {
    const bus = await startSubscribedBus()
    const first = await bus.put('readers', { mode: 'pull', types: ['A'], attempts: 5 })
    expect(first).toMatchObject({ status: 201, body: { name: 'readers', state: 'active', revision: 1 } })
    expect(first.headers.get('Location')).toBe('/subscriptions/readers')
    expect(first.headers.get('ETag')).toBe('"1"')
    const again = await bus.put('readers', { attempts: 5, types: ['A'], mode: 'pull' })
    expect(again).toMatchObject({ status: 200, body: { revision: 1 } })
  })

  it('a subscription is changed only with its ETag', async () => {
    const bus = await startSubscribedBus()
    await bus.put('readers', pull)
    const change = { ...pull, attempts: 3 }
    expect((await bus.put('readers', change)).status).toBe(409)
    expect((await bus.put('readers', change, { 'If-Match': '"7"' })).status).toBe(412)
    const changed = await bus.put('readers', change, { 'If-Match': '"1"' })
    expect(changed).toMatchObject({ status: 200, body: { revision: 2, settings: { attempts: 3 } } })
    expect((await bus.put('readers', { ...change, from: 'now' }, { 'If-Match': '*' })).status).toBe(409)
    expect((await bus.put('others', pull, { 'If-Match': '"1"' })).status).toBe(412)
  })

  it('settings and secret survive a restart, and the secret is shown only on request', async () => {
    const bus = await startSubscribedBus()
    const push = { mode: 'push', url: 'http://127.0.0.1:9/events' }
    const made = await bus.put('push', push)
    expect(JSON.stringify(made.body)).not.toContain('whsec_')
    const { body } = await bus.ask('GET', '/subscriptions/push/secret')
    expect(body).toEqual({ secret: expect.stringMatching(/^whsec_.{44}$/) })
    await bus.restart()
    expect((await bus.ask('GET', '/subscriptions/push/secret')).body).toEqual(body)
    expect((await bus.put('push', push)).status).toBe(200)
    expect((await bus.put('readers', pull)).status).toBe(201)
    expect((await bus.ask('GET', '/subscriptions/readers/secret')).status).toBe(404)
  })

  it.each<[string, object, string]>([
    ['no mode', {}, 'mode'],
    ['an unknown mode', { mode: 'pull-push' }, 'mode'],
    ['a push without an address', { mode: 'push' }, 'url'],
    ['an address of another scheme', { mode: 'push', url: 'file:///etc/passwd' }, 'url'],
    ['an address that is not allowed', { mode: 'push', url: 'http://169.254.169.254/latest' }, 'url'],
    ['an address with credentials', { mode: 'push', url: 'http://me:secret@127.0.0.1/' }, 'url'],
    ['a pull with an address', { ...pull, url: 'http://127.0.0.1' }, 'url'],
    ['a place that is no place', { ...pull, from: -1 }, 'from'],
    ['a place in other words', { ...pull, from: 'beginning' }, 'from'],
    ['no attempt at all', { ...pull, attempts: 0 }, 'attempts'],
    ['a backoff that shrinks', { ...pull, backoff: { initialMs: 5, maxMs: 1 } }, 'backoff'],
    ['no type of many', { ...pull, types: [] }, 'types'],
    ['an unknown field', { ...pull, colour: 'red' }, 'colour'],
    ['a poor secret', { mode: 'push', url: 'http://127.0.0.1/', secret: 'whsec_abc' }, 'secret'],
  ])('a subscription with %s is refused', async (_what, body, path) => {
    const bus = await startSubscribedBus()
    const answer = await bus.put('readers', body)
    expect(answer).toMatchObject({ status: 422, body: { code: 'invalid' } })
    expect(JSON.stringify(answer.body)).toContain(`"path":"${path}"`)
    expect(JSON.stringify(answer.body)).not.toContain('"message":"Invalid input"')
    expect((await bus.ask('GET', '/subscriptions')).body).toEqual([])
  })

  it.each(['a%20b', '-a', 'x'.repeat(101)])('a subscription with the name %s is refused', async (name) => {
    const bus = await startSubscribedBus()
    expect((await bus.put(name, pull)).status).toBe(422)
  })

  it('a start beyond the end of the log is refused', async () => {
    const bus = await startSubscribedBus()
    expect(await bus.put('readers', { ...pull, from: 5 })).toMatchObject({ status: 409, body: { head: 0 } })
  })

  it('a subscription above the limit is refused', async () => {
    const bus = await startSubscribedBus()
    for (let made = 0; made < limits.subscriptionsMax; made++)
      expect((await bus.put(`readers-${made}`, pull)).status).toBe(201)
    expect(await bus.put('readers', pull)).toMatchObject({ status: 409, body: { code: 'conflict' } })
  })

  it('unknown names are not found at every address', async () => {
    const bus = await startSubscribedBus()
    const answers = await Promise.all([
      bus.ask('GET', '/subscriptions/none'),
      bus.ask('DELETE', '/subscriptions/none'),
      bus.ask('GET', '/subscriptions/__proto__/parked'),
      bus.ask('GET', '/subscriptions/none/proof'),
      ...['claim', 'pause', 'resume', 'parked/replay'].map((verb) => bus.post('none', verb)),
      bus.post('none', 'ack', { token: 1 }),
    ])
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 404))
  })
})

it.each<[string, object]>([
  ['claim', { max: 0 }],
  ['claim', { max: 1_001 }],
  ['claim', { waitMs: 30_001 }],
  ['claim', { leaseMs: 1 }],
  ['claim', { consumer: 'a b' }],
  ['ack', {}],
  ['ack', { token: 1, tokens: [1] }],
  ['ack', { tokens: [] }],
  ['ack', { token: 1.5 }],
  ['ack', { token: 1, hash: 'abc' }],
  ['nack', { token: 1, action: 'forget' }],
  ['nack', { token: 1, delayMs: -1 }],
  ['reset', {}],
  ['parked/replay', { max: 0 }],
])('the endpoint %s refuses %j', async (verb, body) => {
  const bus = await startSubscribedBus()
  await bus.put('readers', pull)
  expect(await bus.post('readers', verb, body)).toMatchObject({ status: 422, body: { code: 'invalid' } })
})

it.each([
  ['POST', '/subscriptions', 'GET, HEAD'],
  ['PATCH', '/subscriptions/readers', 'GET, HEAD, PUT, DELETE'],
  ['GET', '/subscriptions/readers/claim', 'POST'],
  ['DELETE', '/subscriptions/readers/parked', 'GET, HEAD'],
])('an unknown method, %s %s, is answered with Allow', async (method, path, allowed) => {
  const bus = await startSubscribedBus()
  const answer = await bus.ask(method, path)
  expect(answer).toMatchObject({ status: 405, body: { code: 'method-not-allowed' } })
  expect(answer.headers.get('Allow')).toBe(allowed)
})
