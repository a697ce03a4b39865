import { type Endpoint, endpoints, type Grant, json } from '@logbook/contracts/http/endpoint.ts'
import { type Caller, roles } from '@logbook/contracts/identity.ts'
import supertest from 'supertest'
import { beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { Verify } from '../../src/access/verify.ts'
import { createHttpApp } from '../../src/http/app.ts'
import { serve } from '../../src/http/serve.ts'
import { silentLogger } from '../../src/logger.ts'
import { Problem } from '../../src/problem.ts'
import { callers, type Flaw, person, type TestAccess, testAccess } from '../../src/testing/access.ts'

let access: TestAccess
beforeAll(async () => {
  access = await testAccess({ services: ['gateway', 'printer'] })
})

const answers = { '200': json(z.looseObject({ kind: z.string() }), 'Who called.') }
const row = (id: string, access: readonly Grant[]) =>
  ({ id, summary: id, access, answers }) satisfies Endpoint
const params = { id: z.string() }

const declared = endpoints('things', {
  description: 'Things.',
  rows: {
    'GET /things': row('list', ['anyone']),
    'POST /things': row('write', ['author', 'owner']),
    'PUT /things/:id/vote': { ...row('vote', ['guest', 'reader']), params },
    'GET /things/latest': row('latest', ['owner']),
    'GET /things/:id': { ...row('read', ['anyone']), params },
    'POST /imports': row('import', ['owner', 'operator']),
    'POST /exchange': row('exchange', ['service:gateway']),
    'POST /keys': row('keys', ['service:*']),
  },
})

const boot = ({ verify = access.verify }: { verify?: Verify | null } = {}) => {
  const whoIsIt = (_input: unknown, caller: Caller) => ({ body: { ...caller } })
  const api = serve(
    declared,
    { verify },
    {
      'GET /things': whoIsIt,
      'POST /things': whoIsIt,
      'PUT /things/:id/vote': whoIsIt,
      'GET /things/latest': whoIsIt,
      'GET /things/:id': whoIsIt,
      'POST /imports': whoIsIt,
      'POST /exchange': whoIsIt,
      'POST /keys': whoIsIt,
    },
  )
  const health = () => ({ ready: true })
  return supertest(createHttpApp({ name: 'things', logger: silentLogger, api, health, origins: [] }))
}

const call = async (row: string, caller: Caller, flaw?: Flaw) => {
  const [method = '', path = ''] = row.split(' ')
  const authorization = await access.header(caller, flaw)
  const request = boot()[method.toLowerCase() as 'get'](path)
  return authorization === undefined ? request : request.set('Authorization', authorization)
}

const everyone: readonly Caller[] = [
  ...Object.values(callers),
  { kind: 'service', name: 'gateway' },
  { kind: 'service', name: 'printer' },
]

describe('a gate in front of routes', () => {
  it.each([
    ['POST /things', ['author', 'owner']],
    ['PUT /things/1/vote', ['guest', 'reader']],
    ['GET /things/latest', ['owner']],
    ['POST /imports', ['owner', 'operator']],
    ['POST /exchange', ['gateway']],
    ['POST /keys', ['gateway', 'printer']],
  ])('%s lets in the callers that its row names, and no others', async (row, named) => {
    for (const caller of everyone) {
      const kind = caller.kind === 'person' ? caller.role : 'name' in caller ? caller.name : caller.kind
      const { status, body } = await call(row, caller)
      if (named.includes(kind)) expect(body).toEqual(caller)
      else expect([kind, status]).toEqual([kind, caller.kind === 'nobody' ? 401 : 403])
      if (status === 401) expect(body.detail).toMatch(/^Sign in first\. .*Authorization: Bearer/)
    }
  })

  it('tells the route who calls where anyone may', async () => {
    expect((await call('GET /things', callers.nobody)).body).toEqual(callers.nobody)
    expect((await call('GET /things/1', callers.moderator)).body).toEqual(callers.moderator)
  })

  it.each(['expired', 'other-key', 'tampered'] as const)(
    'takes no token that is %s, even where anyone may come in',
    async (flaw) => {
      for (const row of ['GET /things', 'POST /things']) {
        const answer = await call(row, callers.owner, flaw)
        expect([answer.status, answer.body.code]).toEqual([401, 'unauthenticated'])
        expect(answer.headers['www-authenticate']).toBe('Bearer realm="logbook"')
      }
    },
  )

  it('treats a reader as anonymous if no key is available, and runs no command for them', async () => {
    const away = boot({ verify: () => Promise.reject(new Problem('unavailable')) })
    const authorization = (await access.header(callers.owner)) ?? ''
    const ask = (method: 'get' | 'post', path: string) =>
      away[method](path).set('Authorization', authorization)
    expect((await ask('get', '/things')).body).toEqual(callers.nobody)
    expect((await ask('get', '/things/latest')).status).toBe(503)
    expect((await ask('post', '/things')).status).toBe(503)
  })

  it('knows only the services that it was told of', async () => {
    expect((await call('POST /keys', { kind: 'service', name: 'stranger' })).status).toBe(401)
  })

  it.each(['Basic b3duZXI6b3duZXI=', 'Bearer', 'Bearer a b', 'Bearer ..', 'owner', ''])(
    'does not take %j for a proof',
    async (authorization) => {
      const { status } = await boot().get('/things').set('Authorization', authorization)
      expect(status).toBe(401)
    },
  )

  it('keeps a token to the services that its scopes name', async () => {
    const script = (...scopes: string[]) => ({ ...callers.owner, scopes })
    expect((await call('POST /things', script('things'))).status).toBe(200)
    expect((await call('POST /things', script('all'))).status).toBe(200)
    expect((await call('POST /things', script('other'))).status).toBe(403)
    expect((await call('POST /things', script())).status).toBe(403)
    // What is open to anyone stays open, but the token gives nothing more.
    expect((await call('GET /things', script('other'))).body).toEqual({ kind: 'nobody' })
  })

  it.each([
    ['/THINGS/Latest', 404],
    ['/things/latest/', 308],
    ['/things/l%61test', 308],
  ])('takes %s for no spelling of an address that it knows', async (path, expected) => {
    const { status, headers } = await boot().get(path).redirects(0)
    expect(status).toBe(expected)
    if (expected === 308) expect(headers.location).toBe('/things/latest')
  })

  it('asks for no proof of health', async () => {
    const { status } = await boot().get('/health').set('Authorization', 'nonsense')
    expect(status).toBe(200)
  })

  it('answers what has no row as if it were not there', async () => {
    const answer = await call('DELETE /elsewhere/1', callers.owner)
    expect([answer.status, answer.body.code]).toEqual([404, 'not-found'])
  })

  it('lets everyone in without a name where callers are not known, whatever token they show', async () => {
    const open = boot({ verify: null })
    for (const header of ['', 'Bearer nonsense', await access.header(callers.owner)])
      expect(
        (
          await open
            .post('/keys')
            .set('Authorization', header ?? '')
            .expect(200)
        ).body,
      ).toEqual(callers.nobody)
  })

  it('has every role in its tests', () => {
    const named = everyone.flatMap((caller) => (caller.kind === 'person' ? [caller.role] : []))
    expect(new Set(named)).toEqual(new Set(roles))
    expect(person('reader', 9).id).not.toBe(callers.reader.id)
  })
})
