import type { Role } from '@logbook/contracts/identity.ts'
import { beforeAll, describe, expect, it } from 'vitest'
import type { ServiceName } from '../run/services.ts'
import { ask, blogOf } from './blog.ts'
import { type Logbook, sharedLogbook } from './logbook.ts'

const services: readonly ServiceName[] = [
  'event-bus',
  'accounts',
  'posts',
  'comments',
  'moderation',
  'query',
  'gateway',
]
let logbook: Logbook
const lives = new Map<ServiceName, number | undefined>()
const known = { post: '', comment: '' }

beforeAll(async () => {
  logbook = await sharedLogbook()
  const blog = blogOf(logbook)
  known.post = (await blog.write('A quiet place')).id
  known.comment = await blog.commentForSure({ postId: known.post, content: 'Peace' })
  await blog.judged(known.post, 1)
  for (const name of services) lives.set(name, logbook.pid(name))
})

interface Endpoint {
  at: string
  service: ServiceName
  method: string
  path: () => string
  /** A body that is well, for its endpoint. */
  good: Record<string, unknown>
  /** The field that is then made wrong. */
  field: string
  /** The owner unless told otherwise. */
  as?: Role
}

const endpoints: Endpoint[] = [
  {
    at: 'the log',
    service: 'event-bus',
    method: 'POST',
    path: () => '/events',
    good: { type: 'Noted', data: {} },
    field: 'type',
  },
  {
    at: 'new posts',
    service: 'posts',
    method: 'POST',
    path: () => '/posts',
    good: { title: 'Hello' },
    field: 'title',
  },
  {
    at: 'edits of posts',
    service: 'posts',
    method: 'PATCH',
    path: () => `/posts/${known.post}`,
    good: { title: 'Hi' },
    field: 'title',
  },
  {
    at: 'new comments',
    service: 'comments',
    method: 'POST',
    path: () => `/posts/${known.post}/comments`,
    good: { content: 'Hello' },
    field: 'content',
  },
  {
    at: 'edits of comments',
    service: 'comments',
    method: 'PATCH',
    path: () => `/comments/${known.comment}`,
    good: { content: 'Hi' },
    field: 'content',
  },
  {
    at: 'votes',
    service: 'comments',
    method: 'PUT',
    path: () => `/comments/${known.comment}/vote`,
    good: { value: 1 },
    field: 'value',
  },
  {
    at: 'verdicts',
    service: 'moderation',
    method: 'POST',
    path: () => `/comments/${known.comment}/verdict`,
    good: { status: 'approved' },
    field: 'status',
  },
  {
    at: 'rules',
    service: 'moderation',
    method: 'PUT',
    path: () => '/rules',
    good: { rules: [] },
    field: 'rules',
  },
]

const wrongValues: [string, unknown][] = [
  ['null', null],
  ['a number', 12.5],
  ['an object', { toString: 'x' }],
  ['an empty text', ''],
  ['a text with NUL', 'a\u0000b'],
  ['half of a surrogate pair', '\ud800'],
  ['100 KB', 'o'.repeat(100_000)],
  ['a list of lists', [[[[]]]]],
]
const bytes = (text: string, ...tail: number[]) =>
  new Uint8Array([...new TextEncoder().encode(text), ...tail])

const wrongBodies: {
  what: string
  body: unknown
  type?: string
  expected: [status: number, code: string][]
}[] = [
  {
    what: 'nothing',
    body: '',
    expected: [
      [422, 'invalid'],
      [400, 'bad-json'],
    ],
  },
  { what: 'null', body: 'null', expected: [[422, 'invalid']] },
  { what: 'a number', body: '42', expected: [[422, 'invalid']] },
  { what: 'a text', body: '"orange"', expected: [[422, 'invalid']] },
  { what: 'an empty object', body: '{}', expected: [[422, 'invalid']] },
  { what: 'bad JSON', body: '{"title": "x",}', expected: [[400, 'bad-json']] },
  { what: 'JSON cut short', body: '{"title":', expected: [[400, 'bad-json']] },
  {
    what: 'deep nesting',
    body: `${'['.repeat(20_000)}${']'.repeat(20_000)}`,
    expected: [
      [422, 'invalid'],
      [400, 'bad-json'],
      [413, 'too-large'],
    ],
  },
  {
    what: 'invalid UTF-8',
    body: bytes('{"title":"', 0xff, 0xfe, 0x22, 0x7d),
    expected: [[400, 'bad-encoding']],
  },
  { what: 'text/plain', body: '{"title":"x"}', type: 'text/plain', expected: [[415, 'wrong-content-type']] },
  {
    what: 'a form',
    body: 'title=x',
    type: 'application/x-www-form-urlencoded',
    expected: [[415, 'wrong-content-type']],
  },
  {
    what: 'another charset',
    body: '{"title":"x"}',
    type: 'application/json; charset=utf-16',
    expected: [[415, 'wrong-content-type']],
  },
  { what: '__proto__', body: '{"__proto__":{"admin":true}}', expected: [[422, 'invalid']] },
  { what: 'constructor', body: '{"constructor":{"prototype":{"admin":true}}}', expected: [[422, 'invalid']] },
]

const allServicesLive = () => {
  for (const name of services)
    expect(logbook.pid(name), `${name} is still the process it was`).toBe(lives.get(name))
}
const codeOf = (text: string): unknown => {
  const body: unknown = JSON.parse(text)
  return typeof body === 'object' && body !== null && 'code' in body ? body.code : undefined
}

describe.each(endpoints)('$at', ({ service, method, path, good, field, as = 'owner' }) => {
  const send = async (body: unknown, headers: Record<string, string> = {}) => {
    const caller = service === 'event-bus' ? logbook.authorizationOf() : await logbook.directlyAs(as)
    return ask(`${logbook.url(service)}${path()}`, { method, body, headers: { ...caller, ...headers } })
  }

  it.each(wrongBodies)('refuse $what', async ({ body, type = 'application/json', expected }) => {
    const answer = await send(body, { 'Content-Type': type })
    expect(expected).toContainEqual([answer.status, codeOf(answer.text)])
    expect(answer.headers.get('Content-Type')).toMatch(/^application\/problem\+json/)
    allServicesLive()
  })

  it.each(wrongValues)(`refuse %s as ${field}, naming it`, async (_what, value) => {
    const answer = await send({ ...good, [field]: value })
    expect([
      [422, 'invalid'],
      [413, 'too-large'],
    ]).toContainEqual([answer.status, codeOf(answer.text)])
    if (answer.status === 422) {
      const { errors } = answer.json() as { errors: { path: string }[] }
      expect(errors.length).toBeGreaterThan(0)
      for (const { path } of errors) expect(path.split('.')[0]).toBe(field)
    }
    allServicesLive()
  })

  it('refuse what is larger than they take', async () => {
    const answer = await send({ ...good, [field]: 'o'.repeat(17 * 1024 * 1024) }).catch(
      (error: unknown) => error,
    )
    // A server may close the connection on a client that goes on sending.
    if (!(answer instanceof Error)) expect(answer).toMatchObject({ status: 413 })
    allServicesLive()
  })
})

describe('everywhere', () => {
  it.each(services)(
    '%s answers an address that is none, and a method that is none, with a problem',
    async (name) => {
      for (const [path, method] of [
        ['/nothing/here', 'GET'],
        ['/api/nothing', 'GET'],
        ['/posts/__proto__/nothing', 'POST'],
        ['/%00', 'DELETE'],
      ] as const) {
        const headers = name === 'event-bus' ? logbook.authorizationOf() : {}
        const answer = await ask(`${logbook.url(name)}${path}`, { method, headers })
        expect([400, 404, 405, 503], `${method} ${path}`).toContain(answer.status)
        expect(answer.text).not.toMatch(/node_modules|at \w+ \(/)
      }
      allServicesLive()
    },
  )

  it('the log tells nothing, and takes nothing, without its token', async () => {
    const { position } = (await ask<{ position: number }>(`${logbook.url('event-bus')}/health`)).json()
    for (const [path, method] of [
      ['/events', 'GET'],
      ['/events', 'POST'],
      ['/subscriptions', 'GET'],
      ['/nothing/here', 'GET'],
    ] as const)
      for (const headers of [{}, { Authorization: 'Bearer what-somebody-guessed' }]) {
        const status = path === '/nothing/here' ? 404 : 401
        const body = method === 'POST' ? { type: 'Forged' } : undefined
        const answer = await ask(`${logbook.url('event-bus')}${path}`, { method, headers, body })
        expect(answer.status, `${method} ${path}`).toBe(status)
      }
    const after = (await ask<{ position: number }>(`${logbook.url('event-bus')}/health`)).json()
    expect(after.position).toBe(position)
    for (const name of services) expect(logbook.output(name)).not.toContain(logbook.tokenOf())
    allServicesLive()
  })

  it('ids that are none are simply not there', async () => {
    for (const id of ['__proto__', 'constructor', '0', 'null', '%2e%2e', `${'9'.repeat(3000)}`, '%E0%A4%A'])
      for (const path of [`/posts/${id}`, `/posts/${id}/comments`, `/comments/${id}`])
        for (const name of ['posts', 'comments', 'query'] as const) {
          const answer = await ask(`${logbook.url(name)}${path}`, {
            headers: await logbook.directlyAs('owner'),
          })
          expect([400, 404], `${name} ${path.slice(0, 40)}`).toContain(answer.status)
        }
    allServicesLive()
  })

  it('the blog still works after all of it', async () => {
    const blog = blogOf(logbook)
    const { id: postId } = await blog.write('Still here')
    await blog.commentForSure({ postId, content: 'Yes' })
    expect((await blog.judged(postId, 1)).map(({ status }) => status)).toEqual(['approved'])
  })
})
