import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { anyone, moderators, people } from '@logbook/contracts/http/access.ts'
import { commandHeaders, endpoints, grantsOf, json } from '@logbook/contracts/http/endpoint.ts'
import supertest from 'supertest'
import { describe, expect, it, onTestFinished } from 'vitest'
import { z } from 'zod'
import { createHttpApp } from '../../src/http/app.ts'
import { type Handlers, PrintedText, serve } from '../../src/http/serve.ts'
import { silentLogger } from '../../src/logger.ts'
import { Problem } from '../../src/problem.ts'
import { callers, testAccess } from '../../src/testing/access.ts'

const id = '01920000-0000-7000-8000-0000000000ff'
const thing = z.object({ id: z.string(), size: z.number() })
const declared = endpoints('things', {
  description: 'Things.',
  rows: {
    'GET /things': {
      id: 'listThings',
      summary: 'Things',
      access: anyone,
      query: z.object({ size: z.coerce.number().int().max(9).default(1) }),
      answers: { '200': json(z.array(thing), 'Things.') },
    },
    'GET /things/:id': {
      id: 'readThing',
      summary: 'One thing',
      access: anyone,
      answers: { '200': json(thing, 'A thing.') },
    },
    'PUT /things/:id': {
      id: 'writeThing',
      summary: 'Write a thing',
      access: people,
      headers: commandHeaders,
      body: z.strictObject({ size: z.number() }),
      bodyBytesMax: 100,
      answers: { '201': json(thing, 'Written.') },
    },
    'DELETE /things/:id': {
      id: 'removeThing',
      summary: 'Remove a thing',
      access: moderators,
      answers: { '204': { description: 'Removed.' } },
    },
    'GET /shelves/:number/stream': {
      id: 'streamShelf',
      summary: 'A shelf',
      access: people,
      params: { number: z.string().regex(/^\d$/) },
      answers: { '200': { description: 'Text.' } },
    },
    'GET /old/:id': {
      id: 'readOld',
      summary: 'Where a thing is now',
      access: anyone,
      answers: { '303': { description: 'The thing.' } },
    },
    'GET /shelves/:number/page': {
      id: 'showShelf',
      summary: 'A shelf as HTML',
      access: anyone,
      params: { number: z.string().regex(/^\d$/) },
      answers: { '200': { description: 'HTML.' } },
    },
    'GET /shelves/:number': {
      id: 'readShelf',
      summary: 'A shelf',
      access: anyone,
      params: { number: z.string().regex(/^\d$/).transform(Number) },
      answers: { '200': json(z.object({ number: z.number() }), 'A shelf.') },
    },
  },
})

const order: string[] = []
const handlers: Handlers<typeof declared.rows> = {
  'GET /things': ({ query }) => ({
    body: new PrintedText(`[{"id":"a","size":${query.size}}]`),
    next: { size: '2' },
  }),
  'GET /things/:id': ({ params, command }) => ({
    body: { id: params.id, size: command === undefined ? 0 : 1 },
  }),
  'PUT /things/:id': {
    before: (_req, _res, next) => {
      order.push('before')
      next()
    },
    limits: (req, res, next) => {
      order.push('limits')
      res.locals.size = req.body?.size
      next()
    },
    handle: ({ params, body, command, locals }) => {
      order.push(`handle ${locals.size}`)
      return {
        body: { id: params.id, size: body.size },
        version: 3,
        position: 7,
        location: `/things/${params.id}`,
        headers: {
          'X-Key': command.idempotency ? 'key' : 'none',
          'X-If-Match': command.mustExist ? 'any' : String(command.ifMatch),
        },
      }
    },
  },
  'DELETE /things/:id': () => ({}),
  'GET /old/:id': ({ params, header }) => ({
    location: `/things/${params.id}`,
    headers: { 'Set-Cookie': ['a=1', `b=${header('user-agent')}`] },
  }),
  'GET /shelves/:number/page': () => ({ body: new PrintedText('<p>A shelf</p>', 'html') }),
  'GET /shelves/:number/stream': { raw: (_req, res) => void res.type('text').send('raw') },
  'GET /shelves/:number': ({ params }) => ({ body: { number: params.number } }),
}

const access = await testAccess()
const app = createHttpApp({
  name: 'things',
  logger: silentLogger,
  origins: [],
  health: () => ({ ready: true }),
  api: serve(declared, { verify: access.verify }, handlers),
})
const ask = supertest(app)
const as = async (caller: keyof typeof callers) => (await access.header(callers[caller])) ?? ''

describe('endpoints that are declared once', () => {
  it('gives a handler the parsed query, and its answer the link to the next page', async () => {
    const { body, headers } = await ask.get('/things?size=4').expect(200)
    expect(body).toEqual([{ id: 'a', size: 4 }])
    expect(headers.link).toBe('</things?size=2>; rel="next"')
    expect(headers['content-type']).toContain('application/json')
    expect((await ask.get('/things?size=10').expect(422)).body.errors[0].path).toBe('size')
  })

  it('answers not-found for a parameter that is no UUID, or that its schema refuses', async () => {
    await ask.get(`/things/${id}`).expect(200, { id, size: 0 })
    expect((await ask.get('/things/nothing').expect(404)).body.code).toBe('not-found')
    await ask.get('/shelves/4').expect(200, { number: 4 })
    expect((await ask.get('/shelves/x').expect(404)).body.code).toBe('not-found')
  })

  it('checks who calls ahead of rate limit, body and handler, in this order', async () => {
    order.length = 0
    await ask.put(`/things/${id}`).send({ size: 'wrong' }).expect(401)
    expect(order).toEqual([])
    const reader = { Authorization: await as('reader') }
    await ask.put(`/things/${id}`).set(reader).send({ size: 'wrong' }).expect(422)
    await ask
      .put(`/things/${id}`)
      .set(reader)
      .send({ size: 1, more: 'x'.repeat(200) })
      .expect(413)
    expect(order).toEqual(['before', 'limits', 'before'])
    order.length = 0
    await ask.put(`/things/${id}`).set(reader).send({ size: 1 }).expect(201)
    expect(order).toEqual(['before', 'limits', 'handle 1'])
  })

  it('answers with the only status that is declared, with cookies, and with a text of another type', async () => {
    const { headers } = await ask.get(`/old/${id}`).set('User-Agent', 'test').expect(303)
    expect(headers.location).toBe(`/things/${id}`)
    expect(headers['set-cookie']).toEqual(['a=1', 'b=test'])
    const page = await ask.get('/shelves/1/page').expect(200, '<p>A shelf</p>')
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8')
  })

  it('sends version, position and location, and reads the headers that the endpoint declares', async () => {
    const { headers, body } = await ask
      .put(`/things/${id}`)
      .set({ Authorization: await as('reader'), 'Idempotency-Key': 'once', 'If-Match': '"2"' })
      .send({ size: 5 })
      .expect(201)
    expect(body).toEqual({ id, size: 5 })
    expect(headers).toMatchObject({ etag: '"3"', position: '7', location: `/things/${id}` })
    expect(headers).toMatchObject({ 'x-key': 'key', 'x-if-match': '2' })
    const any = { Authorization: await as('reader'), 'If-Match': '*' }
    const other = await ask.put(`/things/${id}`).set(any).send({ size: 5 }).expect(201)
    expect(other.headers).toMatchObject({ 'x-key': 'none', 'x-if-match': 'any' })
  })

  it('tells a handler that waits that its caller has disconnected', async () => {
    const { promise: begun, resolve: begin } = Promise.withResolvers<AbortSignal>()
    const waiting: typeof handlers = {
      ...handlers,
      async 'GET /things'({ left }) {
        begin(left)
        await once(left, 'abort')
        return { body: [] }
      },
    }
    const service = createServer(
      createHttpApp({
        ...{ name: 'things', logger: silentLogger, origins: [], health: () => ({ ready: true }) },
        api: serve(declared, { verify: access.verify }, waiting),
      }),
    )
    await once(service.listen(0, '127.0.0.1'), 'listening')
    onTestFinished(() => void service.close())
    const leave = new AbortController()
    const { port } = service.address() as AddressInfo
    const asked = fetch(`http://127.0.0.1:${port}/things`, { signal: leave.signal })
    const left = await begun
    expect(left.aborted).toBe(false)
    const ended = once(left, 'abort')
    leave.abort()
    await expect(asked).rejects.toThrow()
    await ended
  })

  it('sends the headers of the service with every answer behind the access check, refusals included', async () => {
    const marked = supertest(
      createHttpApp({
        ...{ name: 'things', logger: silentLogger, origins: [], health: () => ({ ready: true }) },
        api: serve(declared, { verify: access.verify, headers: { 'X-Shelf': '4' } }, handlers),
      }),
    )
    const reader = { Authorization: await as('reader') }
    const answers = [
      await marked.get('/things').expect(200),
      await marked.get('/things?size=10').expect(422),
      await marked.post('/things').expect(405),
      await marked.put(`/things/${id}`).set(reader).send({}).expect(422),
    ]
    expect(answers.map(({ headers }) => headers['x-shelf'])).toEqual(Array(4).fill('4'))
    const strangers = [await marked.put(`/things/${id}`).expect(401), await marked.get('/health').expect(200)]
    expect(strangers.map(({ headers }) => headers['x-shelf'])).toEqual([undefined, undefined])
  })

  it('keeps its description to the callers that it declares, where it does', async () => {
    const answers = { '200': json(z.looseObject({}), 'This.') }
    const guarded = endpoints('secrets', {
      description: 'Secrets.',
      rows: { 'GET /openapi.json': { id: 'describe', summary: 'This', access: people, answers } },
    })
    const secrets = supertest(
      createHttpApp({
        ...{ name: 'secrets', logger: silentLogger, origins: [], health: () => ({ ready: true }) },
        api: serve(guarded, { verify: access.verify }, {}),
      }),
    )
    await secrets.get('/openapi.json').expect(401)
    const { body } = await secrets.get('/openapi.json').set('Authorization', await as('reader'))
    expect(body.paths['/openapi.json'].get).toMatchObject({ operationId: 'describe', summary: 'This' })
  })

  it('answers without a body where the endpoint declares none', async () => {
    const { text } = await ask
      .delete(`/things/${id}`)
      .set('Authorization', await as('owner'))
      .expect(204)
    expect(text).toBe('')
  })

  it('answers 405 with the methods of a path, to callers that may use one of them', async () => {
    const { headers, body } = await ask.post('/things').expect(405)
    expect(body).toMatchObject({ code: 'method-not-allowed', allow: ['GET', 'HEAD'] })
    expect(headers['www-authenticate']).toBeUndefined()
    await ask.post('/shelves/1/stream').expect(401)
    expect((await ask.post('/elsewhere').expect(404)).body.code).toBe('not-found')
  })

  it('hands streams on as they are', async () => {
    await ask.get('/shelves/1/stream').expect(401)
    const { text } = await ask
      .get('/shelves/1/stream')
      .set('Authorization', await as('reader'))
      .expect(200)
    expect(text).toBe('raw')
  })

  it('has metrics for the operator, and its own description for everyone', async () => {
    await ask.get('/metrics').expect(401)
    await ask
      .get('/metrics')
      .set('Authorization', await as('operator'))
      .expect(200)
    const { body } = await ask.get('/openapi.json').expect(200)
    expect(Object.keys(body.paths)).toContain('/things/{id}')
    expect(grantsOf(declared)['GET /metrics']).toContain('operator')
  })

  it('refuses to start where an endpoint has no handler, or none of the parts that it declares', () => {
    const broken = { ...handlers, 'GET /things': undefined } as unknown as typeof handlers
    const make = (given: typeof handlers) => () =>
      createHttpApp({
        ...{ name: 'things', logger: silentLogger, origins: [], health: () => ({ ready: true }) },
        api: serve(declared, { verify: access.verify }, given),
      })
    expect(make(broken)).toThrow('GET /things has no handler')
    expect(make(handlers)).not.toThrow()
  })

  it('answers a problem that a handler throws', async () => {
    const failing: typeof handlers = {
      ...handlers,
      'GET /things/:id': () => {
        throw new Problem('gone', { detail: 'It was removed.' })
      },
    }
    const other = createHttpApp({
      ...{ name: 'things', logger: silentLogger, origins: [], health: () => ({ ready: true }) },
      api: serve(declared, { verify: access.verify }, failing),
    })
    expect((await supertest(other).get(`/things/${id}`).expect(410)).body.detail).toBe('It was removed.')
  })
})
