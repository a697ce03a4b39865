import { honeypotField } from '@logbook/contracts/http/honeypot.ts'
import { describe, expect, it } from 'vitest'
import { startGateway } from './running.ts'

describe('an address that is not canonical', () => {
  it.each([
    ['/posts/one/', '/posts/one'],
    ['//posts//one', '/posts/one'],
    ['/p%6Fsts/one?a=1', '/posts/one?a=1'],
    ['/posts/%e9%b7%ba', '/posts/%E9%B7%BA'],
    ['/posts/one/_.data', '/posts/one.data'],
    ['/api/posts/', '/api/posts'],
    ['/health/live/', '/health/live'],
    ['//other.example/posts', '/other.example/posts'],
  ])('%s is answered 308 to a read, and to a command with a refusal', async (path, location) => {
    const { agent, seen } = await startGateway()
    const read = await agent.get(path).set('Cookie', 'guest=x').redirects(0)
    expect([read.status, read.headers.location]).toEqual([308, location])
    expect((await agent.get(path).redirects(0)).status).toBe(308)
    const command = await agent.post(path).type('form').send('content=a')
    expect([command.status, command.body.code]).toEqual([400, 'bad-encoding'])
    expect(seen).toEqual([])
  })

  it('another spelling of a path allows no more forms than the canonical one', async () => {
    const { agent, of } = await startGateway()
    const send = (path: string) => agent.post(path).type('form').send('intent=comment&content=a')
    for (const path of ['/posts/one/', '/posts//one', '/posts/one/_.data', '/posts/%6Fne', '/Posts/one/'])
      expect((await send(path)).status, path).toBe(400)
    for (const method of ['put', 'patch', 'delete'] as const)
      expect((await agent[method]('/posts/one').type('form').send('intent=comment&content=a')).status).toBe(
        405,
      )
    expect(of('client')).toEqual([])
  })
})

describe('a field that is there twice', () => {
  it('a field that is sent twice in a form is refused by its name', async () => {
    const { agent, seen } = await startGateway()
    for (const body of [
      `content=a&${honeypotField}=x&${honeypotField}=`,
      `${honeypotField}=&%63ompanySite=x`,
    ]) {
      const answer = await agent.post('/posts/one').type('form').send(body)
      expect([answer.status, answer.body.errors?.[0]?.path]).toEqual([422, honeypotField])
    }
    const marked = `\ufeff${honeypotField}=x&content=a`
    expect((await agent.post('/posts/one').type('form').send(marked).redirects(0)).status).toBe(303)
    expect(seen).toEqual([])
  })

  it('is refused by its name in a query', async () => {
    const { agent, seen } = await startGateway()
    for (const path of ['/api/posts?limit=1&limit=2', '/search?limit=1&limi%74=2']) {
      const answer = await agent.get(path)
      expect([answer.status, answer.body.errors?.[0]?.path]).toEqual([422, 'limit'])
    }
    expect(seen).toEqual([])
  })
})

describe('what is wrong', () => {
  it.each([
    ['/tags/CI%2FCD', 400],
    ['/posts/%zz', 400],
    ['/api/nothing', 404],
    ['/search?q=a&q=b', 422],
    ['/api/tags', 503],
  ])('with %s is a page to a person, and a problem to a program', async (path, status) => {
    const { agent } = await startGateway({ handlers: { query: (_req, res) => res.destroy() } })
    const page = await agent.get(path).set('Accept', 'text/html,application/xhtml+xml')
    expect([page.status, page.headers['content-type']]).toEqual([status, 'text/html; charset=utf-8'])
    expect(page.text).toContain('<h1>')
    const problem = await agent.get(path).set('Accept', '*/*')
    expect([problem.status, problem.headers['content-type']]).toEqual([
      status,
      expect.stringContaining('application/problem+json'),
    ])
  })

  it('is said without a word of the address that a browser would run', async () => {
    const { agent } = await startGateway()
    const { text } = await agent.get('/api/<script>alert(1)</script>x').set('Accept', 'text/html')
    expect(text).not.toContain('<script')
  })
})
