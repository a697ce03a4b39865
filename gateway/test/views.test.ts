import { randomUUID } from 'node:crypto'
import type { RequestListener } from 'node:http'
import { silentLogger } from '@logbook/chassis/logger.ts'
import { Problem } from '@logbook/chassis/problem.ts'
import { testLog } from '@logbook/chassis/testing/test-log.ts'
import { type EventData, eventSchema } from '@logbook/contracts/events/catalog.ts'
import { Registry } from 'prom-client'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { createViews } from '../src/views/views.ts'
import { fakeView } from './fake-view.ts'
import { startGateway } from './running.ts'

const heron = '01970000-0000-7000-8000-000000000001'
const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'
const chrome =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36'
const navigation = {
  Accept: 'text/html,application/xhtml+xml',
  'User-Agent': firefox,
  'Sec-Fetch-Dest': 'document',
  'X-Forwarded-For': '192.0.2.1',
}

/** What the events of a log say together: the latest of each counter, added. */
const totalsOf = async ({ ofType }: ReturnType<typeof testLog>) => {
  const latest = new Map<string, EventData<'PostViewsCounted'>['posts'][number]>()
  for (const event of await ofType('PostViewsCounted')) {
    const { counter, posts } = eventSchema('PostViewsCounted').parse(event.data)
    for (const post of posts) latest.set(`${counter} ${post.id}`, post)
  }
  const all = [...latest.values()]
  const sum = (name: 'views' | 'readers') => all.reduce((total, each) => total + each[name], 0)
  return { views: sum('views'), readers: sum('readers'), referrers: all.flatMap((each) => each.referrers) }
}

/** A gateway whose client says which post a page shows, and accounts that knows an author and a reader. */
const start = async () => {
  const log = testLog()
  const people: Record<string, object> = {
    reader: { id: randomUUID(), name: 'Ada', role: 'reader' },
    author: { id: randomUUID(), name: 'Cy', role: 'author' },
  }
  const accounts: RequestListener = async (req, res) => {
    let text = ''
    for await (const chunk of req) text += chunk
    const person = people[/token=(\w+)/.exec(JSON.parse(text).cookie ?? '')?.[1] ?? '']
    const caller = { kind: 'person', ...person }
    return res.end(JSON.stringify({ token: 'some-token', expiresAt: null, caller, setCookie: [] }))
  }
  const counted = { 'Counted-View': `${heron} Europe/Berlin`, 'Content-Type': 'text/html' }
  const page = { body: 'A heron', tags: `post-${heron}`, headers: counted }
  const fake = fakeView({
    '/posts/heron': page,
    '/posts/past': { ...page, headers: {} },
    '/marks': { body: '{"posts":[]}', tags: 'person' },
  })
  const gateway = await startGateway({
    ...{ serviceToken: 'the-gateway', views: { bus: log.bus, everyMs: 3_600_000 } },
    trustedProxies: ['127.0.0.1'],
    handlers: { accounts, client: fake.handler, query: fake.handler },
  })
  const open = (headers: Record<string, string> = {}, path = '/posts/heron') =>
    gateway.agent.get(path).set({ ...navigation, ...headers })
  return { ...gateway, log, open, fake }
}

describe('views of a post', () => {
  it('count whether the page comes from the client, from the cache, or is the one that the browser has', async () => {
    const { open, log, close, fake } = await start()
    const first = await open()
    const asked = fake.asked().length
    const kept = await open({ 'X-Forwarded-For': '192.0.2.2' })
    expect(fake.asked().filter((url) => url.startsWith('/posts'))).toEqual([])
    const known = await open({ 'X-Forwarded-For': '192.0.2.3', 'If-None-Match': String(first.headers.etag) })
    const signedIn = { 'X-Forwarded-For': '192.0.2.4', Cookie: 'logbook.session_token=reader' }
    const alone = await open(signedIn)
    const filled = await open(signedIn)
    expect([asked > 0, ...[first, kept, known, alone, filled].map(({ status }) => status)]).toEqual([
      ...[true, 200, 200, 304, 200, 200],
    ])
    for (const { headers } of [first, kept, known, alone, filled])
      expect(headers).not.toHaveProperty('counted-view')
    await close()
    expect(await totalsOf(log)).toMatchObject({ views: 5, readers: 4 })
  })

  it.each([
    ['what a script of the page fetches', { 'Sec-Fetch-Dest': 'empty' }],
    ['a page that is loaded before it is opened', { 'Sec-Purpose': 'prefetch;prerender' }],
    [
      'a program',
      { 'User-Agent': 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)' },
    ],
    ['a preview of a link', { 'User-Agent': 'Slackbot-LinkExpanding 1.0' }],
    ['a browser without a screen', { 'User-Agent': chrome.replace('Chrome', 'HeadlessChrome') }],
    ['a request without a user agent', { 'User-Agent': '' }],
    ['a request that takes anything', { Accept: '*/*' }],
    ['a reader whose browser asks not to be tracked', { DNT: '1' }],
    ['a reader whose browser sends Global Privacy Control', { 'Sec-GPC': '1' }],
    ['a person who writes here', { Cookie: 'logbook.session_token=author' }],
  ])('leave out %s', async (_who, headers) => {
    const { open, log, close } = await start()
    // The second one comes from the cache.
    for (let n = 0; n < 2; n++) expect((await open(headers)).status).toBe(200)
    await close()
    expect(await log.events()).toEqual([])
  })

  it('leave out HEAD, the API, pages of the past, and pages that were not found', async () => {
    const { open, agent, log, close } = await start()
    await agent.head('/posts/heron').set(navigation)
    await agent.get('/api/posts/heron').set(navigation)
    await open({}, '/posts/past')
    await open({}, '/posts/none')
    await close()
    expect(await log.events()).toEqual([])
  })

  it('name a host only after readers of two networks came from it, and no host that is this blog or has no public name', async () => {
    const { open, log, close } = await start()
    const from = (n: number, referer: string) => open({ 'X-Forwarded-For': `192.0.2.${n}`, Referer: referer })
    await from(1, 'https://www.news.example.org/item?id=1')
    await from(2, 'https://wiki.example.com/secret-page')
    for (const n of [3, 4]) await from(n, 'https://blog.example/posts')
    for (const n of [5, 6]) await from(n, 'http://10.0.0.1/')
    for (const n of [7, 8]) await from(n, 'not an address')
    await from(9, 'https://news.example.org/')
    await close()
    expect(await totalsOf(log)).toEqual({
      ...{ views: 9, readers: 9 },
      referrers: [{ host: 'news.example.org', readers: 2 }],
    })
    const text = JSON.stringify(await log.events())
    for (const kept of ['192.0.2', 'Firefox', 'wiki', 'secret', 'item']) expect(text).not.toContain(kept)
  })

  it('are answered though an address in X-Forwarded-For is none', async () => {
    const { open } = await start()
    for (let n = 0; n < 2; n++) expect((await open({ 'X-Forwarded-For': 'no address' })).status).toBe(200)
  })
})

/** What counts, without HTTP: `open` is a view by the reader of this number. */
const counting = ({ log = testLog(), now = '2026-03-01T10:00:00Z' } = {}) => {
  const clock = { now: () => new Date(now) }
  const metrics = new Registry()
  const warned: string[] = []
  const warn = (...said: unknown[]) => void warned.push(String(said.at(-1)))
  let address = ''
  const views = createViews({
    ...{ bus: log.bus, everyMs: 3_600_000, clients: { networkOf: () => address } },
    ...{
      publicHost: 'blog.example',
      metrics,
      logger: Object.assign(Object.create(silentLogger), { warn }),
      clock,
    },
  })
  const open = (n: number, { agent = firefox, post = heron, referer = '', zone = 'UTC' } = {}) => {
    address = `network ${n}`
    const headers = { accept: 'text/html', 'user-agent': agent, ...(referer && { referer }) }
    const req = { method: 'GET', headers } as Parameters<typeof views.observerOf>[0]['req']
    views.observerOf({ req, destination: { to: 'client' } }, {})?.(`${post} ${zone}`)
  }
  const outcomes = async () => {
    const metric = await metrics.getSingleMetric('gateway_views_total')?.get()
    return Object.fromEntries((metric?.values ?? []).map(({ labels, value }) => [labels.outcome, value]))
  }
  const set = (to: string) => {
    now = to
  }
  return { log, views, open, outcomes, set, warned }
}

const postOf = (n: number): string => `01970000-0000-7000-8000-${String(n).padStart(12, '0')}`

describe('what is counted of views', () => {
  it('10,000 reloads by one reader are one reader and twenty views', async () => {
    const { views, open, log, outcomes } = counting()
    for (let n = 0; n < 10_000; n++) open(1)
    await views.record()
    expect(await totalsOf(log)).toMatchObject({ views: 20, readers: 1 })
    expect(await outcomes()).toEqual({ counted: 20, repeated: 9_980 })
  })

  it('a network that invents browsers counts for fifty readers of a post', async () => {
    const { views, open, log, outcomes } = counting()
    for (let n = 0; n < 200; n++) open(1, { agent: `${firefox} ${n}` })
    await views.record()
    expect(await totalsOf(log)).toMatchObject({ views: 50, readers: 50 })
    expect(await outcomes()).toEqual({ counted: 50, crowded: 150 })
  })

  it('invented referrers name nothing, and keep no true one out', async () => {
    const { views, open, log } = counting()
    for (let n = 0; n < 500; n++)
      open(1, { post: postOf(n), referer: `https://spam-${n}.example.org/`, agent: `${firefox} ${n}` })
    for (const n of [2, 3]) open(n, { post: postOf(1), referer: 'https://true.example.org/' })
    await views.record()
    expect((await totalsOf(log)).referrers).toEqual([{ host: 'true.example.org', readers: 2 }])
  })

  it('a record that fails is kept, and nothing counts twice after it', async () => {
    const { views, open, log } = counting()
    const { append } = log.bus
    open(1)
    // One that reached the log, whose answer was lost, and one that did not.
    log.bus.append = async (...request) => {
      await append(...request)
      throw new Problem('unavailable', { detail: 'Away.' })
    }
    await views.record()
    open(2)
    log.bus.append = async () => {
      throw new Problem('unavailable', { detail: 'Away.' })
    }
    await views.record()
    log.bus.append = append
    open(3)
    await views.record()
    await views.record()
    expect(await log.ofType('PostViewsCounted')).toHaveLength(2)
    expect(await totalsOf(log)).toMatchObject({ views: 3, readers: 3 })
  })

  it('counts of more than two days before are dropped while the log is away, and told', async () => {
    const { views, open, log, set, outcomes } = counting()
    const { append } = log.bus
    log.bus.append = async () => {
      throw new Problem('unavailable', { detail: 'Away.' })
    }
    for (const day of [1, 2, 3, 4]) {
      set(`2026-03-0${day}T10:00:00Z`)
      for (let n = 0; n < day; n++) open(n)
      await views.record()
    }
    log.bus.append = append
    await views.record()
    expect(await totalsOf(log)).toMatchObject({ views: 9 })
    expect(await outcomes()).toEqual({ counted: 10, dropped: 1 })
  })

  it('a day ends at midnight in the time zone of the blog, and its readers are new on the next', async () => {
    const { views, open, log, set } = counting({ now: '2026-03-01T22:59:59Z' })
    const zone = 'Europe/Berlin'
    open(1, { zone })
    set('2026-03-01T23:00:00Z')
    open(1, { zone })
    await views.record()
    const events = await log.ofType('PostViewsCounted')
    expect(events.map(({ subject }) => subject)).toEqual(['views-2026-03-01', 'views-2026-03-02'])
    expect(await totalsOf(log)).toMatchObject({ views: 2, readers: 2 })
  })

  it('a clock that is put back begins another count of the day, which is added', async () => {
    const { views, open, log, set } = counting({ now: '2026-03-02T00:10:00Z' })
    open(1)
    set('2026-03-01T23:50:00Z')
    open(2)
    set('2026-03-02T00:10:00Z')
    open(3)
    await views.record()
    expect(await totalsOf(log)).toMatchObject({ views: 3, readers: 3 })
  })

  it('many posts come in several events, and only what has changed comes again', async () => {
    const { views, open, log } = counting()
    for (let n = 0; n < 450; n++) open(1, { post: postOf(n), agent: `${firefox} ${n}` })
    await views.record()
    open(2, { post: postOf(7) })
    await views.record()
    const sizes = (await log.ofType('PostViewsCounted')).map(
      ({ data }) => (data as EventData<'PostViewsCounted'>).posts.length,
    )
    expect(sizes).toEqual([200, 200, 50, 1])
  })

  it('a log that does not answer holds the end up for three seconds at most, and what is lost is told', async () => {
    vi.useFakeTimers()
    onTestFinished(() => void vi.useRealTimers())
    const { views, open, log, warned } = counting()
    const { promise, reject } = Promise.withResolvers<never>()
    log.bus.append = () => promise
    open(1)
    const closed = views.close()
    await vi.advanceTimersByTimeAsync(3_000)
    await closed
    expect(warned).toEqual(['views since the last record are lost: the log did not take them in time'])
    reject(new Error('The client is closed.'))
    await views.record()
    expect(warned).toHaveLength(1)
  })

  it('without views nothing is recorded', async () => {
    const { views, log } = counting()
    await views.record()
    await views.close()
    expect(await log.events()).toEqual([])
  })
})
