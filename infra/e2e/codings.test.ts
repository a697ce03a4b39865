import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { until } from '@logbook/chassis/testing/until.ts'
import { describe, expect, it } from 'vitest'
import { blogOf } from './blog.ts'
import { sharedLogbook } from './logbook.ts'

interface Got {
  status: number | undefined
  headers: IncomingMessage['headers']
  body: Buffer
}

/** Asks without a library that would unpack or add anything. */
const get = async (url: string, headers: Record<string, string> = {}): Promise<Got> => {
  const call = request(url, { headers, agent: false }).end()
  const [answer] = (await once(call, 'response')) as [IncomingMessage]
  return { status: answer.statusCode, headers: answer.headers, body: await buffer(answer) }
}

const said = ({ headers }: Got) => {
  const { etag, vary, position } = headers
  return { etag, vary, position, cache: headers['cache-control'], coding: headers['content-encoding'] }
}

const unpack = { br: brotliDecompressSync, gzip: gunzipSync }

describe('through the gateway', () => {
  it('a page comes in the coding that query prepared, with its own tag, and 304 to who has it', async () => {
    const logbook = await sharedLogbook()
    const blog = blogOf(logbook)
    // Lists of little are not worth packing.
    for (const n of [1, 2, 3, 4])
      await blog.write(`Another post, number ${n}`, { content: 'Tides. '.repeat(100) })
    const post = await blog.write('A post of some length', { content: 'Herons at dawn. '.repeat(500) })
    await until(
      async () => (await get(`${blog.api}/posts/${post.slug}`)).status === 200,
      'the post to be shown',
    )
    for (const path of [`/posts/${post.slug}`, '/posts']) {
      const [here, there] = [`${blog.api}${path}`, `${logbook.url('query')}${path}`]
      const plain = await get(here)
      expect(plain).toMatchObject({ status: 200, headers: { 'cache-control': 'no-cache' } })
      expect(said(plain)).toEqual(said(await get(there)))
      for (const coding of ['br', 'gzip'] as const) {
        const accept = { 'Accept-Encoding': coding }
        // It is made beside the readers, from the second who would take it on.
        const packed = await until(async () => {
          const got = await get(here, accept)
          return got.headers['content-encoding'] === coding && got
        }, `${path} as ${coding}`)
        expect(unpack[coding](packed.body)).toEqual(plain.body)
        expect(packed.body.length).toBe(Number(packed.headers['content-length']))
        const own = await get(there, accept)
        expect([said(packed), packed.body]).toEqual([said(own), own.body])
        expect(packed.headers.vary).toMatch(/Accept-Encoding/)
        expect(packed.headers.etag).toBe(`${plain.headers.etag?.slice(0, -1)}-${coding}"`)
        for (const etag of [packed.headers.etag, plain.headers.etag, `W/${plain.headers.etag}`, '*']) {
          const known = await get(here, { ...accept, 'If-None-Match': String(etag) })
          expect([known.status, known.body.length]).toEqual([304, 0])
          expect(known.headers).toMatchObject({ etag: packed.headers.etag, vary: packed.headers.vary })
        }
      }
      expect((await get(here, { 'If-None-Match': '"of-another"' })).body).toEqual(plain.body)
    }
  })
})
