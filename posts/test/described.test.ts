import { describeEndpoints } from '@logbook/chassis/described/service.ts'
import { operatorHeader } from '@logbook/chassis/testing/access.ts'
import { heldAgainst } from '@logbook/chassis/testing/described.ts'
import { postEndpoints } from '@logbook/contracts/endpoints/posts.ts'
import { entityId } from '@logbook/contracts/text.ts'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { bootPosts } from './boot.ts'

const { faults, speaker } = heldAgainst(describeEndpoints(postEndpoints))
const made = z.looseObject({ id: entityId })

describe('the OpenAPI description of posts', () => {
  it('the description of posts is valid OpenAPI', async () => expect(await faults()).toEqual([]))

  it('every operation of posts answers as described, with the examples of the description', async () => {
    const { url, authorization } = await bootPosts()
    const { say, unmet } = speaker(url, { Authorization: authorization })
    for (const path of ['/health', '/health/live', '/health/ready', '/openapi.json']) await say(`GET ${path}`)
    const params = { id: made.parse(await say('POST /posts')).id }
    await say('PATCH /posts/:id', { params })
    await say('POST /posts/:id/unpublish', { params })
    await say('POST /posts/:id/publish', { params })
    const fresh = { headers: { 'Min-Position': '2', Prefer: 'wait=5' } }
    await say('GET /posts', fresh)
    await say('GET /posts/:id', { params, ...fresh })
    await say('GET /posts/:id/history', { params })
    await say('GET /posts/:id/history/:version', { params: { ...params, version: '1' } })
    await say('GET /posts/:id/diff', { params, query: '?from=1' })
    await say('GET /posts', { query: '?limit=none', status: 422 })
    await say('GET /settings')
    await say('PUT /settings')
    await say('PUT /settings', { body: { title: 7 }, status: 422 })
    await say('GET /settings/history')
    await say('POST /imports')
    await say('POST /imports/addresses')
    await say('DELETE /posts/:id', { params })
    await say('POST /posts/:id/take-down', { params })
    await say('PATCH /posts/:id', { params, status: 410 })
    await say('GET /metrics', { status: 403 })
    await say('GET /metrics', { headers: operatorHeader })
    expect(unmet()).toEqual([])
  })
})
