import { once } from 'node:events'
import { createServer, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createHttpApp } from '@logbook/chassis/http/app.ts'
import { silentLogger } from '@logbook/chassis/logger.ts'
import { isProblem } from '@logbook/chassis/problem.ts'
import { anyText } from '@logbook/chassis/testing/any-text.ts'
import { ownPage, pageOf, readAddress, readFields, readFormBytes } from '@logbook/contracts/http/address.ts'
import { Router } from 'express'
import fc from 'fast-check'
import { createRequestHandler, type ServerBuild } from 'react-router'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { formKindOf } from '../../gateway/src/forms/kinds.ts'
import { destinationOf } from '../../gateway/src/routes.ts'
import pages from '../app/routes.ts'

/** Spellings of parts of addresses that mean something, and of some that do not. */
const part = fc.oneof(
  fc.constantFrom('posts', 'api', 'comments', 'sign-in', 'tags', 'vote', 'theme', 'one', 'é', '鷺', 'c++'),
  fc.constantFrom(
    '',
    '.',
    '..',
    '_',
    '.data',
    '_.data',
    'one.data',
    '%2e%2e',
    '%2f',
    '%5c',
    '\\',
    '%00',
    '%zz',
    '%ff',
  ),
  fc.string({ maxLength: 4 }),
)
const spelt = fc
  .tuple(part, fc.constantFrom('as is', 'upper', 'encoded', 'lower hex', 'all encoded'))
  .map(([text, how]) => {
    const escaped = [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')
    if (how === 'upper') return text.toUpperCase()
    if (how === 'all encoded') return escaped
    if (how === 'encoded') return encodeURIComponent(text.toWellFormed())
    return how === 'lower hex' ? encodeURIComponent(text.toWellFormed()).toLowerCase() : text
  })
const field = fc.constantFrom('a=1', 'a=2', '%61=3', 'index', '_routes=x', 'b=%zz', 'c=%ff', 'q=é', '')
const target = fc
  .tuple(
    fc.array(spelt, { minLength: 1, maxLength: 4 }),
    fc.array(field, { maxLength: 3 }),
    fc.constantFrom('', '/', '//', '.data', '/_.data'),
  )
  .map(([parts, fields, end]) => {
    const query = fields.length === 0 ? '' : `?${fields.join('&')}`
    return `/${parts.join('/')}${end}${query}`.toWellFormed().replaceAll(/[\0-\x20\x7f]/g, '')
  })
/** Those of known addresses, so that most are about something. */
const known = fc
  .tuple(
    fc.constantFrom(
      '/posts/one',
      '/sign-in',
      '/api/posts/one/comments',
      '/api/comments/one/vote',
      '/forgot-password',
      '/',
    ),
    fc.constantFrom(
      '',
      '/',
      '//',
      '.data',
      '/.data',
      '/_.data',
      '?',
      '?a=1',
      '?a=1&a=2',
      '/.',
      '/..',
      '%2f',
      '%20',
    ),
    fc.nat(20),
  )
  .map(([path, end, at]) => {
    const letter = path.charCodeAt(at)
    const odd =
      Number.isNaN(letter) || path[at] === '/'
        ? path
        : `${path.slice(0, at)}%${letter.toString(16)}${path.slice(at + 1)}`
    return odd + end
  })
const anyTarget = fc.oneof(target, known)
// Node's own parser refuses other bytes in an address.
const overHttp = anyTarget.filter((url) => /^[\x21-\x7e]*$/.test(url))

const destination = (method: string, url: string) => {
  try {
    return destinationOf({ method, url })
  } catch (error) {
    if (isProblem(error)) return undefined
    throw error
  }
}

describe('an address in any spelling', () => {
  it('any spelling of an address is canonical, redirects to the canonical one, or is not found', () => {
    fc.assert(
      fc.property(anyTarget, (url) => {
        const read = readAddress(url)
        if (read.kind !== 'moved') return
        const again = readAddress(read.to)
        expect(again.kind).not.toBe('moved')
        expect(read.to).toMatch(/^\/(?!\/)[\x21-\x7e]*$/)
        expect(new URL(read.to, 'https://blog.example').origin).toBe('https://blog.example')
      }),
      { numRuns: 2_000 },
    )
  })

  it('the gateway forwards canonical addresses only', () => {
    fc.assert(
      fc.property(anyTarget, fc.constantFrom('GET', 'POST', 'PUT', 'DELETE'), (url, method) => {
        if (destination(method, url)) expect(readAddress(url).kind).toBe('canonical')
      }),
      { numRuns: 2_000 },
    )
  })
})

describe('the client', () => {
  const ran: { page: string; params: Record<string, unknown> }[] = []
  const routes = Object.fromEntries(
    pages.map((page, index) => {
      const run = ({ params }: { params: Record<string, unknown> }) => {
        ran.push({ page: page.path ?? '/', params })
        return null
      }
      const { path, caseSensitive, index: isIndex } = page
      const id = String(index)
      return [
        id,
        {
          id,
          path,
          caseSensitive,
          index: isIndex,
          module: { default: () => null, loader: run, action: run },
        },
      ]
    }),
  )
  const handle = createRequestHandler({
    ...{ routes, ssr: true, isSpaMode: false, prerender: [], publicPath: '/', future: {}, basename: '/' },
    entry: { module: { default: () => new Response('page'), streamTimeout: 1_000 } },
    assets: { routes: {}, entry: { imports: [], module: '' }, url: '', version: '' },
    assetsBuildDirectory: '',
    routeDiscovery: { mode: 'initial', manifestPath: '/__manifest' },
  } as unknown as ServerBuild)

  it('the client handles a form for the page that the gateway counted it for, in any spelling', async () => {
    await fc.assert(
      fc.asyncProperty(anyTarget, async (url) => {
        const to = destination('POST', url)
        if (to?.to !== 'client') return
        ran.length = 0
        const headers = { 'Content-Type': 'application/x-www-form-urlencoded' }
        await handle(
          new Request(new URL(`http://blog.example${url}`), { method: 'POST', headers, body: 'a=1' }),
        )
        const took = ran[0]
        const [first = '', second] = pageOf(url.split('?', 1)[0] ?? '')
          .slice(1)
          .split('/')
          .map(decodeURIComponent)
        if (took?.page === 'posts/:slug') expect([first, second]).toEqual(['posts', took.params.slug])
        const kinds = {
          'posts/:slug': 'comment',
          'sign-in': 'sign-in',
          'forgot-password': 'reset',
          setup: 'invitation',
        }
        for (const [page, kind] of Object.entries(kinds))
          expect([url, formKindOf({ method: 'POST', ...to }) === kind]).toEqual([
            url,
            took?.page === page || (kind === 'invitation' && took?.page === 'invitation'),
          ])
      }),
      { numRuns: 600 },
    )
  })
})

describe('a service', () => {
  const router = Router()
  for (const path of ['/posts/:id/comments', '/posts/:id', '/comments/:id/vote', '/posts'])
    router.all(path, (req, res) => void res.json({ path, params: req.params, query: req.query }))
  const app = createHttpApp({
    name: 'any',
    logger: silentLogger,
    origins: [],
    router,
    health: () => ({ ready: true }),
  })
  let server: Server
  beforeAll(async () => {
    server = createServer(app).listen(0, '127.0.0.1')
    await once(server, 'listening')
  })
  afterAll(() => void server.close())
  const ask = (method: string, path: string) =>
    new Promise<{ status: number; location: string | undefined; body: string }>((resolve, reject) => {
      const { port } = server.address() as AddressInfo
      request({ host: '127.0.0.1', port, path, method, agent: false }, (res) => {
        let body = ''
        res.setEncoding('utf8').on('data', (chunk) => (body += chunk))
        res.on('end', () => resolve({ status: res.statusCode ?? 0, location: res.headers.location, body }))
      })
        .on('error', reject)
        .end()
    })

  it('a service parses addresses as the gateway does, and answers other spellings alike: 308 to a read, a refusal to a command', async () => {
    await fc.assert(
      fc.asyncProperty(overHttp, fc.constantFrom('GET', 'POST'), async (url, method) => {
        const read = readAddress(url)
        const { status, location, body } = await ask(method, url)
        if (read.kind === 'moved' && method === 'GET')
          return void expect([status, location]).toEqual([308, read.to])
        if (read.kind === 'moved' || read.kind === 'refused') return void expect(status).toBe(400)
        if (read.kind === 'repeated')
          return void expect([status, JSON.parse(body).errors[0].path]).toEqual([422, read.field])
        if (status !== 200) return void expect(status).toBe(404)
        const { path, params, query } = JSON.parse(body)
        const segments = String(path)
          .slice(1)
          .split('/')
          .map((name) => (name === ':id' ? params.id : name))
        expect(segments).toEqual(read.segments)
        expect(query).toEqual(Object.fromEntries(read.fields))
      }),
      { numRuns: 400 },
    )
  })
})

describe('a page to go on to', () => {
  const texts = fc.oneof(
    anyText(),
    fc
      .array(
        fc.constantFrom(
          '/',
          '\\',
          '.',
          '..',
          '//',
          '%2f',
          '%5c',
          '\t',
          '\n',
          'other.example',
          '@',
          ':',
          'http:',
          'javascript:',
          '?',
          '#',
          '\u2028',
        ),
      )
      .map((all) => all.join('')),
  )
  it('a page to continue to is one of this blog, for any text', () => {
    fc.assert(
      fc.property(texts, fc.boolean(), (text, rooted) => {
        const page = ownPage(rooted ? `/${text}` : text)
        expect(page).toMatch(/^\/(?![/\\])[\x21-\x7e]*$/)
        for (const base of ['https://blog.example', 'https://blog.example/sign-in?next=x'])
          expect(new URL(page, base).origin).toBe('https://blog.example')
        expect(ownPage(page)).toBe(page)
      }),
      {
        numRuns: 3_000,
        examples: [
          ['.//other.example', true],
          ['/other.example', true],
          ['\t/other.example', true],
          ['..//other.example', true],
        ],
      },
    )
  })

  it('a page to continue to is the requested one, where that is one of this blog', () => {
    for (const page of ['/', '/write', '/posts/one?sort=best', '/tags/c%2B%2B'])
      expect(ownPage(page)).toBe(page)
    expect(ownPage('/posts//one/')).toBe('/posts/one')
    for (const text of [null, '', 'write', 'https://other.example/', '//other.example'])
      expect(ownPage(text)).toBe('/')
  })
})

describe('a form', () => {
  it('a form with a field twice is not read', () => {
    for (const text of ['companySite=x&companySite=', 'a=1&b=2&%61=1', '=1&=2'])
      expect(readFields(text).kind).toBe('repeated')
    expect(readFields('a=1&b=1&A=1').kind).toBe('read')
  })

  it('a form has the same fields with a byte order mark before them as without', () => {
    expect(readFormBytes(Buffer.from('\ufeffcompanySite=x'))).toEqual(
      readFormBytes(Buffer.from('companySite=x')),
    )
  })
})
