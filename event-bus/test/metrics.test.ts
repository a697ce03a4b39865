import { limits } from '@logbook/event-bus/limits.ts'
import { expect, it, onTestFinished, vi } from 'vitest'
import { fill, post, startBus } from './running-bus.ts'
import { startTimedBus } from './subscriptions/running.ts'

/** Every sample by its name and labels, as it stands in the text. */
const samplesOf = (text: string): Record<string, number> =>
  Object.fromEntries(
    [...text.matchAll(/^(\w+(?:\{.*\})?) (\S+)$/gm)].map(([, name = '', value]) => [name, Number(value)]),
  )

const metricsOf = async ({ url }: { url: string }) => samplesOf(await (await fetch(`${url}/metrics`)).text())

it('appends, repetitions and refusals are counted one by one, in whichever request they came', async () => {
  const bus = await startBus()
  expect((await post(bus, '{"id":"a","type":"A"}')).status).toBe(201)
  expect((await post(bus, '{"id":"a","type":"A"}')).status).toBe(200)
  expect((await post(bus, '{"id":"a","type":"B"}')).status).toBe(409)
  expect((await post(bus, '{"type":')).status).toBe(400)
  expect((await post(bus, '[{"type":"A"},{"type":"A"}]', { Origin: 'https://a.example' })).status).toBe(201)
  const lines = ['{"type":"A"}', '{"type":5}', '{', '{"type":"A","expectedversion":99}']
  expect((await post(bus, lines.join('\n'), { type: 'application/x-ndjson' })).status).toBe(200)
  expect(await metricsOf(bus)).toMatchObject({
    bus_appended_events_total: 4,
    'bus_appends_total{outcome="recorded"}': 3,
    'bus_appends_total{outcome="repeated"}': 1,
    'bus_refused_appends_total{code="id-conflict"}': 1,
    'bus_refused_appends_total{code="bad-json"}': 2,
    'bus_refused_appends_total{code="invalid"}': 1,
    'bus_refused_appends_total{code="version-conflict"}': 1,
    bus_position: 4,
    'http_request_duration_seconds_count{method="POST",route="/events",status="201"}': 2,
    'http_request_duration_seconds_count{method="POST",route="/events",status="409"}': 1,
  })
})

it('commits are measured by number, size and duration', async () => {
  const bus = await startBus()
  await fill(bus, 300)
  const metrics = await metricsOf(bus)
  expect(metrics).toMatchObject({
    bus_commit_events_count: 1,
    bus_commit_events_sum: 300,
    'bus_commit_events_bucket{le="200"}': 0,
    'bus_commit_events_bucket{le="500"}': 1,
    bus_commit_duration_seconds_count: 1,
  })
  expect(metrics.bus_commit_duration_seconds_sum).toBeGreaterThan(0)
})

it('followers are counted, and those that are behind', async () => {
  const bus = await startBus()
  const large = JSON.stringify(Array.from({ length: 15 }, () => ({ type: 'A', data: 'x'.repeat(900_000) })))
  for (let part = 0; part < 2; part += 1) expect((await post(bus, large)).status).toBe(201)
  const leave = new AbortController()
  onTestFinished(() => leave.abort())
  const follow = (query: string) =>
    fetch(`${bus.url}/events${query}`, { headers: { accept: 'text/event-stream' }, signal: leave.signal })
  // One asks for history and does not take it; the other has nothing to catch up with.
  await follow('')
  await follow('?after=30')
  await vi.waitFor(async () =>
    expect(await metricsOf(bus)).toMatchObject({ bus_followers: 2, bus_followers_behind: 1 }),
  )
  leave.abort()
  await vi.waitFor(async () =>
    expect(await metricsOf(bus)).toMatchObject({ bus_followers: 0, bus_followers_behind: 0 }),
  )
})

it('metrics show the status of each subscription, and nothing of a deleted one', async () => {
  const bus = await startTimedBus()
  await bus.append({ subject: 'a' }, { subject: 'a' }, { subject: 'b' }, { subject: 'c' })
  await bus.put('mail', { mode: 'pull' })
  const [first] = await bus.soon('mail', { max: 1 })
  await bus.post('mail', 'nack', { token: first?.token, action: 'park' })
  const [second] = await bus.soon('mail', { max: 1 })
  await bus.post('mail', 'ack', { token: second?.token })
  bus.pass(5_000)
  const metrics = async () => {
    const { body } = await bus.ask<string>('GET', '/metrics')
    return samplesOf(body)
  }
  const status = await bus.status('mail')
  expect(status).toMatchObject({ lag: 1, parked: 2, attempts: 2, acknowledged: 1 })
  expect(await metrics()).toMatchObject({
    'bus_subscription_lag{subscription="mail"}': 1,
    'bus_subscription_parked{subscription="mail"}': 2,
    'bus_subscription_attempts{subscription="mail"}': 2,
    'bus_subscription_acknowledged{subscription="mail"}': 1,
    'bus_subscription_outstanding{subscription="mail"}': status.outstanding,
    'bus_subscription_oldest_unacknowledged_seconds{subscription="mail"}':
      (status.oldestUnacknowledgedMs ?? Number.NaN) / 1_000,
    'bus_subscription_rate_per_second{subscription="mail"}': status.ratePerSecond,
    'bus_subscription_active{subscription="mail"}': 1,
  })
  await bus.post('mail', 'pause')
  expect((await metrics())['bus_subscription_active{subscription="mail"}']).toBe(0)
  await bus.ask('DELETE', '/subscriptions/mail')
  expect(
    Object.keys(await metrics()).filter((name) => name.includes('="mail"}') && name.startsWith('bus_')),
  ).toEqual([])
})

it('the number of series is bounded by routes, codes and subscriptions', async () => {
  const bus = await startBus()
  const series = async () => Object.keys(await metricsOf(bus)).length
  await fetch(`${bus.url}/streams/none`)
  await fetch(`${bus.url}/nothing`)
  await series()
  const before = await series()
  for (let index = 0; index < 30; index += 1) {
    await fetch(`${bus.url}/streams/none-${index}`)
    await fetch(`${bus.url}/nothing/${index}?x=${index}`)
    await post(bus, JSON.stringify({ type: `T${index}`, subject: `s${index}` }))
    await post(bus, 'x'.repeat(index), { type: `text/x${index}` })
  }
  expect((await series()) - before).toBeLessThan(60)
  expect(limits.subscriptionsMax).toBeLessThanOrEqual(200)
})
