import { once } from 'node:events'
import { get as httpGet, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { fakeView } from './fake-view.ts'
import { startGateway } from './running.ts'

const idOf = (n: number) => `0197a000-0000-7000-8000-00000000000${n}`
const [ada, ben, cy] = [idOf(1), idOf(2), idOf(3)]
const people: Record<string, { id: string; name: string; role: string }> = {
  ada: { id: ada, name: 'Ada', role: 'reader' },
  ben: { id: ben, name: 'Ben', role: 'reader' },
  cy: { id: cy, name: 'Cy', role: 'author' },
}

/** Notifications, as far as the gateway asks it. */
const createFakeNotifications = () => {
  const feeds = new Set<ServerResponse>()
  const state = { isSilent: false, isAway: false, position: 7 }
  const unread: Record<string, number> = { [ada]: 3, [ben]: 0, [cy]: 120 }
  const asked: IncomingMessage[] = []
  const handler: RequestListener = (req, res) => {
    if (state.isAway) return void res.destroy()
    if (req.url === '/inbox/feed') {
      feeds.add(res)
      res.once('close', () => feeds.delete(res))
      res.writeHead(200, { 'Content-Type': 'text/event-stream' })
      return void res.write(`id: ${state.position}\nevent: begin\ndata: {}\n\n`)
    }
    const id = /^\/people\/([\w-]+)\/unread$/.exec(req.url ?? '')?.[1]
    if (id === undefined) return void res.end(`notifications ${req.method} ${req.url}`)
    asked.push(req)
    if (!state.isSilent) res.end(JSON.stringify({ unread: unread[id] ?? 0 }))
  }
  return {
    ...{ handler, feeds, state, asked },
    change(id: string, count: number): void {
      unread[id] = count
      state.position++
      for (const res of feeds)
        res.write(`id: ${state.position}\nevent: inbox\ndata: {"people":["${id}"]}\n\n`)
    },
    breakFeeds(): void {
      for (const res of feeds) res.destroy()
    },
  }
}

const accounts: RequestListener = async (req, res) => {
  let text = ''
  for await (const chunk of req) text += chunk
  const person = people[/token=(\w+)/.exec(JSON.parse(text).cookie ?? '')?.[1] ?? '']
  const caller = person ? { kind: 'person', ...person } : { kind: 'nobody' }
  const token = person ? `for-${person.id}` : null
  res.end(JSON.stringify({ token, expiresAt: null, caller, setCookie: [] }))
}

const start = async () => {
  const fake = createFakeNotifications()
  const view = fakeView({ '/marks': { body: '{"posts":[]}', tags: `person-${ada}` } })
  const client: RequestListener = (req, res) => {
    const template = req.headers['reader-template']
    const count = template === undefined ? req.headers['unread-notices'] : `reader-unread-${template}`
    const { process, generation, changes } = view.view
    const kept = { 'View-State': `${process}.${generation}.${changes}`, 'Cache-Tag': 'lists', ETag: '"e"' }
    const isKept = template !== undefined || req.headers.authorization === undefined
    const body = `unread: ${count ?? 'unknown'}`
    res.writeHead(200, { ...(isKept ? kept : {}), 'Content-Length': body.length }).end(body)
  }
  const gateway = await startGateway({
    serviceToken: 'the-gateway',
    handlers: { accounts, client, query: view.handler, notifications: fake.handler },
  })
  gateway.start()
  await vi.waitUntil(() => fake.feeds.size > 0)
  const cookieOf = (name: string) => `logbook.session_token=${name}`
  const page = async (name: string, headers: Record<string, string> = {}, path = '/posts/heron') => {
    const { text } = await gateway.agent
      .get(path)
      .set({ Cookie: cookieOf(name), 'Cache-Control': 'no-cache', ...headers })
      .unset('Accept-Encoding')
    return text
  }
  /** The events of the open page of a person. */
  const watch = async (name: string) => {
    const req = httpGet(`${gateway.url}/api/notifications/inbox/changes`, {
      headers: { cookie: cookieOf(name) },
      agent: false,
    })
    onTestFinished(() => void req.destroy())
    const [res] = (await once(req, 'response')) as [IncomingMessage]
    const heard = { status: res.statusCode, text: '', isOver: false }
    res.setEncoding('utf8').on('data', (chunk) => {
      heard.text += chunk
    })
    res
      .on('error', () => {})
      .once('close', () => {
        heard.isOver = true
      })
    const counts = () => [...heard.text.matchAll(/"unread":(\d+)/g)].map(([, count]) => Number(count))
    return { heard, counts, leave: () => req.destroy() }
  }
  return { ...gateway, fake, page, watch, asked: () => fake.asked.length }
}

describe('the number of unread notices', () => {
  it('is on each person’s own pages, cached or not, and is asked for once until the inbox changes', async () => {
    const { page, fake, asked, agent } = await start()
    for (let round = 0; round < 4; round++) {
      expect(await page('cy')).toBe('unread: 120')
      for (const path of ['/posts/heron', '/', '/account']) {
        const [one, two] = [await page('ada', {}, path), await page('ben', {}, path)]
        expect([one, two], `${path}, round ${round}`).toEqual([
          'unread: 3',
          expect.stringMatching(/^unread: 0?$/),
        ])
      }
    }
    expect(asked()).toBe(3)
    expect(fake.asked[0]?.headers.authorization).toBe('Bearer the-gateway')
    expect((await agent.get('/posts/heron')).text).toBe('unread: unknown')
    fake.change(ada, 4)
    await vi.waitUntil(async () => (await page('ada')) === 'unread: 4')
    expect(asked()).toBe(4)
  })

  it('is another page for a cache of the browser', async () => {
    const { page, fake, agent } = await start()
    const tagOf = async () => {
      await page('ada')
      const Cookie = 'logbook.session_token=ada'
      return (await agent.get('/posts/heron').set({ Cookie, 'Cache-Control': 'no-cache' })).headers.etag
    }
    const before = await tagOf()
    fake.change(ada, 4)
    await vi.waitUntil(async () => (await page('ada')) === 'unread: 4')
    expect(await tagOf()).not.toBe(before)
  })

  it('can’t be had by a header from outside', async () => {
    const { agent, page } = await start()
    expect((await agent.get('/about').set('Unread-Notices', '9')).text).toBe('unread: unknown')
    expect(await page('cy', { 'Unread-Notices': '9' })).toBe('unread: 120')
  })

  it('is asked for again after a command of this person, up to what the command reached', async () => {
    const { page, fake, asked, agent } = await start()
    await page('ada')
    const Cookie = 'logbook.session_token=ada'
    await agent.post('/notifications').set({ Cookie, Origin: 'https://blog.example' }).send('upTo=3')
    const before = asked()
    await page('ada', { Cookie: `${Cookie}; position=9` })
    expect(asked()).toBe(before + 1)
    expect(fake.asked.at(-1)?.headers).toMatchObject({ 'min-position': '9', prefer: 'wait=1' })
  })

  it('is left out while notifications is silent or away, and no page waits for it more than once', async () => {
    const { page, fake, asked, watch } = await start()
    fake.state.isSilent = true
    await page('ada')
    const begun = performance.now()
    for (let each = 0; each < 20; each++) expect(await page('ben')).toMatch(/^unread: (?:unknown)?$/)
    expect(performance.now() - begun).toBeLessThan(2_000)
    expect(asked()).toBeLessThanOrEqual(4)
    fake.state.isSilent = false
    fake.state.isAway = true
    fake.breakFeeds()
    await vi.waitUntil(() => fake.feeds.size === 0)
    const open = await watch('ada')
    expect([open.heard.status, await page('ada')]).toEqual([
      200,
      expect.stringMatching(/^unread: (?:unknown)?$/),
    ])
    fake.state.isAway = false
    await vi.waitUntil(() => open.counts().includes(3), { timeout: 10_000 })
    expect(await page('ada')).toBe('unread: 3')
  })

  it('is told to open pages of its person alone, now and with each change', async () => {
    const { watch, fake, drain } = await start()
    const [one, other] = [await watch('ada'), await watch('ben')]
    await vi.waitUntil(() => one.counts().length === 1 && other.counts().length === 1)
    fake.change(ada, 4)
    await vi.waitUntil(() => one.counts().length === 2)
    expect([one.counts(), other.counts()]).toEqual([[3, 4], [0]])
    drain()
    await vi.waitUntil(() => one.heard.isOver && other.heard.isOver)
  })

  it('is told to twenty pages of one person, not more, and to others all the same', async () => {
    const { watch } = await start()
    const open = await Promise.all(Array.from({ length: 21 }, () => watch('ada')))
    expect(open.map(({ heard }) => heard.status).filter((status) => status !== 200)).toEqual([429])
    expect((await watch('ben')).heard.status).toBe(200)
    open.find(({ heard }) => heard.status === 200)?.leave()
    await vi.waitUntil(async () => {
      const next = await watch('ada')
      return next.heard.status === 200
    })
  })

  it('is not told to who is not signed in: notifications says so', async () => {
    const { watch } = await start()
    const { heard } = await watch('nobody')
    await vi.waitUntil(() => heard.isOver)
    expect(heard.text).toBe('notifications GET /inbox/changes')
  })
})
