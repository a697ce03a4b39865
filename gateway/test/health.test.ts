import type { RequestListener } from 'node:http'
import { describe, expect, it } from 'vitest'
import { startGateway } from './running.ts'

const says =
  (health: object): RequestListener =>
  (_req, res) =>
    res.setHeader('Content-Type', 'application/json').end(JSON.stringify(health))
const goneAway: RequestListener = (_req, res) => res.destroy()
const well = says({ ready: true, position: 7 })
const allWell = {
  client: says({}),
  posts: well,
  comments: well,
  query: well,
  moderation: well,
  accounts: well,
}

const boot = (others: Partial<Record<keyof typeof allWell, RequestListener>> = {}) =>
  startGateway({
    serviceToken: 'the-gateway',
    handlers: { ...allWell, ...others },
    busHandler: says({ ready: true, position: 10 }),
  })

describe('the health of all', () => {
  it('says who answers, how fast and how far behind', async () => {
    const { body } = await (await boot()).agent.get('/health')
    expect(body).toMatchObject({ status: 'ok', ready: true, degraded: [] })
    expect(Object.keys(body.services).sort()).toEqual([...Object.keys(allWell), 'event-bus'].sort())
    expect(body.services.query).toEqual({ status: 'ok', position: 7, lag: 3, ms: expect.any(Number) })
    expect(body.services.client).toEqual({ status: 'ok', ms: expect.any(Number) })
    expect(body.services['event-bus']).toMatchObject({ position: 10, lag: 0 })
  })

  it('is asked for once, however many ask at once', async () => {
    const { agent, of } = await boot()
    const answers = await Promise.all(Array.from({ length: 20 }, () => agent.get('/health')))
    expect(new Set(answers.map(({ text }) => text)).size).toBeLessThan(20)
    expect(of('query').length).toBeLessThan(20)
  })

  it('names who is down and who waits, and is answered nevertheless', async () => {
    const { agent } = await boot({ query: goneAway, moderation: says({ ready: false, position: 0 }) })
    const { status, body } = await agent.get('/health')
    expect([status, body.status, body.ready]).toEqual([200, 'waiting', false])
    expect(body.degraded).toEqual(['query', 'moderation'])
    expect(body.services).toMatchObject({
      query: { status: 'down' },
      moderation: { status: 'waiting', lag: 10 },
      posts: { status: 'ok' },
    })
  })

  it('takes an answer that makes no sense for one that says nothing more', async () => {
    const { agent } = await boot({ posts: (_req, res) => res.end('<html>'), comments: says([1, null]) })
    expect((await agent.get('/health')).body.services).toMatchObject({
      posts: { status: 'ok' },
      comments: { status: 'ok' },
    })
  })
})

describe('the gateway is ready', () => {
  it.each(['posts', 'comments', 'moderation', 'accounts'] as const)(
    'without %s, which it names: readers are served',
    async (name) => {
      const { agent } = await boot({ [name]: goneAway })
      const { status, body } = await agent.get('/health/ready')
      expect([status, body.status, body.degraded]).toEqual([200, 'degraded', [name]])
    },
  )

  it.each([
    ['query', goneAway],
    ['query', says({ ready: false })],
    ['client', goneAway],
  ] as const)('not without %s', async (name, handler) => {
    const { agent } = await boot({ [name]: handler })
    const { status, body } = await agent.get('/health/ready')
    expect([status, body.status, body.degraded]).toEqual([503, 'waiting', [name]])
  })
})

it('the gateway lives whoever is away, and asks none of them', async () => {
  const { agent, seen } = await boot({ query: goneAway, client: goneAway })
  const { status, body } = await agent.get('/health/live')
  expect([status, body]).toEqual([200, { status: 'ok', service: 'gateway' }])
  expect(seen).toEqual([])
})
