import { join } from 'node:path'
import { describeEndpoints } from '@logbook/chassis/described/service.ts'
import { listen } from '@logbook/chassis/http/server.ts'
import { operatorHeader } from '@logbook/chassis/testing/access.ts'
import { heldAgainst } from '@logbook/chassis/testing/described.ts'
import { temporaryFolder } from '@logbook/chassis/testing/temporary-folder.ts'
import { queryEndpoints } from '@logbook/contracts/endpoints/query.ts'
import { commentCreated, commentUpdated, exampleCommentId } from '@logbook/contracts/examples/comments.ts'
import { digestIssued } from '@logbook/contracts/examples/notifications.ts'
import { examplePostId, postCreated } from '@logbook/contracts/examples/posts.ts'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { openView } from '../src/open.ts'
import { projectionsVersion } from '../src/projections/all.ts'
import { openRegistry } from '../src/rebuild/registry.ts'
import { bootQuery, logbook } from './booted.ts'

const { faults, speaker } = heldAgainst(describeEndpoints(queryEndpoints))

describe('the OpenAPI description of query', () => {
  it('the description of query is valid OpenAPI', async () => expect(await faults()).toEqual([]))

  it('every operation of query answers as described, with the examples of the description', async () => {
    const folder = temporaryFolder()
    const registry = openRegistry(join(folder, 'query.sqlite'))
    const log = logbook()
    await log.publish(postCreated(), commentCreated(), commentUpdated(), digestIssued())
    const files = openView(registry.live(projectionsVersion).file)
    const { app, authorization, settled } = bootQuery({ bus: log.bus, files, registry })
    await settled(log.store.head)
    const { url, close } = await listen(app, { host: '127.0.0.1', port: 0 })
    onTestFinished(close)
    const { say, unmet } = speaker(url, { Authorization: authorization })
    for (const path of ['/health', '/health/live', '/health/ready', '/openapi.json']) await say(`GET ${path}`)
    const post = { params: { idOrSlug: examplePostId } }
    await say('GET /posts')
    await say('GET /posts', { query: '?asOf=never', status: 422 })
    await say('GET /posts/:idOrSlug', post)
    await say('GET /posts/:idOrSlug', { params: { idOrSlug: 'nowhere' }, status: 404 })
    await say('GET /posts/:idOrSlug/thread', post)
    await say('GET /posts/:idOrSlug/related', post)
    await say('GET /former-addresses', { query: '?path=/2019/03/A-walk-at-low-tide/index.html' })
    await say('GET /former-addresses', { query: '?path=/none', status: 404 })
    await say('GET /comments/:id/history', { params: { id: exampleCommentId } })
    for (const path of ['/tags', '/authors', '/archive', '/featured', '/sitemap.xml', '/robots.txt'])
      await say(`GET ${path}`)
    await say('GET /digests')
    await say('GET /digests/:week', { params: { week: '2026-w10' } })
    await say('GET /digests/:week', { params: { week: 'none' }, status: 404 })
    for (const path of ['/feed.xml', '/atom.xml', '/feed.json']) await say(`GET ${path}`)
    await say('GET /search', { query: '?q=heron' })
    await say('GET /changes', { query: `?post=${examplePostId}` })
    await say('GET /changes/missed', { query: `?post=${examplePostId}&after=1` })
    await say('GET /changes/feed')
    await say('GET /validity', { query: '?since=a.1.1' })
    await say('GET /marks')
    await say('GET /figures')
    await say('GET /figures/:id', { params: { id: examplePostId } })
    await say('POST /rebuild')
    await vi.waitFor(async () => expect(await say('GET /rebuild')).toMatchObject({ state: 'ready' }))
    await say('POST /rebuild/swap')
    await say('POST /rebuild/rollback')
    await say('DELETE /rebuild', { status: 409 })
    await say('POST /rebuild')
    await say('DELETE /rebuild')
    await say('GET /settings')
    await say('GET /metrics', { status: 403 })
    await say('GET /metrics', { headers: operatorHeader })
    expect(unmet()).toEqual([])
  })
})
