import { once } from 'node:events'
import { request } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { serveForTest } from '@logbook/chassis/testing/serve-for-test.ts'
import { postCreated, postUpdated } from '@logbook/contracts/examples/posts.ts'
import { describe, expect, it, vi } from 'vitest'
import { booted } from './booted.ts'

const { slug } = postCreated().data
const path = `/posts/${slug}`
const unpack = { br: brotliDecompressSync, gzip: gunzipSync }

/** Asks without a library that would unpack or add anything. */
const asking = async () => {
  const { app, publishAndSettle } = await booted(postCreated({ content: 'Herons. '.repeat(1_000) }))
  const { port } = await serveForTest(app)
  const ask = async (headers: Record<string, string> = {}, method = 'GET') => {
    const call = request({ port, path, headers, method, agent: false }).end()
    const [answer] = await once(call, 'response')
    return { status: answer.statusCode, headers: answer.headers, body: await buffer(answer) }
  }
  /** Once it has been made, beside the readers. */
  const packed = (accept: string, coding: string) =>
    vi.waitFor(async () => {
      const answer = await ask({ 'Accept-Encoding': accept })
      expect(answer.headers['content-encoding']).toBe(coding)
      return answer
    })
  return { ask, packed, publishAndSettle }
}

describe('a page', () => {
  it.each([
    ['br', 'gzip, deflate, br'],
    ['gzip', 'gzip, deflate'],
    ['gzip', 'br;q=0, gzip'],
    ['gzip', 'br;q=0.5, gzip;q=0.8'],
    ['br', 'br;q=0.8, gzip;q=0.8'],
    ['br', '*'],
    ['gzip', 'br;q=0, *'],
    ['gzip', 'GZIP, identity;q=0'],
  ] as const)('a page is sent as %s if %s is accepted, with the same content', async (coding, accept) => {
    const { ask, packed } = await asking()
    const plain = await ask()
    const answer = await packed(accept, coding)
    expect(unpack[coding](answer.body)).toEqual(plain.body)
    expect(answer.body.length).toBeLessThan(plain.body.length / 5)
    expect(answer.headers.etag).toBe(`${plain.headers.etag?.slice(0, -1)}-${coding}"`)
    for (const { headers } of [plain, answer])
      expect(headers.vary).toBe('Origin, Accept-Encoding, Authorization')
    // The long way too.
    const long = await ask({ 'Accept-Encoding': accept, Origin: 'http://localhost:3000' })
    expect(long.body).toEqual(answer.body)
    expect(long.headers).toMatchObject({ 'content-encoding': coding, vary: plain.headers.vary })
  })

  it.each([
    undefined,
    '',
    'identity',
    'gzip;q=0.5, identity',
    'br;q=0, gzip;q=0',
    '*;q=0',
    'deflate',
    'br;q=NaN, gzip;q=-1',
    'x'.repeat(5_000),
  ])('a page is sent uncompressed if %s is accepted', async (accept) => {
    const { ask, packed } = await asking()
    await packed('br', 'br')
    await packed('gzip', 'gzip')
    const answer = await ask(accept === undefined ? {} : { 'Accept-Encoding': accept })
    expect(answer.headers['content-encoding']).toBeUndefined()
    expect(JSON.parse(answer.body.toString())).toMatchObject({ slug })
  })

  it('the entity tag of any coding gets 304 until the page changes, from the cache and without it', async () => {
    const { ask, packed, publishAndSettle } = await asking()
    const plain = await ask()
    const tags = [plain, await packed('br', 'br'), await packed('gzip', 'gzip')].map(
      ({ headers }) => headers.etag,
    )
    expect(new Set(tags).size).toBe(3)
    for (const more of [{}, { Origin: 'http://localhost:3000' }])
      for (const etag of tags)
        for (const accept of ['br', 'gzip', 'identity']) {
          const answer = await ask({ 'If-None-Match': etag, 'Accept-Encoding': accept, ...more })
          expect(answer.status).toBe(304)
          expect(answer.body).toHaveLength(0)
          expect(answer.headers).toMatchObject({ 'cache-control': 'no-cache', position: '1' })
          expect(answer.headers.etag).toBeDefined()
        }
    await publishAndSettle(postUpdated({ content: 'Quite another.' }))
    expect((await ask({ 'If-None-Match': tags[1] })).status).toBe(200)
  })
})
