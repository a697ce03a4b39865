import { gzipSync } from 'node:zlib'
import express from 'express'
import supertest from 'supertest'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { createHttpApp } from '../../src/http/app.ts'
import { jsonBody } from '../../src/http/body.ts'
import { validate } from '../../src/http/validate.ts'
import { silentLogger } from '../../src/logger.ts'
import { Problem } from '../../src/problem.ts'

const thing = z.strictObject({ name: z.string(), size: z.number().optional() })

const boot = (health = { ready: true }) => {
  const router = express.Router()
  router.post(
    '/things',
    ...jsonBody({ bytesMax: 1_000 }),
    (req, res) => void res.status(201).json(validate(thing, req.body)),
  )
  router.get('/things/:id', (req, res) => void res.json(req.params))
  router.get('/broken', () => {
    throw new Error('the secret is 42')
  })
  router.get('/broken-later', async () => {
    await Promise.resolve()
    throw new Error('the secret is 42')
  })
  router.get('/busy', () => {
    throw new Problem('too-many', { retryAfter: 1.2 })
  })
  return supertest(
    createHttpApp({
      name: 'things',
      logger: silentLogger,
      router,
      health: () => health,
      origins: ['https://blog.example'],
    }),
  )
}

const post = (body: string | Buffer, type = 'application/json') =>
  boot()
    .post('/things')
    .set('Content-Type', type)
    .serialize((given) => given)
    .send(body)

describe('a service over HTTP', () => {
  it('takes what is well formed', async () => {
    expect((await post('{"name":"a"}')).body).toEqual({ name: 'a' })
  })

  it('takes brackets in text for text', async () => {
    const name = `\\"${'['.repeat(200)}`
    expect((await post(JSON.stringify({ name }))).body).toEqual({ name })
  })

  const refusals: [string, string | Buffer, string, number, string][] = [
    ['bad JSON', '{"name":', 'application/json', 400, 'bad-json'],
    ['an empty text', ' ', 'application/json', 400, 'bad-json'],
    ['a bomb of arrays', '['.repeat(900), 'application/json', 400, 'bad-json'],
    ['a bomb of objects', '{"a":'.repeat(150), 'application/json', 400, 'bad-json'],
    ['65 levels', `${'['.repeat(65)}${']'.repeat(65)}`, 'application/json', 400, 'bad-json'],
    [
      '64 levels, which are none of its things',
      `${'['.repeat(64)}${']'.repeat(64)}`,
      'application/json',
      422,
      'invalid',
    ],
    ['bytes that are not UTF-8', Buffer.from([0x22, 0xff, 0x22]), 'application/json', 400, 'bad-encoding'],
    ['another content type', 'name=a', 'application/x-www-form-urlencoded', 415, 'wrong-content-type'],
    ['another charset', '{"name":"a"}', 'application/json; charset=utf-16', 415, 'wrong-content-type'],
    ['too many bytes', `{"name":"${'a'.repeat(1_000)}"}`, 'application/json', 413, 'too-large'],
    ['a body that is null', 'null', 'application/json', 422, 'invalid'],
    ['a body that is a number', '7', 'application/json', 422, 'invalid'],
    ['a missing field', '{}', 'application/json', 422, 'invalid'],
    ['a field of another type', '{"name":{}}', 'application/json', 422, 'invalid'],
    ['an unknown field', '{"name":"a","role":"owner"}', 'application/json', 422, 'invalid'],
    ['__proto__ as a field', '{"name":"a","__proto__":{"size":1}}', 'application/json', 422, 'invalid'],
  ]
  it.each(refusals)('refuses %s', async (_what, body, type, status, code) => {
    const answer = await post(body, type)
    expect(answer.status).toBe(status)
    expect(answer.type).toBe('application/problem+json')
    expect(answer.body).toMatchObject({ status, code, type: `urn:logbook:problem:${code}` })
  })

  it('unpacks no more of a body than it takes', async () => {
    const packed = (text: string) =>
      boot()
        .post('/things')
        .set({ 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' })
        .serialize((given) => given)
        .send(gzipSync(text))
    expect((await packed('{"name":"a"}')).body).toEqual({ name: 'a' })
    expect((await packed(`{"name":"${'a'.repeat(5_000_000)}"}`)).body.code).toBe('too-large')
  })

  it('names every wrong field', async () => {
    const { body } = await post('{"size":"big","colour":1}')
    expect(body.errors.map(({ path }: { path: string }) => path).sort()).toEqual(['colour', 'name', 'size'])
  })

  it('refuses a missing body as an invalid one', async () => {
    expect((await boot().post('/things')).body.code).toBe('invalid')
  })

  it.each(['/broken', '/broken-later'])('says nothing of an unknown error at %s', async (path) => {
    const answer = await boot().get(path)
    expect(answer.status).toBe(500)
    expect(answer.text).not.toContain('secret')
    expect(answer.body.code).toBe('internal')
  })

  it('says in whole seconds when to come back', async () => {
    expect((await boot().get('/busy')).headers['retry-after']).toBe('2')
  })

  it('answers what is not there, and what is badly encoded, with problems', async () => {
    expect((await boot().get('/nothing')).body.code).toBe('not-found')
    expect((await boot().get('/things/%E0%A4%A')).body.code).toBe('bad-encoding')
  })

  it('keeps a request id that makes sense, and makes one otherwise', async () => {
    expect((await boot().get('/things/1').set('X-Request-Id', 'abc-1')).headers['x-request-id']).toBe('abc-1')
    const made = (await boot().get('/things/1').set('X-Request-Id', 'a b"c')).headers['x-request-id']
    expect(made).toMatch(/^[0-9a-f-]{36}$/)
  })

  it('answers CORS for the configured origins alone', async () => {
    const allowed = await boot().get('/things/1').set('Origin', 'https://blog.example')
    const other = await boot().get('/things/1').set('Origin', 'https://evil.example')
    expect(allowed.headers['access-control-allow-origin']).toBe('https://blog.example')
    expect(other.headers['access-control-allow-origin']).toBeUndefined()
  })

  it('sends strict headers and does not say what it runs on', async () => {
    const { headers } = await boot().get('/things/1')
    expect(headers['content-security-policy']).toContain("default-src 'none'")
    expect(headers['x-content-type-options']).toBe('nosniff')
    expect(headers['x-powered-by']).toBeUndefined()
  })

  it('is alive before it is ready', async () => {
    const waiting = boot({ ready: false })
    expect((await waiting.get('/health')).status).toBe(200)
    expect((await waiting.get('/health/live')).body).toEqual({ status: 'ok', service: 'things' })
    expect((await waiting.get('/health/ready')).status).toBe(503)
    expect((await boot().get('/health/ready')).body).toMatchObject({ status: 'ok', service: 'things' })
  })
})
