import type { Follower } from '@logbook/chassis/follow/follower.ts'
import { linkNext } from '@logbook/chassis/http/answers.ts'
import { readAtPosition } from '@logbook/chassis/http/min-position.ts'
import { validate } from '@logbook/chassis/http/validate.ts'
import { notFound } from '@logbook/chassis/problem.ts'
import { bounds } from '@logbook/contracts/bounds.ts'
import { postKind } from '@logbook/contracts/events/posts.ts'
import { entityId } from '@logbook/contracts/text.ts'
import { type Request, type RequestHandler, Router } from 'express'
import { z } from 'zod'
import type { Answers } from './answers.ts'
import type { Changes } from './changes.ts'
import { parseCursor, printCursor } from './cursor.ts'
import { limits } from './limits.ts'
import type { PageCache, Subject } from './page-cache.ts'
import { type Prepared, prepare, sendPrepared } from './prepared.ts'
import type { Posts } from './projections/posts.ts'

export interface RoutesOptions {
  posts: Posts
  answers: Answers
  changes: Changes
  cache: PageCache
  follower: Pick<Follower<never>, 'position' | 'reached'>
}

const listQuery = z.object({
  limit: z.coerce.number().int().min(1).max(limits.pageSizeMax).default(limits.pageSizeDefault),
  cursor: z.string().max(100).optional(),
  tag: z.string().max(bounds.tagCharsMax).optional(),
  author: z.string().max(bounds.nameCharsMax).optional(),
  kind: postKind.default('post'),
})

const positionText = z.string().regex(/^\d{1,15}$/, 'must be a log position, a whole number')
const changesQuery = z.object({ post: entityId, after: positionText.optional() })

/** Where a browser left off: its own header when it reconnects, or what the page said when it begins. */
const afterOf = (req: Request, after: string | undefined): number | undefined => {
  const last = req.get('Last-Event-ID') || after
  return last === undefined ? undefined : Number(validate(positionText, last))
}

const routeLists = (router: Router, { answers, cache }: RoutesOptions, read: RequestHandler): void => {
  const remembered = (req: Request, subject: Subject, make: () => Prepared): Prepared => {
    const known = cache.get(req.url)
    if (known) return known
    const prepared = make()
    cache.set({ url: req.url, subject, prepared })
    return prepared
  }

  router.get('/posts', read, (req, res) => {
    const { cursor, ...request } = validate(listQuery, req.query)
    const after = cursor === undefined ? undefined : parseCursor(cursor)
    const prepared = remembered(req, 'lists', () => {
      const { json, next } = answers.list({ ...request, after })
      return prepare({ text: json, link: next && linkNext(req, { cursor: printCursor(next) }) })
    })
    sendPrepared(req, res, prepared)
  })

  router.get('/tags', read, (req, res) => {
    sendPrepared(
      req,
      res,
      remembered(req, 'lists', () => prepare({ text: answers.tags() })),
    )
  })
}

/** HTTP in, HTTP out. */
export const createRoutes = (options: RoutesOptions): Router => {
  const { posts, answers, changes, cache, follower } = options
  const router = Router()
  const read = readAtPosition(follower)
  routeLists(router, options, read)

  router.get('/posts/:idOrSlug', read, (req: Request<{ idOrSlug: string }>, res) => {
    const { idOrSlug } = req.params
    const known = cache.get(req.url)
    if (known) return sendPrepared(req, res, known)
    const id = idOrSlug.toLowerCase()
    const row = posts.byId(id) ?? posts.bySlug(idOrSlug)
    if (row === undefined) throw notFound(`post ${idOrSlug.slice(0, bounds.slugCharsMax)}`)
    if (row.id !== id && row.slug !== idOrSlug) {
      // Relative to this address, so that it holds behind any gateway.
      const { search } = new URL(req.originalUrl, 'http://logbook')
      res.set({ Location: `${encodeURIComponent(row.slug)}${search}`, 'Cache-Control': 'no-cache' })
      return res.status(308).end()
    }
    const prepared = prepare({ text: answers.page(row) })
    cache.set({ url: req.url, subject: { post: row.id }, prepared })
    return sendPrepared(req, res, prepared)
  })

  router.get('/changes', read, (req, res) => {
    const { post: postId, after } = validate(changesQuery, req.query)
    if (posts.byId(postId) === undefined) throw notFound(`post ${postId}`)
    // A stream that HEAD asked for would never end.
    if (req.method === 'HEAD') return void res.type('text/event-stream').end()
    changes.watch({ res, postId, after: afterOf(req, after), position: follower.position })
  })

  return router
}
