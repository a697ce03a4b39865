import { validate } from '@logbook/chassis/http/validate.ts'
import { routeOf } from '@logbook/chassis/metrics/metrics.ts'
import { notFound } from '@logbook/chassis/problem.ts'
import type { SettingsAnswer } from '@logbook/contracts/http/settings.ts'
import { tagSlug } from '@logbook/contracts/tags.ts'
import { type Request, type RequestHandler, type Response, Router } from 'express'
import { type Addresses, addressesBelow, robotsText } from '../feeds/addresses.ts'
import { type FeedSource, feedEntries } from '../feeds/entries.ts'
import type { Feed, FeedEntry } from '../feeds/feed.ts'
import { type FeedKind, feedKinds, printFeed } from '../feeds/print.ts'
import { printSitemap, printSitemapIndex } from '../feeds/sitemap.ts'
import { limits } from '../limits.ts'
import type { PageCache, Subject } from '../pages/cache.ts'
import { headOf } from '../pages/post-head.ts'
import { type Prepared, prepare, sendPrepared } from '../pages/prepared.ts'
import type { Projections } from '../projections/all.ts'
import type { ListRequest, PostRow, Posts } from '../projections/posts.ts'
import { feedQuery, sitemapQuery } from './queries.ts'
import { queryOf, sendOn } from './redirect.ts'

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

/** Whose posts a feed has, by slugs. */
type FeedOf = Pick<ListRequest, 'tag' | 'author'>

/** What a feed of posts is called: by the tag as it is written and by the author's name. */
const namesOf = (
  { title: blogTitle, description }: SettingsAnswer,
  { tag, author }: FeedOf,
  ofPosts: readonly FeedEntry[],
): Pick<Feed, 'title' | 'description'> => {
  const written = ofPosts.flatMap(({ tags }) => tags).find((each) => tagSlug(each) === tag) ?? tag
  const name = author && (ofPosts[0]?.authorName ?? author)
  if (written === undefined && name === undefined)
    return { title: blogTitle, description: description || `The posts of ${blogTitle}` }
  const of = [name, written].filter((each) => each !== undefined)
  return {
    title: `${blogTitle}: ${of.join(', ')}`,
    description: `What ${name ?? blogTitle} says${name ? ` on ${blogTitle}` : ''}${written ? ` of ${written}` : ''}`,
  }
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
    const { tag, author, post } = validate(feedQuery, req.query)
    const ofPosts = { ...(tag && { tag }), ...(author && { author }) }
    const present = { ...ofPosts, ...(post && { post: postNamed(projections().posts, post).slug }) }
    const query = queryOf(req)
    if (Object.entries(present).every(([name, slug]) => query.get(name) === slug)) return undefined
    for (const [name, slug] of Object.entries(present)) query.set(name, slug)
    return `${kind}?${query}`
  }

/** Every address of the blog, a part of them where they are many, or where the parts are. */
const makeSitemap = async (
  query: unknown,
  { addresses, archive, authors }: { addresses: Addresses } & Pick<Projections, 'archive' | 'authors'>,
): Promise<Made> => {
  const { page } = validate(sitemapQuery, query)
  // The home page and the authors stand in the first, and further ones only where they are very many.
  const leading = [addresses.home, ...authors.counts().map(({ slug }) => addresses.author(slug))].map(
    (url) => ({ url }),
  )
  const pages = Math.ceil((archive.count() + leading.length) / limits.sitemapPlacesMax)
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
  const first = leading.slice(offset, offset + limits.sitemapPlacesMax)
  const rows = archive.places({
    limit: limits.sitemapPlacesMax - first.length,
    offset: Math.max(0, offset - leading.length),
  })
  const places = rows.map((row) => ({ url: addresses.post(row.slug), changedAt: headOf(row).updatedAt }))
  return made(await printSitemap([...first, ...places]))
}

/** Feeds of all posts, of a tag's (`?tag=`), of an author's (`?author=`), or of a post's comments (`?post=`); the sitemap; what robots are told. */
export const createFeedRoutes = (options: FeedRoutes): Router => {
  const { publicUrl, settings, projections, cache, read } = options
  const addresses = addressesBelow(publicUrl)
  const entries = feedEntries({ ...options, addresses })
  const router = Router()

  const postsFeed = async (kind: FeedKind, of: { tag?: string; author?: string }): Promise<Feed> => {
    const { tag, author } = of
    const ofPosts = await entries.ofPosts(of)
    if ((tag ?? author) !== undefined && ofPosts.length === 0) throw notFound('such tag or author')
    const home = author === undefined ? addresses.home : addresses.author(author)
    const blog = settings()
    return {
      ...namesOf(blog, of, ofPosts),
      language: blog.language,
      home: tag === undefined ? home : addresses.tag(tag),
      self: addresses.page(kind, { ...of }),
      entries: ofPosts,
    }
  }

  const makeFeed = async (kind: FeedKind, query: unknown): Promise<Made> => {
    const { tag, author, post } = validate(feedQuery, query)
    const { contentType } = feedKinds[kind]
    const made = (subject: Subject, feed: Feed): Made => ({
      subject,
      prepared: prepare({ text: printFeed(kind, feed), contentType }),
    })
    if (post === undefined)
      return made('posts', await postsFeed(kind, { ...(tag && { tag }), ...(author && { author }) }))
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
    answering(cache, (req) => makeSitemap(req.query, { addresses, ...projections() })),
  )
  const robots = prepare({ text: robotsText(addresses), contentType: 'text/plain; charset=utf-8' })
  return router.get('/robots.txt', read, (req, res) => sendPrepared(req, res, robots))
}
