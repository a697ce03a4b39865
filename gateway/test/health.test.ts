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
  media: well,
  accounts: well,
  notifications: well,
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
    expect(body).toMatchObject({ status: 'ok', ready: true, degraded: [], complaints: [] })
    expect(Object.keys(body.services).sort()).toEqual([...Object.keys(allWell), 'event-bus'].sort())
    expect(body.services.query).toEqual({
      ...{ status: 'ok', position: 7, lag: 3, ms: expect.any(Number), complaints: [] },
    })
    expect(body.services.client).toEqual({ status: 'ok', ms: expect.any(Number), complaints: [] })
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
    expect([status, body.status, body.ready]).toEqual([200, 'waiting', true])
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

describe('the gateway', () => {
  const complaint = { reason: 'parked', detail: '2 events are parked.' }

  it('is degraded with the reason that a service gives', async () => {
    const { agent } = await boot({
      moderation: says({ status: 'degraded', ready: true, position: 10, complaints: [complaint] }),
    })
    expect((await agent.get('/health')).body).toMatchObject({
      ...{ status: 'degraded', ready: true, degraded: ['moderation'] },
      complaints: [{ with: 'moderation', ...complaint }],
    })
  })

  it('is degraded by a service that has read more than the log holds', async () => {
    const { agent } = await boot({ posts: says({ ready: true, position: 14 }) })
    const { body } = await agent.get('/health')
    expect(body).toMatchObject({ status: 'degraded', degraded: ['posts'] })
    expect(body.services.posts.lag).toBe(-4)
    expect(body.complaints).toMatchObject([{ with: 'posts', reason: 'ahead' }])
  })

  it('asks the log last, so that a follower that reads on meanwhile does not seem ahead of it', async () => {
    let position = 10
    const { agent } = await startGateway({
      handlers: {
        ...allWell,
        query: (req, res) => {
          position += 1
          says({ ready: true, position })(req, res)
        },
      },
      busHandler: (req, res) => says({ ready: true, position })(req, res),
    })
    for (let time = 0; time < 5; time += 1)
      expect((await agent.get('/health')).body.services.query.lag).toBe(0)
  })

  it('tells a stranger the overall status and nothing of what is inside', async () => {
    const { agent } = await boot({ query: goneAway })
    const answer = await agent.get('/health').set('X-Forwarded-For', '203.0.113.9')
    expect(answer.body).toEqual({ status: 'waiting', service: 'gateway', ready: true })
  })

  it('tells all to who shows the token that scrapes, and shows it to the services itself', async () => {
    const scraperToken = 'the-token-of-the-scraper'
    const { agent, of } = await startGateway({ handlers: allWell, scraperToken })
    const from = (path: string, token: string) =>
      agent.get(path).set('X-Forwarded-For', '203.0.113.9').set('Authorization', `Bearer ${token}`)
    expect((await from('/health', scraperToken)).body.services.posts).toMatchObject({ status: 'ok' })
    expect((await from('/metrics', scraperToken)).text).toContain('logbook_ready{service="gateway"} 1')
    expect(of('posts').map(({ req }) => req.headers.authorization)).toEqual([`Bearer ${scraperToken}`])
    expect((await from('/metrics', 'another-token-altogether')).text).not.toContain('logbook_ready')
  })

  it('the gateway is ready whatever service is down, without requests to them, until it closes', async () => {
    const { agent, seen, drain } = await boot({ query: goneAway, client: goneAway })
    const ready = await agent.get('/health/ready')
    expect(ready.status).toBe(200)
    expect(ready.body).toMatchObject({ status: 'ok', service: 'gateway', ready: true })
    expect(seen).toEqual([])
    drain()
    expect((await agent.get('/health/ready')).status).toBe(503)
  })
})

it('the gateway is live whatever service is down, without requests to them', async () => {
  const { agent, seen } = await boot({ query: goneAway, client: goneAway })
  const { status, body } = await agent.get('/health/live')
  expect([status, body]).toEqual([200, { status: 'ok', service: 'gateway' }])
  expect(seen).toEqual([])
})
