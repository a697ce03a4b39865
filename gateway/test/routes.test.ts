import { isProblem, type Problem } from '@logbook/chassis/problem.ts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { destinationOf } from '../src/routes.ts'

const refusal = (method: string, url: string): Problem => {
  try {
    destinationOf({ method, url })
  } catch (error) {
    if (isProblem(error)) return error
  }
  throw new Error(`${method} ${url} was not refused`)
}

describe('a request goes', () => {
  it.each([
    ['GET', '/api/posts?limit=2', 'query', '/posts?limit=2'],
    ['HEAD', '/api/posts/the-heron', 'query', '/posts/the-heron'],
    ['GET', '/api/posts/%E9%B7%BA', 'query', '/posts/%E9%B7%BA'],
    ['GET', '/api/changes?post=1', 'query', '/changes?post=1'],
    ['GET', '/feed.xml', 'query', '/feed.xml'],
    ['POST', '/api/posts', 'posts', '/posts'],
    ['PATCH', '/api/posts/1', 'posts', '/posts/1'],
    ['POST', '/api/posts/1/publish', 'posts', '/posts/1/publish'],
    ['GET', '/api/posts/1/history', 'posts', '/posts/1/history'],
    ['GET', '/api/posts/1/history/2', 'posts', '/posts/1/history/2'],
    ['GET', '/api/posts/1/diff?from=1', 'posts', '/posts/1/diff?from=1'],
    ['GET', '/api/author/posts', 'posts', '/posts'],
    ['GET', '/api/author/posts/1', 'posts', '/posts/1'],
    ['POST', '/api/posts/imports', 'posts', '/imports'],
    ['POST', '/api/posts/imports/addresses', 'posts', '/imports/addresses'],
    ['POST', '/api/comments/imports', 'comments', '/imports'],
    ['GET', '/api/posts/imports', 'query', '/posts/imports'],
    ['GET', '/api/former-addresses?path=/a', 'query', '/former-addresses?path=/a'],
    ['POST', '/api/posts/1/comments', 'comments', '/posts/1/comments'],
    ['PUT', '/api/comments/1/vote', 'comments', '/comments/1/vote'],
    ['GET', '/api/moderation/queue', 'moderation', '/queue'],
    ['POST', '/api/moderation/comments/1/verdict', 'moderation', '/comments/1/verdict'],
    ['GET', '/', 'client', '/'],
    ['GET', '/posts/heron?utm_source=a&sort=best&fbclid=b', 'client', '/posts/heron?sort=best'],
    ['GET', '/?utm_source=a', 'client', '/'],
    ['GET', '/search?q=x&utm_source=a', 'client', '/search?q=x&utm_source=a'],
    ['POST', '/posts/the-heron', 'client', '/posts/the-heron'],
    ['GET', '/imports', 'client', '/imports'],
  ])('%s %s to %s as %s', (method, url, to, seen) => {
    expect(destinationOf({ method, url })).toMatchObject({ to, url: seen })
  })
})

describe('a request is refused', () => {
  it.each([
    '/api',
    '/api/POSTS',

    '/api/imports',
    '/api/posts.data',
    '/api/posts/1/comments/2',
    '/api/events',
    '/api/health',
  ])('when there is nothing at %s', (url) => {
    expect(refusal('GET', url).code).toBe('not-found')
  })

  it('with the methods that its address takes', () => {
    const problem = refusal('DELETE', '/api/posts')
    expect(problem.code).toBe('method-not-allowed')
    expect(problem.details.extensions?.allow).toEqual(['GET', 'HEAD', 'POST'])
  })

  it.each([
    '/api/posts/..%2fimports',
    '/api/../imports',
    '/api/posts/%2e%2e/imports',
    '/api/posts/.%2E/imports',
    '//api/posts',
    '/api//posts',
    '/api/posts/a%5c..%5cimports',
    '/api/posts/a%00b',
    '/api/posts/%E0%A4%A',
    'http://elsewhere/api/posts',
    '*',
    '/api/',
    '/api/posts/',
    '/posts/one/',
    '/p%6fsts/one',
    '/posts/%e9%b7%ba',
    '/posts/\u00e9',
    '/posts/one/_.data',
    '/sign-in/.data',
    '/posts/one#part',
    '/posts/%ff',
  ])('when %s could be read in two ways', (url) => {
    expect(refusal('GET', url).code).toBe('bad-encoding')
  })

  it('where a field of the query stands there twice, by its name', () => {
    for (const url of ['/api/posts?limit=1&limit=2', '/search?q=a&%71=b']) {
      const { code, details } = refusal('GET', url)
      expect([code, details.errors?.[0]?.path]).toEqual(['invalid', url.includes('limit') ? 'limit' : 'q'])
    }
  })

  it.each(['PUT', 'PATCH', 'DELETE', 'OPTIONS'])('at a page, which would take %s for a form', (method) => {
    expect(refusal(method, '/posts/one').code).toBe('method-not-allowed')
  })

  it('by no path at all lets anyone reach what the table does not name', () => {
    const part = fc.constantFrom(
      'api',
      'posts',
      'imports',
      'comments',
      '..',
      '.',
      '%2e%2e',
      '%2f',
      '%5c',
      '',
      'moderation',
      '1',
    )
    fc.assert(
      fc.property(fc.array(part, { maxLength: 6 }), fc.constantFrom('GET', 'POST'), (parts, method) => {
        const url = `/${parts.join('/')}`
        try {
          const destination = destinationOf({ method, url })
          const { pathname } = new URL(destination.url, 'http://service')
          return destination.to === 'client'
            ? pathname === url
            : !pathname.includes('imports') ||
                pathname === '/posts/imports' ||
                (method === 'POST' && /^\/api\/(?:posts|comments)\/imports$/.test(url))
        } catch (error) {
          return isProblem(error)
        }
      }),
    )
  })
})
