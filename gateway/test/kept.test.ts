import type { RequestListener } from 'node:http'
import { describe, expect, it } from 'vitest'
import { startGateway } from './running.ts'

interface Page {
  body: string
  headers: Record<string, string>
}

/** A service that answers with the page as it is at the moment, by a 304 to who has it. */
const servePage =
  (page: () => Page): RequestListener =>
  (req, res) => {
    const { body, headers } = page()
    if (headers.ETag !== undefined && req.headers['if-none-match'] === headers.ETag)
      res.writeHead(304, headers).end()
    else res.writeHead(200, { ...headers, 'Content-Length': body.length, 'X-Kept': 'yes' }).end(body)
  }

const start = async (first: Page) => {
  let page = first
  const { agent, of } = await startGateway({ handlers: { query: servePage(() => page) } })
  return {
    agent,
    read: () => agent.get('/api/posts/one').unset('Accept-Encoding'),
    becomes: (next: Page) => {
      page = next
    },
    /** What the service was told that the gateway has, request by request. */
    told: () => of('query').map(({ req }) => req.headers['if-none-match']),
  }
}

const page: Page = {
  body: 'a page',
  headers: { ETag: '"1"', Position: '7', Link: '</posts/two>; rel="next"' },
}

describe('an answer that was given before', () => {
  it('is given again by the word of its service alone, with what that says now', async () => {
    const { read, becomes, told } = await start(page)
    const first = await read()
    becomes({ body: 'not asked for', headers: { ETag: '"1"', Position: '8' } })
    const second = await read()
    expect(second.status).toBe(200)
    expect(second.text).toBe('a page')
    const link = '</api/posts/two>; rel="next"'
    expect(first.headers).toMatchObject({ link, 'x-kept': 'yes', position: '7', 'content-length': '6' })
    expect(second.headers).toMatchObject({ link, 'x-kept': 'yes', position: '8', 'content-length': '6' })
    expect(second.headers['x-request-id']).not.toBe(first.headers['x-request-id'])
    expect(told()).toEqual([undefined, '"1"'])
  })

  it('gives way to what is there now', async () => {
    const { read, becomes, told } = await start(page)
    await read()
    becomes({ body: 'another', headers: { ETag: '"2"' } })
    expect((await read()).text).toBe('another')
    expect((await read()).text).toBe('another')
    becomes({ body: 'gone', headers: {} })
    expect((await read()).text).toBe('gone')
    expect(told()).toEqual([undefined, '"1"', '"2"', '"2"'])
  })

  it('is given whole to all who ask at once', async () => {
    const { read, told } = await start(page)
    await read()
    const answers = await Promise.all(Array.from({ length: 10 }, async () => read()))
    expect(answers.map(({ text }) => text)).toEqual(answers.map(() => 'a page'))
    expect(told().slice(1)).not.toContain(undefined)
  })

  it.each([
    ['has no entity tag', {}],
    ['has one for the like of it alone', { ETag: 'W/"1"' }],
    ['is to be kept by nobody', { ETag: '"1"', 'Cache-Control': 'no-store' }],
    ['is for one person', { ETag: '"1"', 'Cache-Control': 'private, no-cache' }],
  ])('is not kept where it %s', async (_what, headers) => {
    const { read, told } = await start({ body: 'a page', headers })
    await read()
    expect((await read()).text).toBe('a page')
    expect(told()).toEqual([undefined, undefined])
  })

  it('is not kept where it may yet come compressed', async () => {
    const { agent, becomes, told } = await start(page)
    const read = () => agent.get('/api/posts/one').set('Accept-Encoding', 'br')
    await read()
    becomes({ body: 'a page', headers: { ETag: '"1-x"', 'Content-Encoding': 'x-nothing' } })
    expect((await read()).headers['content-encoding']).toBe('x-nothing')
    expect((await read()).headers['content-encoding']).toBe('x-nothing')
    expect(told()).toEqual([undefined, undefined, '"1-x"'])
  })

  it('is no answer to who has it already, nor to who asks for its head alone', async () => {
    const { agent, read, told } = await start(page)
    await read()
    expect((await agent.get('/api/posts/one').set('If-None-Match', '"1"')).status).toBe(304)
    expect((await agent.head('/api/posts/one').unset('Accept-Encoding')).text).toBeUndefined()
    expect(told()).toEqual([undefined, '"1"', undefined])
  })

  it('is asked for as a whole when the service went away under the question', async () => {
    let asked = 0
    const answer = servePage(() => page)
    const { agent, of } = await startGateway({
      handlers: { query: (req, res) => (++asked === 2 ? res.destroy() : answer(req, res)) },
    })
    const read = () => agent.get('/api/posts/one').unset('Accept-Encoding')
    await read()
    const again = await read()
    expect([again.status, again.text]).toEqual([200, 'a page'])
    expect(of('query').map(({ req }) => req.headers['if-none-match'])).toEqual([undefined, '"1"', undefined])
  })
})
