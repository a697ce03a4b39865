import { describeEndpoints } from '@logbook/chassis/described/service.ts'
import { heldAgainst } from '@logbook/chassis/testing/described.ts'
import { busEndpoints } from '@logbook/contracts/endpoints/event-bus.ts'
import { expect, it } from 'vitest'
import { startSubscribedBus } from './subscriptions/running.ts'

const description = heldAgainst(describeEndpoints(busEndpoints))

it('the OpenAPI description of the bus is valid, and its examples fit their schemas', async () => {
  expect(await description.faults()).toEqual([])
})

it('an example that does not fit its schema is a fault', async () => {
  const document = JSON.parse(JSON.stringify(describeEndpoints(busEndpoints)))
  document.paths['/events'].post.requestBody.content['application/json'].examples.one.value = { type: 5 }
  expect(await heldAgainst(document).faults()).toEqual([expect.stringMatching(/^POST \/events: .*type/)])
})

it('every operation of the bus answers with the status and the body that its description has', async () => {
  const { url } = await startSubscribedBus()
  const { say, unmet } = description.speaker(url())
  const append = (body: unknown, status = 201) => say('POST /events', { body, status })
  const [s, none, p] = [{ name: 's' }, { name: 'none' }, { name: 'p' }]
  const [stream, noStream] = [{ subject: 'a' }, { subject: 'none' }]
  const topic = { topic: 't' }

  for (const path of ['', '/live', '/ready']) await say(`GET /health${path}`)
  await append([
    { type: 'A', subject: 'a', data: 1, extra: true },
    { type: 'A', subject: 'b' },
  ])
  await append({ type: 5 }, 422)
  await append({ type: 'A', subject: 'a', expectedversion: 'none' }, 409)
  await say('GET /events')
  await say('GET /events', { query: '?limit=0', status: 422 })
  await say('GET /events', { query: '?after=99', status: 409 })
  await say('GET /events', { headers: { Accept: 'text/event-stream' } })
  await say('GET /events', { headers: { Accept: 'image/png' }, status: 406 })
  await say('GET /streams/:subject', { params: stream })
  await say('GET /streams/:subject', { params: noStream, status: 404 })

  const put = 'PUT /subscriptions/:name'
  await say(put, { params: s, body: { mode: 'pull' }, status: 201 })
  await say(put, { params: s, body: { mode: 'pull' }, status: 200 })
  await say(put, { params: s, body: { mode: 'pull', attempts: 3 }, status: 409 })
  await say(put, { params: { name: '-' }, body: { mode: 'pull' }, status: 422 })
  await say(put, { params: p, body: { mode: 'push', url: 'http://127.0.0.1:1/', from: 'now' }, status: 201 })
  await say('GET /subscriptions')
  await say('GET /subscriptions/:name', { params: s })
  await say('GET /subscriptions/:name', { params: none, status: 404 })
  const steps = '/subscriptions/:name'
  await say(`POST ${steps}/claim`, { params: s, body: { max: 2, waitMs: 5_000 } })
  await say(`POST ${steps}/extend`, { params: s, body: { token: 1 } })
  await say(`POST ${steps}/nack`, {
    params: s,
    body: { token: 1, action: 'park', reason: 'no' },
    status: 204,
  })
  await say(`POST ${steps}/ack`, { params: s, body: { tokens: [2] } })
  await say(`POST ${steps}/ack`, { params: s, body: { token: 99 }, status: 409 })
  await say(`GET ${steps}/parked`, { params: s })
  await say(`GET ${steps}/proof`, { params: s })
  await say(`POST ${steps}/parked/skip`, { params: s, body: { position: 1 } })
  await say(`POST ${steps}/parked/replay`, { params: s, body: {} })
  await say(`POST ${steps}/pause`, { params: s })
  await say(`POST ${steps}/resume`, { params: s })
  await say(`POST ${steps}/reset`, { params: s, body: { position: 0 } })
  await say(`GET ${steps}/secret`, { params: p })
  await say(`GET ${steps}/secret`, { params: s, status: 404 })
  await say(`DELETE ${steps}`, { params: s, status: 204 })

  await say('POST /questions/:topic', { params: topic, body: { data: 1, timeoutMs: 1 }, status: 504 })
  await say('POST /questions/:topic/claim', { params: topic, body: {} })
  const reply = 'POST /questions/:topic/reply'
  await say(reply, { params: topic, body: { token: 'x', data: 1 }, status: 409 })
  await say(reply, { params: topic, body: { replies: [{ token: 'x', data: 1 }] } })
  await say('GET /questions')
  for (const row of ['/metrics', '/openapi.json', '/asyncapi.json']) await say(`GET ${row}`)
  // An answer needs someone who claims while another asks: `questions/ask-and-reply.test.ts`.
  expect(unmet()).toEqual(['POST /questions/:topic'])
})
