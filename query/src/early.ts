import type { RequestHandler } from 'express'
import type { PageCache } from './page-cache.ts'

/**
 * Answers a plain GET of a prepared page before anything else runs. Requests that ask for more (another origin, a position, a
 * comparison) take the way that knows how.
 */
export const createEarly =
  ({ cache, position }: { cache: PageCache; position: () => string }): RequestHandler =>
  (req, res, next) => {
    const { method, url, headers } = req
    if (
      method !== 'GET' ||
      headers.origin !== undefined ||
      headers['min-position'] !== undefined ||
      headers['if-none-match'] !== undefined
    )
      return next()
    const prepared = cache.get(url)
    if (prepared === undefined) return next()
    // writeHead reads the array at once, so one array serves every answer.
    prepared.head[prepared.head.length - 1] = position()
    res.locals.route = url === '/posts' || url.startsWith('/posts?') ? '/posts' : '/posts/:idOrSlug'
    res.writeHead(200, prepared.head).end(prepared.body)
  }
