import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it } from 'vitest'
import { startGateway } from './running.ts'

describe('a service that goes away under a request', () => {
  it('is asked once more for a read, and only once', async () => {
    let asked = 0
    const { agent } = await startGateway({
      handlers: {
        query: (_req, res) => {
          asked++
          if (asked === 1) res.destroy()
          else res.end('here')
        },
        moderation: (_req, res) => {
          asked++
          res.destroy()
        },
      },
    })
    expect((await agent.get('/api/posts')).text).toBe('here')
    expect(asked).toBe(2)
    const answer = await agent.get('/api/moderation/queue')
    expect([answer.status, answer.body.service]).toEqual([503, 'moderation'])
    expect(asked).toBe(4)
  })

  it('a command is sent once, since a failed one may have been done', async () => {
    let asked = 0
    const { agent } = await startGateway({
      handlers: {
        posts: (_req, res) => {
          asked++
          res.destroy()
        },
      },
    })
    const answer = await agent.post('/api/posts').send({ title: 'a' })
    expect([answer.status, answer.body.code, asked]).toEqual([503, 'unavailable', 1])
  })

  it('is reached again as soon as it is back', async () => {
    const server = createServer((_req, res) => res.end('back'))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const { agent } = await startGateway({
      upstreams: {
        ...{ client: 'http://127.0.0.1:9', posts: 'http://127.0.0.1:9', comments: 'http://127.0.0.1:9' },
        ...{
          moderation: 'http://127.0.0.1:9',
          accounts: 'http://127.0.0.1:9',
          notifications: 'http://127.0.0.1:9',
          media: 'http://127.0.0.1:9',
        },
        query: `http://127.0.0.1:${port}`,
      },
    })
    expect((await agent.get('/api/posts')).text).toBe('back')
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
    expect((await agent.get('/api/posts')).status).toBe(503)
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    expect((await agent.get('/api/posts')).text).toBe('back')
    server.closeAllConnections()
    server.close()
  })
})

describe('many who read one page', () => {
  it('share requests, and no one is answered from before they asked', async () => {
    let answered = 0
    const open: (() => void)[] = []
    const { agent, of } = await startGateway({
      handlers: {
        query: (_req, res) => {
          open.push(() => {
            const body = `answer ${++answered}`
            res
              .writeHead(200, { 'Content-Length': body.length, Link: '</posts?cursor=a>; rel="next"' })
              .end(body)
          })
        },
      },
    })
    const until = async (count: number) => {
      while (open.length < count) await new Promise((resolve) => setImmediate(resolve))
    }
    const first = agent.get('/api/posts').then((answer) => answer)
    await until(1)
    const others = Array.from({ length: 5 }, () => agent.get('/api/posts').then((answer) => answer))
    const signedIn = agent
      .get('/api/posts')
      .set('Min-Position', '3')
      .then((answer) => answer)
    await until(2)
    open[1]?.()
    expect((await signedIn).text).toBe('answer 1')
    open[0]?.()
    expect((await first).text).toBe('answer 2')
    await until(3)
    open[2]?.()
    for (const answer of await Promise.all(others)) {
      expect(answer.headers.link).toBe('</api/posts?cursor=a>; rel="next"')
      expect(['answer 3']).toContain(answer.text)
    }
    expect(of('query')).toHaveLength(3)
    const ids = await Promise.all(others).then((all) => all.map(({ headers }) => headers['x-request-id']))
    expect(new Set(ids).size).toBe(5)
  })

  it('each get the whole of one that has no length', async () => {
    const { agent } = await startGateway({
      handlers: {
        query: (_req, res) => {
          res.write('half, ')
          setImmediate(() => res.end('whole'))
        },
      },
    })
    const answers = await Promise.all(Array.from({ length: 10 }, () => agent.get('/api/tags')))
    expect(answers.map(({ text }) => text)).toEqual(Array.from({ length: 10 }, () => 'half, whole'))
  })

  it('are each told when the service is away', async () => {
    const { agent } = await startGateway({ handlers: { query: (_req, res) => res.destroy() } })
    const answers = await Promise.all(Array.from({ length: 10 }, () => agent.get('/api/tags')))
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 503))
  })
})
