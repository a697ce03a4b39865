import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { limits } from '../src/limits.ts'
import { fakeView } from './fake-view.ts'
import { openSocket, startGateway } from './running.ts'

const post = (n: number, body = `post ${n}`) => ({ body, tags: `post-${n}` })

const start = async () => {
  const fake = fakeView({
    '/posts/1': { ...post(1), headers: { 'X-Kept': 'yes', Link: '</posts/2>; rel="next"' } },
    '/posts/2': post(2),
    '/posts': { body: 'a list', tags: 'lists' },
    '/search?q=a': { body: 'hits', tags: '' },
  })
  const { agent, url } = await startGateway({ handlers: { query: fake.handler } })
  const read = (path: string) => agent.get(`/api${path}`).unset('Accept-Encoding')
  return { ...fake, agent, url, read }
}

describe('the cache of query answers', () => {
  it('serves a cached answer once query has confirmed that nothing it depends on has changed, with the present position', async () => {
    const { read, view, asked } = await start()
    const first = await read('/posts/1')
    Object.assign(view, { position: '8', epoch: '2' })
    const second = await read('/posts/1')
    expect(asked()).toEqual(['/posts/1', '/validity?since'])
    expect([second.status, second.text]).toEqual([200, 'post 1'])
    const same = { link: '</api/posts/2>; rel="next"', 'x-kept': 'yes', 'content-length': '6' }
    expect(first.headers).toMatchObject({ ...same, position: '7', 'log-epoch': '1' })
    expect(second.headers).toMatchObject({ ...same, position: '8', 'log-epoch': '2' })
    expect(second.headers['x-request-id']).not.toBe(first.headers['x-request-id'])
    for (const { headers } of [first, second])
      expect(Object.keys(headers)).not.toEqual(
        expect.arrayContaining([expect.stringMatching(/view-state|cache-tag/)]),
      )
  })

  it('requests an answer again after something it depends on has changed, and no other answer', async () => {
    const { read, pages, change, asked } = await start()
    for (const path of ['/posts/1', '/posts/2', '/posts']) await read(path)
    pages['/posts/2'] = post(2, 'post 2 now')
    change('post-2')
    asked()
    const texts = []
    for (const path of ['/posts/1', '/posts/2', '/posts', '/posts/2']) texts.push((await read(path)).text)
    expect(texts).toEqual(['post 1', 'post 2 now', 'a list', 'post 2 now'])
    expect(asked().filter((url) => url !== '/validity?since')).toEqual(['/posts/2'])
  })

  it.each([
    ['a change of all', (fake: Awaited<ReturnType<typeof start>>) => fake.changeAll()],
    [
      'a restart of query',
      ({ view }: Awaited<ReturnType<typeof start>>) => Object.assign(view, { process: 'q', changes: 1 }),
    ],
  ])('requests every answer again after %s', async (_what, happen) => {
    const fake = await start()
    for (const path of ['/posts/1', '/posts/2']) await fake.read(path)
    happen(fake)
    fake.pages['/posts/1'] = post(1, 'anew')
    fake.asked()
    expect((await fake.read('/posts/1')).text).toBe('anew')
    expect((await fake.read('/posts/2')).text).toBe('post 2')
    expect(fake.asked().filter((url) => url !== '/validity?since')).toEqual(['/posts/1', '/posts/2'])
  })

  it.each([
    ['has no entity tag', { ETag: '' }],
    ['has a weak one', { ETag: 'W/"1"' }],
    ['is not to be stored', { 'Cache-Control': 'no-store' }],
    ['is for one person', { 'Cache-Control': 'private, no-cache' }],
    ['does not say what it is made of', { 'Cache-Tag': '' }],
    ['does not say of which state it is', { 'View-State': 'unknown' }],
  ])('does not cache an answer that %s', async (_what, headers) => {
    const { read, pages, asked } = await start()
    pages['/posts/1'] = { ...post(1), headers }
    for (const _ of [1, 2]) expect((await read('/posts/1')).text).toBe('post 1')
    expect(asked()).toEqual(['/posts/1', '/posts/1'])
  })

  it('does not cache an uncompressed answer that may be compressed later', async () => {
    const { agent, pages, asked } = await start()
    const long = 'x'.repeat(limits.compressedBytesMin)
    const read = () => agent.get('/api/posts/1').set('Accept-Encoding', 'br')
    pages['/posts/1'] = post(1, long)
    await read()
    pages['/posts/1'] = { ...post(1, 'squeezed'), headers: { 'Content-Encoding': 'x-br' } }
    for (const _ of [1, 2]) expect((await read()).headers['content-encoding']).toBe('x-br')
    expect(asked()).toEqual(['/posts/1', '/posts/1', '/validity?since'])
  })

  it('answers If-None-Match in any coding with 304 and HEAD without a body', async () => {
    const { agent, read, asked } = await start()
    const { etag = '' } = (await read('/posts/1')).headers
    const coded = `${etag.slice(0, -1)}-br"`
    for (const known of [etag, `W/${etag}`, `"other", ${coded}`, '*']) {
      const answer = await read('/posts/1').set('If-None-Match', known)
      expect([answer.status, answer.text, answer.headers.etag]).toEqual([304, '', etag])
    }
    expect((await read('/posts/1').set('If-None-Match', '"other"')).status).toBe(200)
    const head = await agent.head('/api/posts/1').unset('Accept-Encoding')
    expect([head.status, head.headers['content-length'], head.text]).toEqual([200, '6', undefined])
    expect(asked().filter((url) => url !== '/validity?since')).toEqual(['/posts/1'])
  })

  it('answers If-None-Match with 304 for an answer that is not cached', async () => {
    const { read, asked } = await start()
    const { etag = '' } = (await read('/search?q=a')).headers
    expect((await read('/search?q=a').set('If-None-Match', etag)).status).toBe(304)
    expect(asked()).toEqual(['/search?q=a', '/search?q=a'])
  })

  it('requests an answer again when query does not say what is still valid', async () => {
    const fake = fakeView({ '/posts/1': post(1) })
    const { agent } = await startGateway({
      handlers: {
        query: (req, res) => (req.url?.startsWith('/validity') ? res.destroy() : fake.handler(req, res)),
      },
    })
    for (const _ of [1, 2])
      expect((await agent.get('/api/posts/1').unset('Accept-Encoding')).text).toBe('post 1')
    expect(fake.asked()).toEqual(['/posts/1', '/posts/1'])
  })

  it('does not cache an answer that was made before a change which is known by now', async () => {
    const { read, pages, change, hold, answerNext, asked } = await start()
    await read('/posts/1')
    // Query takes its time with the second post: what it says is from before the change.
    hold()
    const stale = { ...post(2, 'of before'), headers: { 'View-State': 'p.1.1' } }
    const late = read('/posts/2').then()
    await vi.waitFor(() => expect(asked()).toContain('/posts/2'))
    change('post-2')
    const confirmed = read('/posts/1').then()
    await vi.waitFor(() => expect(asked()).toContain('/validity?since'))
    pages['/posts/2'] = stale
    await answerNext()
    await answerNext()
    expect([(await late).text, (await confirmed).text]).toEqual(['of before', 'post 1'])
    pages['/posts/2'] = post(2, 'of now')
    const now = read('/posts/2').then()
    await answerNext()
    const next = (await Promise.race([now, answerNext().then(() => now)])).text
    expect(next).toBe('of now')
  })

  it('drops an invalid answer without any reader', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    onTestFinished(() => void vi.useRealTimers())
    const { read, change, agent } = await start()
    const keptBytes = async () => /^gateway_cache_bytes (\d+)/m.exec((await agent.get('/metrics')).text)?.[1]
    await read('/posts/1')
    expect(Number(await keptBytes())).toBeGreaterThan(0)
    change('post-1')
    vi.advanceTimersByTime(limits.cacheSweepMs)
    await vi.waitFor(async () => expect(await keptBytes()).toBe('0'))
  })

  it('drops every answer when query does not say what is still valid, without any reader', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    onTestFinished(() => void vi.useRealTimers())
    const fake = fakeView({ '/posts/1': post(1) })
    const { agent } = await startGateway({
      handlers: {
        query: (req, res) => (req.url?.startsWith('/validity') ? res.destroy() : fake.handler(req, res)),
      },
    })
    const cachedBytes = async () =>
      /^gateway_cache_bytes (\d+)/m.exec((await agent.get('/metrics')).text)?.[1]
    await agent.get('/api/posts/1').unset('Accept-Encoding')
    expect(Number(await cachedBytes())).toBeGreaterThan(0)
    vi.advanceTimersByTime(limits.cacheSweepMs)
    await vi.waitFor(async () => expect(await cachedBytes()).toBe('0'))
  })
})

describe('readers of cached answers at the same time', () => {
  it('share one validation request, and readers who arrive during it share the next one', async () => {
    const { url, read, change, pages, hold, answerNext, asked } = await start()
    for (const path of ['/posts/1', '/posts/2', '/posts']) await read(path)
    asked()
    hold()
    // Sent in one piece, so that all have arrived before any is answered.
    const opened = openSocket(url)
    const paths = ['/posts/1', '/posts/1', '/posts/2', '/posts', '/posts/2']
    opened.socket.write(
      paths.map((path) => `GET /api${path} HTTP/1.1\r\nHost: blog.example\r\n\r\n`).join(''),
    )
    await answerNext()
    change('lists')
    pages['/posts'] = { body: 'a longer list', tags: 'lists' }
    for (const _ of ['the next question', 'what has changed']) await answerNext()
    const bodies = /(?<=\r\n\r\n)(?:post \d|a longer list)/g
    await vi.waitFor(() =>
      expect(opened.got.match(bodies)).toEqual(['post 1', 'post 1', 'post 2', 'a longer list', 'post 2']),
    )
    expect(asked()).toEqual(['/validity?since', '/validity?since', '/posts'])
  })
})

/** Pages of a client that name their reader, theme and build. */
const startClient = async ({ isHome = true } = {}) => {
  const view = fakeView({})
  let build = 'one'
  const rendered: string[] = []
  const { agent, url } = await startGateway({
    serviceToken: 'the-gateway',
    handlers: {
      query: view.handler,
      client: (req, res) => {
        const { authorization, cookie = '' } = req.headers
        const chosen = /theme=(\w+)/.exec(cookie)?.[1] ?? 'none'
        const body = `${req.url} for ${authorization ?? 'all'} in ${chosen} by ${build}`
        rendered.push(body)
        const state = { 'View-State': `p.1.${view.view.changes}`, 'Cache-Tag': 'lists' }
        res.writeHead(200, {
          ...{ 'Content-Type': 'text/html', 'Content-Length': body.length, 'Build-Id': build },
          ...(authorization === undefined && isHome
            ? { ...state, ETag: `"${rendered.length}"`, 'Cache-Control': 'no-cache' }
            : { 'Cache-Control': 'private, no-cache' }),
        })
        res.end(body)
      },
      accounts: (_req, res) => {
        const caller = {
          kind: 'person',
          id: '0199c0de-0000-4000-8000-00000000ada0',
          role: 'author',
          name: 'Ada',
        }
        const expiresAt = new Date(Date.now() + 60_000).toISOString()
        res.setHeader('Content-Type', 'application/json')
        res.end(JSON.stringify({ token: 'of-ada', caller, expiresAt, setCookie: [] }))
      },
    },
  })
  return {
    ...view,
    url,
    rendered,
    read: (path: string, cookie = '') => agent.get(path).unset('Accept-Encoding').set('Cookie', cookie),
    deploys: (next: string) => {
      build = next
    },
  }
}

describe('the cache of pages', () => {
  it('renders a page once for each address and theme', async () => {
    const { read, rendered } = await startClient()
    for (const cookie of ['', 'theme=dark', 'theme=odd', 'other=1; theme=dark', '']) await read('/', cookie)
    await read('/tags/sea')
    expect(rendered).toEqual([
      '/ for all in none by one',
      '/ for all in dark by one',
      '/tags/sea for all in none by one',
    ])
  })

  it.each([
    ['a theme that others read otherwise', { Cookie: 'theme=dark x' }],
    ['two themes', { Cookie: 'theme=darkx; theme=light' }],
    [
      'another language, host and program',
      { 'Accept-Language': 'fr', 'X-Forwarded-Host': 'evil.example', 'User-Agent': 'bot' },
    ],
    ['cookies of its own', { Cookie: 'a=1; b="; theme=dark"' }],
    ['an odd coding', { 'Accept-Encoding': 'br;q=0.1, gzip;q=0.5, identity;q=0.2' }],
  ])('requests a page with nothing but what its key says: %s', async (_what, headers) => {
    const { agent, of } = await startGateway({ publicUrl: 'https://blog.example' })
    await agent.get('/posts/one?sort=new').unset('Accept-Encoding').set(headers)
    const { connection, traceparent, 'x-request-id': _id, ...told } = of('client')[0]?.req.headers ?? {}
    const key = { cookie: told.cookie, 'accept-encoding': told['accept-encoding'] }
    expect(told).toEqual({ host: 'blog.example', ...JSON.parse(JSON.stringify(key)) })
    expect([undefined, 'theme=light', 'theme=dark']).toContain(key.cookie)
    expect(['identity', 'gzip', 'br']).toContain(key['accept-encoding'])
  })

  it('neither serves nor stores a page for an author who is signed in', async () => {
    const { read, rendered } = await startClient()
    const session = 'logbook.session_token=abc.def'
    const texts = []
    for (const cookie of [session, '', session, '', `${session}; theme=dark`])
      texts.push((await read('/', cookie)).text)
    expect(texts).toEqual([
      '/ for Bearer of-ada in none by one',
      '/ for all in none by one',
      '/ for Bearer of-ada in none by one',
      '/ for all in none by one',
      '/ for Bearer of-ada in dark by one',
    ])
    expect(rendered).toHaveLength(4)
  })

  it('renders a page for a browser whose last write the view does not show yet, and serves the cached one after that', async () => {
    const { read, rendered, view } = await startClient()
    await read('/')
    await read('/', 'position=9')
    expect(rendered).toHaveLength(2)
    view.position = '9'
    expect((await read('/', 'position=9')).status).toBe(200)
    expect(rendered).toHaveLength(2)
  })

  it('renders a page again after a change and for another build of the client', async () => {
    const { read, rendered, change, deploys } = await startClient()
    await read('/')
    change('lists')
    await read('/')
    await read('/')
    expect(rendered).toHaveLength(2)
    deploys('two')
    await read('/assets/of-one.js')
    expect((await read('/')).text).toBe('/ for all in none by two')
  })

  it('renders a page that is private for each of several readers at the same time', async () => {
    const { read, rendered } = await startClient({ isHome: false })
    const answers = await Promise.all([1, 2, 3].map(async () => read('/search')))
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
    expect(rendered).toHaveLength(3)
  })
})
