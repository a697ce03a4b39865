import type { RequestListener } from 'node:http'
import { describe, expect, it, vi } from 'vitest'
import { openSocket, startGateway } from './running.ts'

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

describe('pages that are kept', () => {
  /** A view of many pages that answers when it is told to, in the order of the questions. */
  const startView = async () => {
    const view = { state: 'a', position: '7', epoch: '1', etags: new Map<string, string>() }
    const open: (() => void)[] = []
    const { url, of } = await startGateway({
      handlers: {
        query: (req, res) => {
          open.push(() => {
            const path = req.url ?? ''
            const etag = view.etags.get(path) ?? '"1"'
            const headers = {
              ETag: etag,
              'View-State': view.state,
              Position: view.position,
              'Log-Epoch': view.epoch,
            }
            const body = `${path} as of ${etag}.`
            if (req.headers['if-none-match'] === etag) res.writeHead(304, headers).end()
            else res.writeHead(200, { ...headers, 'Content-Length': body.length }).end(body)
          })
        },
      },
    })
    /** Sent in one piece, so that all have arrived before any is answered. Resolves to the answers, in order. */
    const read = async (pages: readonly number[]): Promise<string> => {
      const opened = openSocket(url)
      opened.socket.write(
        pages.map((page) => `GET /api/posts/${page} HTTP/1.1\r\nHost: blog.example\r\n\r\n`).join(''),
      )
      await vi.waitFor(() => expect(opened.got.match(/ as of "\w+"\./g)).toHaveLength(pages.length))
      return opened.got
    }
    const answer = async (nth: number) => {
      await vi.waitFor(() => expect(open.length).toBeGreaterThanOrEqual(nth))
      open[nth - 1]?.()
    }
    for (const page of [1, 2, 3]) await Promise.all([read([page]), answer(page)])
    return { view, read, answer, asked: () => of('query').map(({ req }) => req.url) }
  }
  const shown = (text: string): string[] => text.match(/\/posts\/\d as of "\w+"/g) ?? []

  it('are asked about once, as long as the view is in the same state, and never from before the question', async () => {
    const { view, read, answer, asked } = await startView()
    const answers = read([1, 2, 3, 2])
    await answer(4)
    view.position = '8'
    view.epoch = '2'
    await answer(5)
    const text = await answers
    expect(shown(text)).toEqual([1, 2, 3, 2].map((page) => `/posts/${page} as of "1"`))
    expect(text.match(/Position: \d/gi)).toEqual(['Position: 7', 'Position: 8', 'Position: 8', 'Position: 8'])
    // Of which log it is goes with it.
    expect(text.match(/Log-Epoch: \d/gi)).toEqual(['1', '2', '2', '2'].map((epoch) => `Log-Epoch: ${epoch}`))
    expect(asked().slice(3)).toEqual(['/posts/1', '/posts/2'])
    expect(text).not.toMatch(/view-state/i)
  })

  it('are asked about one by one when something has changed', async () => {
    const { view, read, answer, asked } = await startView()
    const answers = read([1, 2, 3])
    await answer(4)
    view.state = 'b'
    view.etags.set('/posts/2', '"2"').set('/posts/3', '"2"')
    await answer(5)
    await answer(6)
    expect(shown(await answers)).toEqual(['/posts/1 as of "1"', '/posts/2 as of "2"', '/posts/3 as of "2"'])
    expect(asked().slice(3)).toEqual(['/posts/1', '/posts/2', '/posts/3'])
  })
})
