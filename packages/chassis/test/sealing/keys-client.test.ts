import { describe, expect, it } from 'vitest'
import { createKeysClient } from '../../src/sealing/keys-client.ts'
import { serveForTest } from '../../src/testing/serve-for-test.ts'

describe('the keys over HTTP', () => {
  it('are asked for by id, with the service’s own token', async () => {
    let seen: unknown
    const { url } = await serveForTest(async (req, res) => {
      let body = ''
      for await (const chunk of req) body += chunk
      seen = { path: req.url, method: req.method, authorization: req.headers.authorization, body }
      res.setHeader('Content-Type', 'application/json')
      res.end(JSON.stringify({ keys: [{ id: 'a', state: 'erased', key: null }] }))
    })
    const keys = createKeysClient({ url, token: 'a-token-of-this-service' })
    expect(await keys.fetch(['a'], { create: true })).toEqual([{ id: 'a', state: 'erased', key: null }])
    expect(seen).toEqual({
      path: '/keys',
      method: 'POST',
      authorization: 'Bearer a-token-of-this-service',
      body: '{"ids":["a"],"create":true}',
    })
  })

  it.each([
    ['a refusal', 403, '{}'],
    ['a fault', 500, 'oh'],
    ['a page', 200, '<html>'],
    ['another shape', 200, '{"keys":[{"id":"a","state":"live"}]}'],
    ['no content', 200, ''],
  ])('are unavailable where the answer is %s', async (_, status, body) => {
    const { url } = await serveForTest((_req, res) => void res.writeHead(status).end(body))
    await expect(createKeysClient({ url }).fetch(['a'], { create: false })).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.not.stringContaining(url),
    })
  })

  it('are unavailable where nothing listens', async () => {
    await expect(
      createKeysClient({ url: 'http://127.0.0.1:1' }).fetch(['a'], { create: false }),
    ).rejects.toMatchObject({ code: 'unavailable' })
  })
})
