import { callerOf } from '@logbook/chassis/access/gate.ts'
import { linkNext } from '@logbook/chassis/http/answers.ts'
import { validate } from '@logbook/chassis/http/validate.ts'
import { routeOf } from '@logbook/chassis/metrics/metrics.ts'
import { notFound, Problem } from '@logbook/chassis/problem.ts'
import { bounds } from '@logbook/contracts/bounds.ts'
import type { PostName } from '@logbook/contracts/http/query.ts'
import { mayModerate } from '@logbook/contracts/identity.ts'
import { type Request, type RequestHandler, type Response, Router } from 'express'
import { prepare, sendPrepared } from '../pages/prepared.ts'
import type { AsOf } from '../projections/at-any-time.ts'
import type { PostRow } from '../projections/posts.ts'
import type { Sort, ThreadPlace } from '../threads/page.ts'
import type { ThreadRequest } from '../threads/threads.ts'
import { isPrivate, pinnedTo, readAsOf } from './as-of-request.ts'
import { parseThreadCursor } from './cursor.ts'
import { pageQuery, threadQuery } from './queries.ts'
import { sendOn } from './redirect.ts'
import type { RoutesOptions } from './routes.ts'

type Asked = Request<{ idOrSlug: string }>

interface Made {
  postId: string
  asOf: AsOf
  text: string
  link?: string | undefined
}

/** What a caller is shown beside what everybody is; without `viewerId` it is an answer for everybody. */
type Reader = Pick<ThreadRequest, 'viewerId' | 'moderates'>

const noSuchPost = (idOrSlug: string, near: PostName[]): Problem =>
  new Problem('not-found', {
    detail: `There is no post ${idOrSlug.slice(0, bounds.slugCharsMax)}.`,
    extensions: { near },
  })

/** Whom an answer is made for alone: a guest or a person. The past has its own rule, in `readAsOf`. */
const readerIn = (res: Response, asOf: string | undefined): Reader => {
  const caller = callerOf(res)
  return asOf === undefined && (caller.kind === 'guest' || caller.kind === 'person')
    ? { viewerId: caller.id, moderates: mayModerate(caller) }
    : {}
}

/** With the query as it was. */
const sendOnTo = (req: Request, res: Response, place: string): undefined => {
  const { search } = new URL(req.originalUrl, 'http://logbook')
  sendOn(res, `${place}${search}`)
}

/** One post with its threads, and more of these. */
export const createPageRoutes = (options: RoutesOptions, read: RequestHandler): Router => {
  const { live, cache, clock } = options
  const router = Router()

  const postOf = (idOrSlug: string, asOf: AsOf): { row: PostRow; isPresentName: boolean } => {
    const { projections, search } = live.current
    const { posts } = projections
    const id = idOrSlug.toLowerCase()
    const row = posts.byId(id, asOf) ?? posts.bySpelling(idOrSlug, asOf)
    if (row === undefined) throw noSuchPost(idOrSlug, search.near(idOrSlug, asOf))
    return { row, isPresentName: row.id === id || row.slug === idOrSlug }
  }

  const placeOf = (cursor: string | undefined, sort: Sort, path: string): ThreadPlace | undefined =>
    cursor === undefined
      ? undefined
      : parseThreadCursor(live.current.projections.times.blog(), { cursor, sort, path })

  /** Sends what is remembered for this address, or what is made now; what is one reader's own is not remembered. */
  const answer = (req: Asked, res: Response, make: (reader: Reader) => Made | undefined) => {
    const reader = readerIn(res, typeof req.query.asOf === 'string' ? req.query.asOf : undefined)
    const { viewerId } = reader
    const known = viewerId === undefined ? cache.get(req.url) : undefined
    if (known) return sendPrepared(req, res, known.prepared, { cache })
    const made = make(reader)
    if (made === undefined) return
    const { postId, asOf, ...parts } = made
    const prepared = prepare(parts)
    if (viewerId === undefined && asOf === undefined)
      cache.set({ url: req.url, route: routeOf(req), subject: { post: postId }, prepared })
    return sendPrepared(req, res, prepared, {
      cache,
      ...(viewerId === undefined ? isPrivate(asOf) : { isPrivate: true }),
    })
  }

  router.get('/posts/:idOrSlug', read, (req: Asked, res) =>
    answer(req, res, (reader) => {
      const { asOf: asOfText, sort, comments, comment: wantedId } = validate(pageQuery, req.query)
      const after = placeOf(comments, sort, 'comments')
      const asOf = readAsOf(res, asOfText, { live, clock })
      const { row, isPresentName } = postOf(req.params.idOrSlug, asOf)
      if (!isPresentName) return sendOnTo(req, res, encodeURIComponent(row.slug))
      const text = live.current.answers.page(row, { sort, after, wantedId, asOf, ...reader })
      return { postId: row.id, asOf, text }
    }),
  )

  router.get('/posts/:idOrSlug/thread', read, (req: Asked, res) =>
    answer(req, res, (reader) => {
      const { asOf: asOfText, sort, cursor, parent } = validate(threadQuery, req.query)
      const after = placeOf(cursor, parent === undefined ? sort : 'oldest', 'cursor')
      const asOf = readAsOf(res, asOfText, { live, clock })
      const { row, isPresentName } = postOf(req.params.idOrSlug, asOf)
      if (!isPresentName) return sendOnTo(req, res, `../${encodeURIComponent(row.slug)}/thread`)
      const { threads } = live.current.answers
      const asked = { postId: row.id, sort, after, asOf, ...reader }
      const found = parent === undefined ? threads.threads(asked) : threads.replies(asked, parent)
      if (found === undefined) throw notFound(`comment ${parent} here`)
      const pinned = pinnedTo(asOf)
      const link = found.next === undefined ? undefined : linkNext(req, { cursor: found.next, ...pinned })
      return { postId: row.id, asOf, text: `[${found.comments.join(',')}]`, link }
    }),
  )
  return router
}
