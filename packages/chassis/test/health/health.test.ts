import { endpoints } from '@logbook/contracts/http/endpoint.ts'
import type { HealthDetails } from '@logbook/contracts/http/health.ts'
import { healthReasons } from '@logbook/contracts/http/health.ts'
import { operator, scraper } from '@logbook/contracts/identity.ts'
import { Registry } from 'prom-client'
import supertest from 'supertest'
import { describe, expect, it } from 'vitest'
import { digestsOf, servicesBy } from '../../src/access/service-tokens.ts'
import { createVerify } from '../../src/access/verify.ts'
import { complaintsOf, statusOf } from '../../src/health/complaints.ts'
import { observeHealth } from '../../src/health/metrics.ts'
import { createHttpApp } from '../../src/http/app.ts'
import { serve } from '../../src/http/serve.ts'
import { silentLogger } from '../../src/logger.ts'

const well: HealthDetails = {
  ready: true,
  position: 7,
  caughtUp: true,
  fault: null,
  parked: 0,
  unreadable: 0,
  applied: { events: 7, seconds: 0.01 },
  reactions: { due: 1, parked: 0, oldestSeconds: 0.2 },
  erasures: { due: 0, parked: 0, overdue: 0 },
  announcements: { unannounced: 0, fault: null },
  keys: { fault: null, lost: 0 },
  mail: { connected: false, waiting: 0, parked: 0, oldest: null, fault: null },
  disk: { freeBytes: 10e9, walBytes: 4_096, fault: null },
  damage: null,
  backup: { at: '2026-01-01T00:00:00.000Z', ageSeconds: 60, fault: null },
  scrub: { at: null, ageSeconds: null, fault: null },
  subscriptions: { faults: 0, parked: 0 },
  connections: { queued: 0 },
  media: { parked: 0, storage: null, workers: null },
}

const now = Date.parse('2026-01-01T12:00:00Z')

/** Each state that somebody must learn of, and the word that says so. */
const states: [reason: string, said: Partial<HealthDetails>][] = [
  ['not-ready', { ready: false }],
  ['following', { fault: 'the bus is away' }],
  ['parked', { parked: 1 }],
  ['unreadable', { unreadable: 818 }],
  ['reactions', { reactions: { due: 1, parked: 1, oldestSeconds: null } }],
  ['reactions', { reactions: { due: 1, parked: 0, oldestSeconds: 3_600 } }],
  ['erasures', { erasures: { parked: 1 } }],
  ['erasures', { erasures: { overdue: 1 } }],
  ['announcements', { announcements: { unannounced: 1, fault: 'the bus is away' } }],
  ['keys', { keys: { fault: 'there is no master key', lost: 0 } }],
  ['keys', { keys: { fault: null, lost: 3 } }],
  ['mail', { mail: { waiting: 0, parked: 1, oldest: null, fault: null } }],
  ['mail', { mail: { waiting: 1, parked: 0, oldest: '2026-01-01T09:00:00Z', fault: 'refused' } }],
  ['disk', { disk: { freeBytes: 0, walBytes: 0, fault: null } }],
  ['disk', { disk: { freeBytes: 10e9, walBytes: 0, fault: 'database or disk is full' } }],
  ['wal', { disk: { freeBytes: 10e9, walBytes: 5e9, fault: null } }],
  ['damage', { damage: 'The log is damaged at position 3.' }],
  ['backup', { backup: { at: '2025-12-01T00:00:00Z', ageSeconds: 30 * 86_400, fault: null } }],
  ['backup', { backup: { at: null, ageSeconds: null, fault: 'the disk is full' } }],
  ['backup', { backup: { at: '2027-01-01T00:00:00Z', ageSeconds: -365 * 86_400, fault: null } }],
  ['scrub', { scrub: { at: '2027-01-01T00:00:00Z', ageSeconds: -365 * 86_400, fault: null } }],
  ['scrub', { scrub: { at: null, ageSeconds: null, fault: 'position 3' } }],
  ['subscriptions', { subscriptions: { faults: 1, parked: 0 } }],
  ['connections', { connections: { queued: 1_000 } }],
  ['jobs', { media: { parked: 1, storage: null, workers: null } }],
  ['storage', { media: { parked: 0, storage: 'The storage is not available: ECONNREFUSED', workers: null } }],
  ['storage', { media: { parked: 0, storage: null, workers: null, missing: 2 } }],
  ['workers', { media: { parked: 0, storage: null, workers: 'No worker could be started: exit code 78.' } }],
]

describe('health', () => {
  it('has no complaint where nothing is wrong', () => {
    expect(complaintsOf(well, now)).toEqual([])
    expect(statusOf(well, [])).toBe('ok')
  })

  it.each(states)('complains with %s about %j', (reason, said) => {
    const health = { ...well, ...said }
    const complaints = complaintsOf(health, now)
    expect(complaints.map((each) => each.reason)).toEqual([reason])
    expect(healthReasons).toContain(reason)
    expect(statusOf(health, complaints)).toBe(health.ready ? 'degraded' : 'waiting')
  })

  it.each(states)('has %s in its metrics too, with %j', async (reason, said) => {
    const registry = new Registry()
    // Mails are told by the wall clock.
    observeHealth(registry, { service: 'posts', health: () => ({ ...well, ...said }) })
    const text = await registry.metrics()
    expect(text).toContain(`logbook_complaints{service="posts",reason="${reason}"} 1`)
    expect(text).toContain('logbook_position{service="posts"} 7')
    expect(text.match(/^logbook_complaints\{.*\} 1$/gm)).toHaveLength(1)
  })
})

describe('GET /health', () => {
  const tokens = {
    [operator]: 'the-operators-token-here',
    [scraper]: 'the-scrapers-token-here',
    posts: 'the-token-of-posts',
  }
  const inside = { ...well, parked: 2 }
  const secret = { id: 'secret', summary: 'A secret', access: ['service:*'] as const }
  const declared = endpoints('things', {
    description: 'Things.',
    rows: { 'GET /secret': { ...secret, answers: { '200': { description: 'Text.' } } } },
  })
  const verify = createVerify({ serviceOf: servicesBy(digestsOf(tokens)) })
  const http = supertest(
    createHttpApp({
      name: 'things',
      logger: silentLogger,
      origins: [],
      health: () => inside,
      api: serve(declared, { verify }, { 'GET /secret': { raw: (_req, res) => void res.send('secret') } }),
    }),
  )
  // As a proxy passes on what comes from elsewhere.
  const from = (path: string, token?: string) => {
    const asked = http.get(path).set('X-Forwarded-For', '203.0.113.9')
    return token === undefined ? asked : asked.set('Authorization', `Bearer ${token}`)
  }

  it.each(['/health', '/health/ready'])('%s tells a stranger the overall status alone', async (path) => {
    for (const token of [undefined, 'a-token-of-nobody-at-all', 'x.y.z'])
      expect((await from(path, token)).body).toEqual({ status: 'degraded', service: 'things', ready: true })
  })

  it('tells details to this machine and to who shows a token', async () => {
    const complaints = [{ reason: 'parked', detail: '2 events are parked: they could not be applied.' }]
    expect((await http.get('/health')).body).toMatchObject({ status: 'degraded', complaints, parked: 2 })
    for (const token of Object.values(tokens))
      expect((await from('/health', token)).body).toMatchObject({ complaints, parked: 2 })
  })

  it.each([
    'evil.example',
    'evil.example:4000',
    '127.0.0.1.evil.example',
    'localhost.evil.example',
    '10.1.2.3',
  ])('tells no details to a page whose name %j was made to point to this machine', async (name) => {
    const { body } = await http.get('/health').set('Host', name)
    expect(body).toEqual({ status: 'degraded', service: 'things', ready: true })
  })

  it('tells details by any name of this machine', async () => {
    for (const name of ['localhost', 'LOCALHOST:4000', '127.0.0.1:4000', '127.9.9.9', '[::1]:4000', '[::1]'])
      expect((await http.get('/health').set('Host', name)).body, name).toMatchObject({ parked: 2 })
  })

  it('lets the scraper read metrics, and nothing else', async () => {
    expect((await from('/metrics', tokens[scraper])).status).toBe(200)
    expect((await from('/secret', tokens[scraper])).status).toBe(403)
    expect((await from('/secret', tokens.posts)).status).toBe(200)
    expect((await from('/metrics', tokens.posts)).status).toBe(403)
    expect((await from('/metrics')).status).toBe(401)
  })
})
