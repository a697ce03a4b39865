import { validate } from '@logbook/chassis/http/validate.ts'
import { routeOf } from '@logbook/chassis/metrics/metrics.ts'
import { notFound } from '@logbook/chassis/problem.ts'
import type { SettingsAnswer } from '@logbook/contracts/http/settings.ts'
import { tagSlug } from '@logbook/contracts/tags.ts'
import { type Request, type RequestHandler, type Response, Router } from 'express'
import { limits } from '../limits.ts'
import { queryOf, sendOn } from '../moved.ts'
import type { PageCache, Subject } from '../page-cache.ts'
import { headOf } from '../post-head.ts'
import { type Prepared, prepare, sendPrepared } from '../prepared.ts'
import type { Archive } from '../projections/archive.ts'
import type { PostRow, Posts } from '../projections/posts.ts'
import { feedQuery, sitemapQuery } from '../queries.ts'
import { type Addresses, addressesBelow, robotsText } from './addresses.ts'
import { type FeedSource, feedEntries } from './entries.ts'
import type { Feed, FeedEntry } from './feed.ts'
import { type FeedKind, feedKinds, printFeed } from './print.ts'
import { printSitemap, printSitemapIndex } from './sitemap.ts'

export interface FeedRoutes {
  /** Where the world finds the blog, without a slash at its end. */
  publicUrl: string
  settings: () => SettingsAnswer
  projections: FeedSource['projections']
  renderer: FeedSource['renderer']
  cache: PageCache
  /** What every read passes first. */
  read: RequestHandler
}

const xmlType = 'application/xml; charset=utf-8'

interface Made {
  subject: Subject
  prepared: Prepared
}

/** A location to lead on to, where there is one. */
type Elsewhere = (req: Request) => string | undefined

/** Sends what is remembered, or else what is made, unless something changed meanwhile remembered. */
const answering =
  (cache: PageCache, make: (req: Request) => Promise<Made>, elsewhere: Elsewhere = () => undefined) =>
  async (req: Request, res: Response): Promise<void> => {
    const known = cache.get(req.url)
    if (known) return sendPrepared(req, res, known.prepared, { cache })
    const location = elsewhere(req)
    if (location !== undefined) return sendOn(res, location)
    const since = cache.changes()
    const { subject, prepared } = await make(req)
    cache.set({ url: req.url, route: routeOf(req), subject, prepared, since })
    sendPrepared(req, res, prepared, { cache })
  }

/** What a feed of posts is called: by the tag as it is written, where it is one's. */
const namesOf = (
  { title: blogTitle, description }: SettingsAnswer,
  { slug, ofPosts }: { slug: string | undefined; ofPosts: readonly FeedEntry[] },
): Pick<Feed, 'title' | 'description'> => {
  if (slug === undefined) return { title: blogTitle, description: description || `The posts of ${blogTitle}` }
  const tag = ofPosts.flatMap(({ tags }) => tags).find((each) => tagSlug(each) === slug) ?? slug
  return { title: `${blogTitle}: ${tag}`, description: `What ${blogTitle} says of ${tag}` }
}

const postNamed = (posts: Posts, name: string): PostRow => {
  const row = posts.bySpelling(name)
  if (row === undefined) throw notFound(`post ${name}`)
  return row
}

/** Where a feed is that was asked for by an earlier slug of its post, or by another spelling. */
const presentPlace =
  (kind: FeedKind, { projections }: Pick<FeedRoutes, 'projections'>): Elsewhere =>
  (req) => {
    const { tag, post } = validate(feedQuery, req.query)
    const present = { ...(tag && { tag }), ...(post && { post: postNamed(projections().posts, post).slug }) }
    const query = queryOf(req)
    if (Object.entries(present).every(([name, slug]) => query.get(name) === slug)) return undefined
    for (const [name, slug] of Object.entries(present)) query.set(name, slug)
    return `${kind}?${query}`
  }

/** Every address of the blog, a part of them where they are many, or where the parts are. */
const makeSitemap = async (
  query: unknown,
  { addresses, archive }: { addresses: Addresses; archive: Archive },
): Promise<Made> => {
  const { page } = validate(sitemapQuery, query)
  // The home page stands in the first.
  const pages = Math.ceil((archive.count() + 1) / limits.sitemapPlacesMax)
  const made = (text: string): Made => ({
    subject: 'posts',
    prepared: prepare({ text, contentType: xmlType }),
  })
  if (page === undefined && pages > 1) {
    const urls = Array.from({ length: pages }, (_, n) =>
      addresses.page('sitemap.xml', { page: String(n + 1) }),
    )
    return made(await printSitemapIndex(urls))
  }
  if ((page ?? 1) > pages) throw notFound(`sitemap ${page}`)
  const offset = ((page ?? 1) - 1) * limits.sitemapPlacesMax
  const rows = archive.places({
    limit: offset === 0 ? limits.sitemapPlacesMax - 1 : limits.sitemapPlacesMax,
    offset: Math.max(0, offset - 1),
  })
  const places = rows.map((row) => ({ url: addresses.post(row.slug), changedAt: headOf(row).updatedAt }))
  return made(await printSitemap(offset === 0 ? [{ url: addresses.home }, ...places] : places))
}

/** Feeds of all posts, of a tag's (`?tag=`), or of a post's comments (`?post=`); the sitemap; what robots are told. */
export const createFeedRoutes = (options: FeedRoutes): Router => {
  const { publicUrl, settings, projections, cache, read } = options
  const addresses = addressesBelow(publicUrl)
  const entries = feedEntries({ ...options, addresses })
  const router = Router()

  const postsFeed = async (self: string, slug: string | undefined): Promise<Feed> => {
    const ofPosts = await entries.ofPosts(slug)
    if (slug !== undefined && ofPosts.length === 0) throw notFound('such tag')
    const home = slug === undefined ? addresses.home : addresses.tag(slug)
    const blog = settings()
    return { ...namesOf(blog, { slug, ofPosts }), language: blog.language, home, self, entries: ofPosts }
  }

  const makeFeed = async (kind: FeedKind, query: unknown): Promise<Made> => {
    const { tag, post } = validate(feedQuery, query)
    const { contentType } = feedKinds[kind]
    const made = (subject: Subject, feed: Feed): Made => ({
      subject,
      prepared: prepare({ text: printFeed(kind, feed), contentType }),
    })
    if (post === undefined)
      return made('posts', await postsFeed(addresses.page(kind, tag === undefined ? {} : { tag }), tag))
    const row = postNamed(projections().posts, post)
    const { title, slug } = headOf(row)
    const { title: blogTitle, language } = settings()
    return made(
      { post: row.id },
      {
        title: `${blogTitle}: comments on ${title}`,
        description: `What is said below ${title}`,
        language,
        home: addresses.post(slug),
        self: addresses.page(kind, { post: slug }),
        entries: await entries.ofComments(row),
      },
    )
  }

  for (const kind of ['feed.xml', 'atom.xml', 'feed.json'] as const)
    router.get(
      `/${kind}`,
      read,
      answering(cache, (req) => makeFeed(kind, req.query), presentPlace(kind, options)),
    )
  router.get(
    '/sitemap.xml',
    read,
    answering(cache, (req) => makeSitemap(req.query, { addresses, archive: projections().archive })),
  )
  const robots = prepare({ text: robotsText(addresses), contentType: 'text/plain; charset=utf-8' })
  return router.get('/robots.txt', read, (req, res) => sendPrepared(req, res, robots))
}
