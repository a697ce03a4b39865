import type { RequestListener } from 'node:http'
import { fixedClock } from '@logbook/chassis/testing/deterministic.ts'
import type { Exchanged } from '@logbook/contracts/http/account-answers.ts'
import { describe, expect, it, vi } from 'vitest'
import { startGateway } from './running.ts'

const ada = '0197a000-0000-7000-8000-00000000000a'
const guest = '0197a000-0000-7000-8000-00000000000b'

/** Accounts as far as the gateway asks it. */
const accounts = () => {
  const asked: Record<string, unknown>[] = []
  const shown: (string | undefined)[] = []
  const state = { away: false }
  const handler: RequestListener = async (req, res) => {
    if (state.away) return res.destroy()
    if (req.url !== '/exchange') return res.end(`accounts ${req.method} ${req.url}`)
    shown.push(req.headers.authorization)
    let text = ''
    for await (const chunk of req) text += chunk
    const body = JSON.parse(text)
    asked.push(body)
    const answer = (status: number, what: object) =>
      res.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(what))
    const exchanges = (what: Exchanged) => answer(200, what)
    const expiresAt = new Date(Date.now() + 60_000).toISOString()
    if (body.guest)
      return exchanges({
        token: `guest-${asked.length}`,
        caller: { kind: 'guest', id: guest },
        expiresAt,
        setCookie: [`logbook_guest=${guest}.seal; HttpOnly; Path=/`],
      })
    const credential = String(body.authorization ?? body.cookie)
    if (credential.includes('gone'))
      return body.authorization
        ? answer(401, { type: 'about:blank', title: 'x', status: 401, code: 'unauthenticated' })
        : exchanges({ token: null, expiresAt: null, caller: { kind: 'nobody' }, setCookie: [cookieEnds] })
    return exchanges({
      token: `token-${asked.length}`,
      caller: { kind: 'person', id: ada, role: 'author', name: 'Ada' },
      expiresAt,
      setCookie: [],
    })
  }
  return { asked, shown, state, handler }
}

const boot = async () => {
  const there = accounts()
  const clock = fixedClock()
  const gateway = await startGateway({
    serviceToken: 'the-gateway',
    clock,
    handlers: { accounts: there.handler },
  })
  const tokens = () =>
    gateway.seen.filter(({ name }) => name !== 'accounts').map(({ req }) => req.headers.authorization)
  return { ...gateway, ...there, tokens, clock }
}

const cookieEnds = 'logbook.session_token=; Max-Age=0; Path=/'
const session = 'logbook.session_token=abc.def; theme=dark'

describe('who makes a request', () => {
  it('is told to services by an access token, for which the gateway shows its own', async () => {
    const { agent, tokens, asked, shown } = await boot()
    await agent.get('/api/author/posts').set('Cookie', session)
    await agent.get('/api/author/posts').set('Authorization', 'Bearer lb_one')
    expect(tokens()).toEqual(['Bearer token-1', 'Bearer token-2'])
    expect(asked).toEqual([{ cookie: 'logbook.session_token=abc.def' }, { authorization: 'Bearer lb_one' }])
    expect(shown).toEqual(['Bearer the-gateway', 'Bearer the-gateway'])
  })

  it('a reader without credentials is anonymous, without a request to accounts', async () => {
    const { agent, tokens, asked } = await boot()
    await agent.get('/api/posts').set('Cookie', 'theme=dark')
    expect(tokens()).toEqual([undefined])
    expect(asked).toEqual([])
  })

  it('is asked for once by many at a time, and again shortly before the token ends', async () => {
    const { agent, asked, clock } = await boot()
    await Promise.all(Array.from({ length: 10 }, () => agent.get('/api/author/posts').set('Cookie', session)))
    expect(asked).toHaveLength(1)
    clock.pass(44_000)
    await agent.get('/api/author/posts').set('Cookie', session)
    expect(asked).toHaveLength(1)
    clock.pass(2_000)
    await agent.get('/api/author/posts').set('Cookie', session)
    expect(asked).toHaveLength(2)
  })

  it.each([-3_600_000, 3_600_000])(
    'is remembered for as long as ever when the wall clock is set by %i ms',
    async (ms) => {
      const { agent, asked, clock } = await boot()
      await agent.get('/api/author/posts').set('Cookie', session)
      clock.jump(ms)
      await agent.get('/api/author/posts').set('Cookie', session)
      expect(asked).toHaveLength(1)
      clock.pass(60_000)
      await agent.get('/api/author/posts').set('Cookie', session)
      expect(asked).toHaveLength(2)
    },
  )

  it.each(['/api/accounts/auth/sign-out', '/account', '/account.data'])(
    'a cached caller is exchanged again after a command to %s',
    async (path) => {
      const { agent, asked } = await boot()
      await agent.get('/api/accounts/me').set('Cookie', session)
      await agent.post(path).set('Cookie', session).send({})
      await agent.get('/api/accounts/me').set('Cookie', session)
      expect(asked).toHaveLength(2)
    },
  )

  it('becomes a guest with the first command, and gets the cookie', async () => {
    const { agent, tokens, asked } = await boot()
    const answer = await agent.put('/api/comments/1/vote').send({ value: 1 })
    expect(answer.headers['set-cookie']).toContain(`logbook_guest=${guest}.seal; HttpOnly; Path=/`)
    expect(tokens()).toEqual(['Bearer guest-1'])
    await agent.put('/api/comments/1/vote').set('Cookie', `logbook_guest=${guest}.seal`).send({ value: 1 })
    expect(asked).toEqual([{ guest: true }, { cookie: `logbook_guest=${guest}.seal` }])
  })

  it('an anonymous caller gets no guest identity where guests cannot write', async () => {
    const { agent, tokens, asked } = await boot()
    await agent.post('/api/posts').send({ title: 'a' })
    await agent.post('/theme').send('theme=dark')
    expect(asked).toEqual([])
    expect(tokens()).toEqual([undefined, undefined])
  })

  it.each([
    ['Bearer eyJhbGciOiJub25lIn0.eyJyb2xlIjoib3duZXIifQ.'],
    ['Bearer the-gateway'],
    ['Basic b3duZXI6b3duZXI='],
    ['Bearer lb_gone'],
    [''],
  ])('cannot be claimed with %j', async (authorization) => {
    const { agent, seen } = await boot()
    for (const answer of [
      await agent.get('/api/posts').set('Authorization', authorization),
      await agent.post('/api/posts').set('Authorization', authorization).send({}),
    ]) {
      expect(answer.status).toBe(401)
      expect(answer.body.code).toBe('unauthenticated')
    }
    expect(seen.every(({ name }) => name === 'accounts')).toBe(true)
  })

  it('may no longer command when the session has ended, but read', async () => {
    const { agent, tokens } = await boot()
    const cookie = 'logbook.session_token=gone'
    expect((await agent.get('/api/posts').set('Cookie', cookie)).status).toBe(200)
    expect((await agent.put('/api/comments/1/vote').set('Cookie', cookie).send({})).status).toBe(401)
    expect((await agent.post('/api/accounts/auth/sign-in/email').set('Cookie', cookie).send({})).status).toBe(
      200,
    )
    expect(tokens()).toEqual([undefined])
  })
})

describe('a session that has ended', () => {
  const cookie = 'logbook.session_token=gone'

  it.each([
    ['/posts/a', 'text/html,*/*'],
    ['/posts/a.data', '*/*'],
    ['/search.data?q=a', '*/*'],
  ])('is taken from the browser with the page at %s, each time', async (path, accept) => {
    const { agent, asked } = await boot()
    for (let times = 0; times < 2; times++) {
      const answer = await agent.get(path).set('Cookie', cookie).set('Accept', accept)
      expect(answer.headers['set-cookie']).toEqual([cookieEnds])
    }
    expect(asked).toHaveLength(1)
  })

  it('is not with what may come late, nor with what may begin another', async () => {
    const { agent } = await boot()
    for (const answer of [
      await agent.get('/api/posts').set('Cookie', cookie).set('Accept', 'text/html'),
      await agent.get('/assets/a.js').set('Cookie', cookie),
      await agent.post('/sign-in').set('Cookie', cookie).set('Accept', 'text/html').type('form').send('a=b'),
      await agent.post('/api/accounts/auth/sign-in/email').set('Cookie', cookie).send({}),
    ])
      expect([answer.status, answer.headers['set-cookie']]).toEqual([200, undefined])
  })

  it('is not while accounts is away, which alone knows that it has', async () => {
    const { agent, state } = await boot()
    state.away = true
    const answer = await agent.get('/posts/a').set('Cookie', cookie).set('Accept', 'text/html')
    expect([answer.status, answer.headers['set-cookie']]).toEqual([200, undefined])
  })
})

describe('while accounts is away', () => {
  it('readers read on, known callers go on, and a command that needs accounts is told so', async () => {
    const { agent, state, tokens } = await boot()
    await agent.post('/api/posts').set('Cookie', session).send({})
    state.away = true
    expect((await agent.get('/api/posts')).status).toBe(200)
    expect((await agent.get('/api/posts').set('Cookie', 'logbook.session_token=other')).status).toBe(200)
    expect((await agent.post('/api/posts').set('Cookie', session).send({})).status).toBe(200)
    expect(tokens()).toEqual(['Bearer token-1', undefined, undefined, 'Bearer token-1'])
    const refused = await agent.put('/api/comments/1/vote').send({ value: 1 })
    expect(refused.status).toBe(503)
    expect(refused.headers['retry-after']).toBe('2')
    expect(refused.body).toMatchObject({ code: 'unavailable', service: 'accounts' })
    const page = await agent.post('/posts/a').set('Accept', 'text/html').type('form').send('intent=vote')
    expect(page.text).toContain('Back in a moment')
  })
})

describe('cookies', () => {
  it('reach who shows pages and who keeps sessions, and no one else', async () => {
    const { agent, seen } = await boot()
    for (const path of ['/', '/api/accounts/me', '/api/posts', '/api/author/posts', '/api/moderation/queue'])
      await agent.get(path).set('Cookie', session)
    await vi.waitFor(() => expect(seen.length).toBeGreaterThanOrEqual(6))
    const holders = seen.filter(({ req }) => req.url !== '/exchange' && req.headers.cookie !== undefined)
    expect(holders.map(({ name }) => name).sort()).toEqual(['accounts', 'client'])
  })
})
