import type { RequestListener } from 'node:http'
import { describeEndpoints } from '@logbook/chassis/described/service.ts'
import { heldAgainst } from '@logbook/chassis/testing/described.ts'
import { endpoints, json } from '@logbook/contracts/http/endpoint.ts'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { publicPathOf } from '../src/routes.ts'
import { startGateway } from './running.ts'

const thing = (name: string) => z.object({ [name]: z.string() }).meta({ id: 'Thing' })
const documentOf = (service: string) => {
  const answer = thing(service)
  return describeEndpoints(
    endpoints(service, {
      description: service,
      rows: {
        'GET /posts/:id': {
          id: `${service}-read`,
          summary: 'One',
          access: ['anyone'],
          answers: { '200': json(answer, 'It.', { [service]: 'x' }) },
        },
        'GET /inward': {
          id: `${service}-inward`,
          summary: 'Inward',
          access: ['operator'],
          answers: { '200': json(answer, '') },
        },
      },
    }),
  )
}
const describing =
  (service: string): RequestListener =>
  (_req, res) =>
    res.setHeader('Content-Type', 'application/json').end(JSON.stringify(documentOf(service)))

describe('the description of the API', () => {
  it('has of each service what the gateway passes on, where it does, and keeps their names apart', async () => {
    const { agent } = await startGateway({
      handlers: { posts: describing('posts'), query: describing('query') },
    })
    const { body } = await agent.get('/api/openapi.json').expect(200)
    expect(Object.keys(body.paths).sort()).toEqual(['/api/author/posts/{id}', '/api/posts/{id}'])
    expect(Object.keys(body.components.schemas)).toEqual(
      expect.arrayContaining(['posts.Thing', 'query.Thing', 'query.Problem']),
    )
    expect(await heldAgainst(body).faults()).toEqual([])
  })

  it('describes an address once, whatever each service calls its parts, with what the gateway answers by itself', async () => {
    const calling =
      (service: string, row: 'GET /posts/:idOrSlug' | 'PATCH /posts/:id'): RequestListener =>
      (_req, res) => {
        const answers = { '200': json(thing(service), 'It.') }
        const rows = { [row]: { id: service, summary: 'One', access: ['anyone'], answers } as const }
        const document = describeEndpoints(endpoints(service, { description: service, rows }))
        res.setHeader('Content-Type', 'application/json').end(JSON.stringify(document))
      }
    const { agent } = await startGateway({
      handlers: {
        posts: calling('posts', 'PATCH /posts/:id'),
        query: calling('query', 'GET /posts/:idOrSlug'),
      },
    })
    const { body } = await agent.get('/api/openapi.json').expect(200)
    const [[path = '', methods = {}] = [], ...others] = Object.entries<
      Record<string, { parameters: { name: string }[]; responses: object }>
    >(body.paths)
    expect(others).toEqual([])
    expect(Object.keys(methods).sort()).toEqual(['get', 'patch'])
    for (const { parameters, responses } of Object.values(methods)) {
      expect(path).toContain(`{${parameters[0]?.name}}`)
      for (const status of ['400', '404', '429', '503']) expect(responses).toHaveProperty(status)
    }
    expect(await heldAgainst(body).faults()).toEqual([])
  })

  it('names the services that talk nonsense, and has the others', async () => {
    const { agent } = await startGateway({ handlers: { query: describing('query') } })
    const { body } = await agent.get('/api/openapi.json').expect(200)
    expect(Object.keys(body.paths)).toEqual(['/api/posts/{id}'])
    expect(body.info.description).toContain('posts, comments, moderation, accounts, notifications, media')
  })

  it('is shown by a page that runs nothing from elsewhere, and nothing inline', async () => {
    const { agent } = await startGateway()
    const page = await agent.get('/docs').expect(200)
    expect(page.headers['content-security-policy']).toContain("script-src 'self';")
    expect(page.headers['cross-origin-opener-policy']).toBe('same-origin')
    expect(page.text).not.toMatch(/<script>|style=|https?:/)
    for (const [, file = ''] of page.text.matchAll(/(?:src|href)="(\/docs\/[^"]+)"/g))
      await agent.get(file).expect(200)
    for (const file of ['package.json', '..%2fpackage.json', 'index.html'])
      expect((await agent.get(`/docs/${file}`)).text).not.toContain('swagger-ui-dist')
  })
})

describe('the public address of an endpoint', () => {
  it.each([
    ['query', 'GET', '/posts/{idOrSlug}', '/api/posts/{idOrSlug}'],
    ['posts', 'GET', '/posts/{id}', '/api/author/posts/{id}'],
    ['posts', 'POST', '/imports', '/api/posts/imports'],
    ['posts', 'POST', '/imports/addresses', '/api/posts/imports/addresses'],
    ['comments', 'POST', '/imports', '/api/comments/imports'],
    ['accounts', 'POST', '/auth/sign-in/email', '/api/accounts/auth/sign-in/email'],
    ['accounts', 'POST', '/exchange', undefined],
    ['query', 'GET', '/feed.xml', '/feed.xml'],
  ] as const)('of %s, %s %s, is %s', (to, method, path, address) => {
    expect(publicPathOf({ to, method, path })).toBe(address)
  })
})
