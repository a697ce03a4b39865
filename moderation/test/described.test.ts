import { describeEndpoints } from '@logbook/chassis/described/service.ts'
import { listen } from '@logbook/chassis/http/server.ts'
import { operatorHeader } from '@logbook/chassis/testing/access.ts'
import { heldAgainst } from '@logbook/chassis/testing/described.ts'
import { moderationEndpoints } from '@logbook/contracts/endpoints/moderation.ts'
import { commentCreated, exampleCommentId } from '@logbook/contracts/examples/comments.ts'
import { describe, expect, it, onTestFinished } from 'vitest'
import { bootModeration, logbook } from './booted.ts'

const { faults, speaker } = heldAgainst(describeEndpoints(moderationEndpoints))

describe('the description of moderation', () => {
  it('the OpenAPI description of moderation is valid', async () => expect(await faults()).toEqual([]))

  it('every operation of moderation accepts its documented example', async () => {
    const log = logbook()
    await log.publish(commentCreated())
    const { app, authorization, settled } = bootModeration(log)
    await settled(log.store.head)
    const { url, close } = await listen(app, { host: '127.0.0.1', port: 0 })
    onTestFinished(close)
    const { say, unmet } = speaker(url, { Authorization: authorization })
    for (const path of ['/health', '/health/live', '/health/ready', '/openapi.json']) await say(`GET ${path}`)
    await say('GET /queue')
    await say('GET /log')
    await say('GET /judged')
    await say('POST /comments/:id/verdict', { params: { id: exampleCommentId } })
    await say('POST /comments/:id/verdict', { params: { id: exampleCommentId }, body: {}, status: 422 })
    await say('POST /comments/:id/verdict', {
      ...{ params: { id: exampleCommentId }, headers: { 'If-Match': '"99"' }, status: 412 },
      body: { status: 'rejected' },
    })
    await say('GET /rules')
    await say('PUT /rules')
    await say('PUT /rules', { headers: { 'If-Match': '"99"' }, status: 412 })
    await say('POST /rules/dry-run')
    await say('GET /metrics', { status: 403 })
    await say('GET /metrics', { headers: operatorHeader })
    expect(unmet()).toEqual([])
  })
})
