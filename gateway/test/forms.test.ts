import { gzipSync } from 'node:zlib'
import { honeypotField } from '@logbook/contracts/http/honeypot.ts'
import { describe, expect, it } from 'vitest'
import { limits } from '../src/limits.ts'
import { startGateway } from './running.ts'

const vote = '/api/comments/1/vote'
const { perNetwork } = limits.forms.vote

describe('forms that are sent too often', () => {
  it('are refused with a problem that says how long to wait, and others go on', async () => {
    const { agent, of } = await startGateway()
    const answers = await Promise.all(
      Array.from({ length: perNetwork + 1 }, () => agent.put(vote).send({ value: 1 })),
    )
    const refused = answers.filter(({ status }) => status === 429)
    expect(refused).toHaveLength(1)
    expect(refused[0]?.headers['content-type']).toContain('application/problem+json')
    expect(refused[0]?.body.code).toBe('too-many')
    expect(Number(refused[0]?.headers['retry-after'])).toBeGreaterThan(0)
    expect(refused[0]?.headers.ratelimit).toMatch(/^"vote-network"; r=0; t=\d+$/)
    expect(answers[0]?.headers['ratelimit-policy']).toContain(`"vote-network"; q=${perNetwork}; w=60`)
    expect(of('comments')).toHaveLength(perNetwork)
    expect((await agent.post('/api/posts/1/comments').send({ content: 'a' })).status).toBe(200)
  })

  it('are counted together for all of an IPv6 network, and apart for others', async () => {
    const { agent } = await startGateway({ trustedProxies: ['127.0.0.1'] })
    const from = (address: string) => agent.put(vote).set('X-Forwarded-For', address).send({ value: 1 })
    await Promise.all(
      Array.from({ length: perNetwork }, (_, index) => from(`2001:db8::${index.toString(16)}:1`)),
    )
    expect((await from('2001:db8::ffff:9')).status).toBe(429)
    expect((await from('2001:db8:0:1::1')).status).toBe(200)
  })

  it('are not told apart by a header that no trusted proxy wrote', async () => {
    const { agent } = await startGateway()
    const from = (address: string) => agent.put(vote).set('X-Forwarded-For', address).send({ value: 1 })
    await Promise.all(Array.from({ length: perNetwork }, (_, index) => from(`10.0.0.${index}`)))
    expect((await from('10.9.9.9')).status).toBe(429)
  })

  it.each([
    ['sign-in', '/api/accounts/auth/sign-in/email'],
    ['sign-up', '/api/accounts/auth/sign-up/email'],
    ['reset', '/api/accounts/auth/request-password-reset'],
    ['comment', '/api/posts/1/comments'],
  ] as const)('lock no account that they name for other networks: %s', async (kind, path) => {
    const { agent } = await startGateway({ trustedProxies: ['127.0.0.1'] })
    const attempt = (from: string) =>
      agent.post(path).set('X-Forwarded-For', from).send({ email: 'ada@blog.example', password: 'x' })
    const { perNetwork } = limits.forms[kind]
    const first = await Promise.all(Array.from({ length: perNetwork + 1 }, () => attempt('203.0.113.1')))
    expect(first.filter(({ status }) => status === 429)).toHaveLength(1)
    expect((await attempt('198.51.100.7')).status).toBe(200)
  })

  it('of pages are known by what they intend', async () => {
    const { agent, of } = await startGateway()
    const send = () => agent.post('/posts/a').type('form').send('intent=vote&id=1&value=1')
    const answers = await Promise.all(Array.from({ length: limits.forms.comment.perNetwork + 1 }, send))
    expect(answers.every(({ status }) => status === 200)).toBe(true)
    expect(of('client').at(0)?.body).toBe('intent=vote&id=1&value=1')
  })

  it.each([
    [
      'mention',
      '/webmention',
      'source=https%3A%2F%2Fother.example%2F1&target=https%3A%2F%2Fblog.example%2Fposts%2Fa',
    ],
    ['hub', '/websub', 'hub.mode=subscribe&hub.callback=https%3A%2F%2Fother.example%2F1'],
  ] as const)(
    'of kind %s, which programs send to %s, go to notifications as they are, and are counted',
    async (kind, path, fields) => {
      const { agent, of } = await startGateway()
      const send = () => agent.post(path).type('form').send(fields)
      const answers = await Promise.all(Array.from({ length: limits.forms[kind].perNetwork + 1 }, send))
      expect(answers.filter(({ status }) => status === 429)).toHaveLength(1)
      expect(of('notifications').at(0)).toMatchObject({ req: { url: path }, body: fields })
    },
  )

  it('may be left to something in front', async () => {
    const { agent } = await startGateway({ rateLimits: false })
    const answers = await Promise.all(
      Array.from({ length: perNetwork + 5 }, () => agent.put(vote).send({ value: 1 })),
    )
    expect(answers.every(({ status }) => status === 200)).toBe(true)
  })
})

describe('a form with a value in the honeypot field', () => {
  it.each([
    ['/api/posts/1/comments', 201],
    ['/api/accounts/auth/sign-up/email', 200],
  ])('filled in is answered like any at %s, and dropped', async (path, status) => {
    const { agent, seen } = await startGateway()
    const answer = await agent.post(path).send({ content: 'buy', [honeypotField]: 'https://spam.example' })
    expect(answer.status).toBe(status)
    expect(seen).toEqual([])
  })

  it('filled in leads a page back to where it came from', async () => {
    const { agent, seen } = await startGateway()
    const answer = await agent
      .post('/posts/a?x=1')
      .type('form')
      .send(`intent=comment&content=buy&${honeypotField}=spam`)
      .redirects(0)
    expect([answer.status, answer.headers.location]).toEqual([303, '/posts/a'])
    expect(seen).toEqual([])
  })

  it('left empty is passed on without it', async () => {
    const { agent, seen } = await startGateway()
    await agent.post('/api/posts/1/comments').send({ content: 'Hé', [honeypotField]: '' })
    expect(seen.map(({ body }) => JSON.parse(body))).toEqual([{ content: 'Hé' }])
  })

  it('passes on what is no form at all as it is', async () => {
    const { agent, seen } = await startGateway()
    const bomb = `{"${honeypotField}":"","a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`
    const bodies = ['{"content":', '[1]', '"a"', '', bomb]
    for (const body of bodies)
      await agent
        .post('/api/posts/1/comments')
        .set('Content-Type', 'application/json')
        .serialize((given) => given)
        .send(body)
    expect(seen.map(({ body }) => body)).toEqual(bodies)
  })

  it.each([
    [
      'multipart/form-data; boundary=x',
      {},
      '--x\r\ncontent-disposition: form-data; name="email"\r\n\r\na\r\n--x--',
    ],
    ['text/plain', {}, 'email=a'],
    ['application/jsonp', {}, '{}'],
    ['application/json', { 'Content-Encoding': 'gzip' }, gzipSync('{"email":"a"}')],
  ] as const)('that only others could read is refused: %s, %j', async (type, headers, body) => {
    const { agent, seen } = await startGateway()
    for (const path of [
      '/sign-in',
      '/posts/one',
      '/api/posts/1/comments',
      '/api/accounts/auth/sign-in/email',
    ]) {
      const answer = await agent
        .post(path)
        .set({ 'Content-Type': type, ...headers })
        .serialize((given) => given)
        .send(body)
      expect([path, answer.status, answer.body.code]).toEqual([path, 415, 'wrong-content-type'])
    }
    expect(seen).toEqual([])
  })

  it('must be a short one', async () => {
    const { agent, seen } = await startGateway()
    const answer = await agent
      .post('/api/posts/1/comments')
      .send({ content: 'a'.repeat(limits.formBytesMax) })
    expect([answer.status, answer.body.code]).toEqual([413, 'too-large'])
    expect(seen).toEqual([])
  })
})
