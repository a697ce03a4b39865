import { describe, expect, it, vi } from 'vitest'
import { limits } from '../../src/websub/limits.ts'
import { bootHub, site } from './boot-hub.ts'
import { agree, type Behave } from './subscriber.ts'

const dayS = 86_400

describe('a request to subscribe', () => {
  it('is verified at its callback, whose query stays, with a challenge and the lease', async () => {
    const { ask, hubIs, subscriber } = await bootHub()
    const callback = `${subscriber.url}/callback?of=%20me&of=you`
    const answer = await ask({
      'hub.callback': callback,
      'hub.secret': 'wren',
      'hub.unknown': 'ignored',
    }).expect(202)
    expect(answer.headers['cache-control']).toBe('no-store')
    await hubIs({ subscriptions: 1 })
    const [asked] = subscriber.received
    expect([asked?.method, asked?.path, asked?.query.getAll('of')]).toEqual([
      'GET',
      '/callback',
      [' me', 'you'],
    ])
    expect(Object.fromEntries(asked?.query ?? [])).toMatchObject({
      ...{ 'hub.mode': 'subscribe', 'hub.topic': `${site}/feed.xml` },
      ...{ 'hub.lease_seconds': String(10 * dayS), 'hub.challenge': expect.stringMatching(/^[\w-]{32}$/) },
    })
    expect(asked?.query.has('hub.secret')).toBe(false)
  })

  it.each([
    ['1', 3_600],
    ['86400', dayS],
    ['999999999', 30 * dayS],
  ])('for a lease of %s seconds gets one within the bounds', async (wished, given) => {
    const { ask, subscriber } = await bootHub()
    await ask({ 'hub.lease_seconds': wished }).expect(202)
    await vi.waitFor(() => expect(subscriber.received[0]?.query.get('hub.lease_seconds')).toBe(String(given)))
  })

  it.each<[string, Record<string, string>, string]>([
    ['no mode', { 'hub.mode': '' }, 'hub.mode'],
    ['another mode', { 'hub.mode': 'publish' }, 'hub.mode'],
    ['a callback that is no web address', { 'hub.callback': 'ftp://reader.example' }, 'hub.callback'],
    ['a callback with credentials', { 'hub.callback': 'http://a:b@reader.example/' }, 'hub.callback'],
    ['a callback of this blog', { 'hub.callback': `${site}/api/posts` }, 'hub.callback'],
    ['a callback at a private address', { 'hub.callback': 'http://10.0.0.1/' }, 'hub.callback'],
    [
      'a callback at an address of a cloud',
      { 'hub.callback': 'http://[::ffff:169.254.169.254]/' },
      'hub.callback',
    ],
    [
      'a callback that is too long',
      { 'hub.callback': `http://reader.example/${'a'.repeat(2_000)}` },
      'hub.callback',
    ],
    ['a topic that is no address', { 'hub.topic': 'feed.xml' }, 'hub.topic'],
    ['a lease below nothing', { 'hub.lease_seconds': '-1' }, 'hub.lease_seconds'],
    ['a lease that is no number', { 'hub.lease_seconds': '1e9' }, 'hub.lease_seconds'],
    ['a secret that is too long', { 'hub.secret': 'é'.repeat(100) }, 'hub.secret'],
  ])('with %s is answered with 400 and the field', async (_, fields, field) => {
    const { ask, subscriber } = await bootHub()
    const { body } = await ask(fields).expect(400)
    expect(body.errors.map(({ path }: { path: string }) => path)).toEqual([field])
    expect(subscriber.received).toEqual([])
  })

  it('with a field twice, or of another type, is refused', async () => {
    const { http } = await bootHub()
    const { body } = await http
      .post('/websub')
      .type('form')
      .send('hub.mode=subscribe&hub.mode=unsubscribe')
      .expect(400)
    expect(body.errors).toEqual([{ path: 'hub.mode', message: 'must be given once' }])
    await http.post('/websub').send({ 'hub.mode': 'subscribe' }).expect(415)
  })

  it.each([
    ['of another site', 'https://other.example/feed.xml'],
    ['that is no feed', `${site}/sitemap.xml`],
    ['with a field that no feed has', `${site}/feed.xml?asOf=1`],
    ['with a field twice', `${site}/feed.xml?tag=a&tag=b`],
    ['of a post that is not there', `${site}/feed.xml?post=nothing`],
    ['of a tag that is not there', `${site}/feed.xml?tag=nothing`],
  ])('to a topic %s is denied at its callback', async (_, topic) => {
    const { ask, subscriber, hub } = await bootHub()
    await ask({ 'hub.topic': topic }).expect(202)
    await vi.waitFor(() => expect(subscriber.received).toHaveLength(1))
    expect(Object.fromEntries(subscriber.received[0]?.query ?? [])).toEqual({
      ...{ 'hub.mode': 'denied', 'hub.topic': topic, 'hub.reason': 'The topic is no feed of this blog.' },
    })
    expect(await hub()).toMatchObject({ subscriptions: 0 })
  })

  it('is denied while the settings name another hub, which the reason says', async () => {
    const { ask, set, service, book, subscriber } = await bootHub()
    await set({ hub: 'https://hub.example/' })
    await service.read(book.store.head)
    await ask().expect(202)
    await vi.waitFor(() => expect(subscriber.received[0]?.query.get('hub.mode')).toBe('denied'))
    expect(subscriber.received[0]?.query.get('hub.reason')).toContain('https://hub.example/')
  })

  it.each<[string, Behave]>([
    ['disagrees', (_, res) => void res.writeHead(404).end()],
    ['redirects', (_, res) => void res.writeHead(302, { Location: '/agrees' }).end()],
    [
      'says more than the challenge',
      ({ query }, res) => void res.end(`${query.get('hub.challenge')} and more`),
    ],
    ['says nothing', (_, res) => void res.end()],
    [
      'says something without end',
      (_, res) => void setInterval(() => res.write('a'.repeat(1_000)), 1).unref(),
    ],
  ])('begins nothing if the callback %s', async (_, behave) => {
    const { ask, hubIs, subscriber } = await bootHub()
    subscriber.behave = behave
    await ask().expect(202)
    await hubIs({ requests: 0 })
    expect(subscriber.received).toHaveLength(1)
    await hubIs({ subscriptions: 0 })
  })

  it('whose callback has a name in the blog’s own network asks it nothing', async () => {
    const { ask, hubIs, subscriber } = await bootHub({ websubAllow: ['public'] })
    await ask({ 'hub.callback': subscriber.url.replace('127.0.0.1', 'localhost') }).expect(202)
    await ask({ 'hub.mode': 'unsubscribe', 'hub.callback': 'http://localhost:1' }).expect(202)
    await hubIs({ requests: 0, subscriptions: 0 })
    expect(subscriber.received).toEqual([])
  })

  it('is verified again later where the callback or query is away', async () => {
    const { ask, hubIs, pass, state, subscriber } = await bootHub()
    state.queryStatus = 503
    await ask().expect(202)
    await pass(limits.retryMs.max)
    expect(subscriber.received).toEqual([])
    state.queryStatus = 200
    subscriber.behave = (_, res) => void res.writeHead(503).end()
    await vi.waitFor(async () => {
      await pass(limits.retryMs.max)
      expect(subscriber.received.length).toBeGreaterThan(0)
    })
    subscriber.behave = agree
    await pass(limits.retryMs.max)
    await hubIs({ subscriptions: 1 })
  })

  it('of a site that has as many as it may is answered with 429 and Retry-After, and its others still renew', async () => {
    const before = { ...limits }
    Object.assign(limits, { subscriptionsPerSiteMax: 2 })
    try {
      const { ask, subscribe, hub, subscriber } = await bootHub()
      await subscribe({ 'hub.callback': `${subscriber.url}/1` })
      await subscribe({ 'hub.callback': `${subscriber.url}/2` })
      const { body, headers } = await ask({ 'hub.callback': `${subscriber.url}/3` }).expect(429)
      expect([body.detail, Number(headers['retry-after']) > 0]).toEqual([
        '127.0.0.1 has as many subscriptions as a site may.',
        true,
      ])
      await ask({ 'hub.callback': `${subscriber.url}/2` }).expect(202)
      await vi.waitFor(() => expect(subscriber.received).toHaveLength(1))
      expect(await hub()).toMatchObject({ subscriptions: 2 })
    } finally {
      Object.assign(limits, before)
    }
  })

  it('sent in bulk for one site is answered with 429, whatever its names', async () => {
    const { http } = await bootHub()
    const send = (n: number) =>
      http
        .post('/websub')
        .type('form')
        .send({
          ...{ 'hub.mode': 'subscribe', 'hub.topic': `${site}/feed.xml` },
          'hub.callback': `http://s${n}.victim.invalid/`,
        })
    const statuses: number[] = []
    for (let n = 0; n < limits.requestsPerSiteMax + 1; n++) statuses.push((await send(n)).status)
    expect([statuses[0], statuses.at(-1)]).toEqual([202, 429])
  })
})

describe('a subscription', () => {
  it('is renewed by the same request, and ends with its lease', async () => {
    const { subscribe, ask, hubIs, hub, pass, change, sent, subscriber } = await bootHub()
    await subscribe({ 'hub.lease_seconds': '3600' })
    await pass(3_000_000)
    await ask({ 'hub.lease_seconds': '3600' }).expect(202)
    await vi.waitFor(() => expect(subscriber.received).toHaveLength(1))
    await pass(3_000_000)
    expect(await hub()).toMatchObject({ subscriptions: 1 })
    await pass(3_000_000)
    await hubIs({ subscriptions: 0 })
    sent()
    await change()
    expect(sent()).toEqual([])
  })

  it('is as it was where its renewal or its end is not verified', async () => {
    const { subscribe, ask, hub, subscriber, change, sent } = await bootHub()
    await subscribe()
    subscriber.behave = (_, res) => void res.writeHead(404).end()
    await ask({ 'hub.mode': 'unsubscribe' }).expect(202)
    await vi.waitFor(() => expect(subscriber.received).toHaveLength(1))
    await ask({ 'hub.secret': 'another' }).expect(202)
    await vi.waitFor(() => expect(subscriber.received).toHaveLength(2))
    expect(await hub()).toMatchObject({ subscriptions: 1 })
    subscriber.behave = agree
    sent()
    await change()
    await vi.waitFor(() => expect(subscriber.received).toHaveLength(1))
    expect(sent()[0]?.headers['x-hub-signature']).toBeUndefined()
  })

  it('ends when the callback agrees to its end, which needs no topic that is there', async () => {
    const { subscribe, ask, hubIs, subscriber, feeds } = await bootHub()
    await subscribe()
    delete feeds['/feed.xml']
    await ask({ 'hub.mode': 'unsubscribe', 'hub.lease_seconds': 'ignored' }).expect(202)
    await hubIs({ subscriptions: 0 })
    expect(subscriber.received[0]?.query.get('hub.mode')).toBe('unsubscribe')
  })
})
