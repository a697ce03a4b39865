import { describeEndpoints } from '@logbook/chassis/described/service.ts'
import { callers, operatorHeader } from '@logbook/chassis/testing/access.ts'
import { heldAgainst } from '@logbook/chassis/testing/described.ts'
import { commentEndpoints } from '@logbook/contracts/endpoints/comments.ts'
import { examplePostId } from '@logbook/contracts/examples/posts.ts'
import { entityId } from '@logbook/contracts/text.ts'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { bootComments } from './boot.ts'

const { faults, speaker } = heldAgainst(describeEndpoints(commentEndpoints))
const made = z.looseObject({ id: entityId })

describe('what comments says of itself', () => {
  it('is sound', async () => expect(await faults()).toEqual([]))

  it('is what it does, with the examples that it gives, at every operation', async () => {
    const { url, authorization, headerOf, approved } = await bootComments()
    const owner = { headers: { Authorization: await headerOf(callers.owner) } }
    const { say, unmet } = speaker(url, { Authorization: authorization })
    for (const path of ['/health', '/health/live', '/health/ready', '/openapi.json']) await say(`GET ${path}`)
    const post = { params: { id: examplePostId } }
    const params = { id: made.parse(await say('POST /posts/:id/comments', post)).id }
    await say('PATCH /comments/:id', { params })
    const shown = { params: { id: (await approved()).id } }
    await say('PUT /comments/:id/vote', { ...shown, ...owner })
    await say('POST /comments/:id/promote', { ...shown, ...owner })
    for (const flag of ['promoted', 'advertised', 'searchable', 'anonymized'])
      await say(`PUT /comments/:id/${flag}`, { ...shown, ...owner })
    await say('GET /posts/:id/comments', post)
    await say('GET /comments/:id', shown)
    await say('POST /imports', owner)
    await say('DELETE /comments/:id', { params })
    await say('POST /comments/:id/take-down', { params, ...owner })
    await say('PATCH /comments/:id', { params, status: 410 })
    await say('POST /posts/:id/comments', { ...post, body: { content: 5 }, status: 422 })
    await say('GET /metrics', { status: 403 })
    await say('GET /metrics', { headers: operatorHeader })
    expect(unmet()).toEqual([])
  })
})
