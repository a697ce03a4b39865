import { callerOf } from '@logbook/chassis/access/gate.ts'
import type { Clock } from '@logbook/chassis/clock.ts'
import { linkNext } from '@logbook/chassis/http/answers.ts'
import { readAtPosition } from '@logbook/chassis/http/min-position.ts'
import { validate } from '@logbook/chassis/http/validate.ts'
import { routeOf } from '@logbook/chassis/metrics/metrics.ts'
import { notFound, Problem } from '@logbook/chassis/problem.ts'
import { headers } from '@logbook/contracts/http/headers.ts'
import type { Marks, MovedPost } from '@logbook/contracts/http/query.ts'
import { cacheTags, validityQuery } from '@logbook/contracts/http/validity.ts'
import { spanOfMonth } from '@logbook/contracts/time-zone.ts'
import type { Renderer } from '@logbook/markdown/threads/renderer.ts'
import { type Request, type RequestHandler, Router } from 'express'
import type { Changes } from '../changes/changes.ts'
import { limits } from '../limits.ts'
import type { PageCache, Subject } from '../pages/cache.ts'
import { type Excerpted, withExcerpts } from '../pages/excerpts.ts'
import { type Prepared, prepare, sendPrepared } from '../pages/prepared.ts'
import type { AsOf } from '../projections/at-any-time.ts'
import type { ListRequest } from '../projections/posts.ts'
import type { LiveView } from '../rebuild/live-view.ts'
import { isPrivate, pinnedTo, readAsOf } from './as-of-request.ts'
import { parseCursor, printCursor } from './cursor.ts'
import { createPageRoutes } from './post-page.ts'
import { asOfQuery, changesQuery, formerQuery, listQuery, positionText } from './queries.ts'

export interface RoutesOptions {
  live: LiveView
  changes: Changes
  cache: PageCache
  clock: Clock
  renderer: Renderer
}

/** Where a browser left off: its own header when it reconnects, or what the page said when it begins. */
const afterOf = (req: Request, after: string | undefined): number | undefined => {
  const last = req.get('Last-Event-ID') || after
  return last === undefined ? undefined : Number(validate(positionText, last))
}

/** The time of a month in the blog's time zone, as a list takes it: from where, and what comes after its last post. */
const spanOf = (month: string | undefined, timeZone: string): Pick<ListRequest, 'fromMs' | 'after'> => {
  if (month === undefined) return {}
  const { fromMs, toMs } = spanOfMonth(month, timeZone)
  return { fromMs, after: { publishedMs: toMs, firstPosition: 0 } }
}

interface Remembered {
  asOf: AsOf
  subject: Subject
  prepared: Prepared
}

const routeLists = (router: Router, options: RoutesOptions, read: RequestHandler): void => {
  const { live, cache, clock, renderer } = options
  const known = (req: Request, asOf: AsOf): Prepared | undefined =>
    asOf === undefined ? cache.get(req.url)?.prepared : undefined

  /** Remembers what was made a moment ago, if it is of now. */
  const remember = (req: Request, { asOf, subject, prepared }: Remembered): Prepared => {
    if (asOf === undefined) cache.set({ url: req.url, route: routeOf(req), subject, prepared })
    return prepared
  }

  router.get('/posts', read, async (req, res) => {
    const { cursor, month, asOf: asOfText, ...request } = validate(listQuery, req.query)
    const { times, settings } = live.current.projections
    const blog = times.blog()
    const span = spanOf(month, settings.timeZone())
    const after = cursor === undefined ? span.after : parseCursor(blog, cursor)
    const asOf = readAsOf(res, asOfText, { live, clock })
    const wanted = { ...request, ...span, after, asOf }
    const make = (posts: readonly Excerpted[]): Prepared => {
      const { json, next } = live.current.answers.list(wanted, posts)
      const pinned = pinnedTo(asOf)
      const link = next && blog && linkNext(req, { cursor: printCursor(blog, next), ...pinned })
      return remember(req, { asOf, subject: 'lists', prepared: prepare({ text: json, link }) })
    }
    const listed = () => live.current.answers.listed(wanted)
    const prepared = known(req, asOf) ?? (await withExcerpts(renderer, listed, make))
    sendPrepared(req, res, prepared, { cache, ...isPrivate(asOf) })
  })

  for (const name of ['tags', 'authors', 'archive'] as const)
    router.get(`/${name}`, read, (req, res) => {
      const asOf = readAsOf(res, validate(asOfQuery, req.query).asOf, { live, clock })
      const make = () => {
        const prepared = prepare({ text: live.current.answers[name](asOf) })
        return remember(req, { asOf, subject: 'posts', prepared })
      }
      sendPrepared(req, res, known(req, asOf) ?? make(), { cache, ...isPrivate(asOf) })
    })
}

/** HTTP in, HTTP out. */
export const createRoutes = (options: RoutesOptions): Router => {
  const { live, changes, cache } = options
  const router = Router()
  const read = readAtPosition(live)
  routeLists(router, options, read)

  router.use(createPageRoutes(options, read))

  router.get('/former-addresses', read, (req, res) => {
    const { path } = validate(formerQuery, req.query)
    const { posts, formerAddresses } = live.current.projections
    const row = posts.byId(formerAddresses.find(path) ?? '')
    if (row === undefined) throw notFound('post that stood at this address')
    const { id, slug } = row
    res.set('Cache-Control', 'no-cache').json({ id, slug } satisfies MovedPost)
  })

  router.get('/validity', read, (req, res) => {
    const { since } = validate(validityQuery, req.query)
    res.set('Cache-Control', 'no-store').json(cache.validity(since))
  })

  router.get('/marks', read, (_req, res) => {
    const caller = callerOf(res)
    const personId = caller.kind === 'person' ? caller.id : ''
    const posts = live.current.projections.votes.markedPosts(personId, limits.marksMax + 1)
    res.set({
      'Cache-Control': 'private, no-cache',
      [headers.viewState]: cache.state(),
      [headers.cacheTag]: cacheTags.ofPerson(personId),
    })
    res.json({ posts: posts.length > limits.marksMax ? null : posts } satisfies Marks)
  })

  router.get('/changes', read, (req, res) => {
    const { post: postId, after } = validate(changesQuery, req.query)
    if (live.current.projections.posts.byId(postId) === undefined) throw notFound(`post ${postId}`)
    // A stream that HEAD asked for would never end.
    if (req.method === 'HEAD') return void res.type('text/event-stream').end()
    changes.watch({ res, postId, after: afterOf(req, after), position: live.position, log: live.log })
  })

  router.get('/changes/missed', read, (req, res) => {
    const { post: postId, after } = validate(changesQuery, req.query)
    if (live.current.projections.posts.byId(postId) === undefined) throw notFound(`post ${postId}`)
    const missed = changes.missed({ postId, after: afterOf(req, after), position: live.position })
    res.set('Cache-Control', 'no-store').json(missed)
  })

  router.get('/changes/feed', (req, res) => {
    // What happened long ago is no news.
    if (!live.current.follower.caughtUp)
      throw new Problem('view-behind', { detail: 'The log is being read.', retryAfter: 1 })
    if (req.method === 'HEAD') return void res.type('text/event-stream').end()
    changes.follow(res, live)
  })

  return router
}
