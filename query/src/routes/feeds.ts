import { handlersOf } from '@logbook/chassis/http/serve.ts'
import { notFound } from '@logbook/chassis/problem.ts'
import { digestPath } from '@logbook/contracts/digest.ts'
import { queryEndpoints } from '@logbook/contracts/endpoints/query.ts'
import type { SettingsAnswer } from '@logbook/contracts/http/settings.ts'
import { ownHub } from '@logbook/contracts/http/websub.ts'
import { tagSlug } from '@logbook/contracts/tags.ts'
import type { z } from 'zod'
import { type Addresses, addressesBelow, robotsText } from '../feeds/addresses.ts'
import { type FeedSource, feedEntries } from '../feeds/entries.ts'
import { type Feed, type FeedEntry, type FeedKind, feedTypes } from '../feeds/feed.ts'
import type { SitemapPlace } from '../feeds/sitemap.ts'
import { limits } from '../limits.ts'
import type { Subject } from '../pages/cache.ts'
import { digestsWithPosts } from '../pages/digest.ts'
import { headOf } from '../pages/post-head.ts'
import type { Projections } from '../projections/all.ts'
import type { ListRequest, PostRow } from '../projections/post-rows.ts'
import type { Posts } from '../projections/posts.ts'
import type { PageParts, PreparedPages, Redirect } from './prepared-page.ts'

interface FeedsOptions {
  page: PreparedPages
  /** The public address of the blog, without a slash at its end. */
  publicUrl: string
  settings: () => SettingsAnswer
  projections: FeedSource['projections']
  renderer: FeedSource['renderer']
  related: FeedSource['related']
}

/** The libraries that print take long to import, and few processes are asked for a feed: they come with the first. */
const printing = () => import('../feeds/print.ts')
const sitemapPrinting = () => import('../feeds/sitemap.ts')

const xmlType = 'application/xml; charset=utf-8'

type FeedQuery = z.output<(typeof queryEndpoints.rows)['GET /feed.xml']['query']>

/** The tag and author of a feed, by slugs. */
type FeedOf = Pick<ListRequest, 'tag' | 'author'>

/** The title and description of a feed of posts, with the tag as written and the name of the author. */
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

/** Where a subscriber finds the hub, and what the feed is called there (WebSub). */
const linkOf = ({ hub, self }: Feed): string => `<${hub}>; rel="hub", <${self}>; rel="self"`

const postNamed = (posts: Posts, name: string): PostRow => {
  const row = posts.bySpelling(name)
  if (row === undefined) throw notFound(`post ${name}`)
  return row
}

/** The present address of a feed that was asked for by an earlier slug of its post, or by another spelling. */
const presentAddress = (
  kind: FeedKind,
  {
    query: { tag, author, post },
    search,
    posts,
  }: { query: FeedQuery; search: URLSearchParams; posts: Posts },
): Redirect | undefined => {
  const present = {
    ...(tag && { tag }),
    ...(author && { author }),
    ...(post && { post: postNamed(posts, post).slug }),
  }
  if (Object.entries(present).every(([name, slug]) => search.get(name) === slug)) return undefined
  for (const [name, slug] of Object.entries(present)) search.set(name, slug)
  return { location: `${kind}?${search}` }
}

/** A sitemap: of every address, of a part of them if `page` is given, or an index if one sitemap is too small. */
const sitemapOf = async (
  page: number | undefined,
  {
    addresses,
    archive,
    authors,
    ...projections
  }: { addresses: Addresses } & Pick<Projections, 'archive' | 'authors' | 'digests' | 'posts'>,
): Promise<PageParts> => {
  // The home page, the authors and the digests come first.
  const digests = digestsWithPosts(projections)
  const leading: SitemapPlace[] = [
    { url: addresses.home },
    ...authors.counts().map(({ slug }) => ({ url: addresses.author(slug) })),
    ...(digests.length > 0 ? [{ url: addresses.page('digest') }] : []),
    ...digests.map(({ week, issuedAt }) => ({ url: addresses.path(digestPath(week)), changedAt: issuedAt })),
  ]
  const pages = Math.ceil((archive.count() + leading.length) / limits.sitemapPlacesMax)
  const parts = (text: string): PageParts => ({ text, contentType: xmlType, subject: 'posts' })
  const { printSitemap, printSitemapIndex } = await sitemapPrinting()
  if (page === undefined && pages > 1) {
    const urls = Array.from({ length: pages }, (_, n) =>
      addresses.page('sitemap.xml', { page: String(n + 1) }),
    )
    return parts(await printSitemapIndex(urls))
  }
  if ((page ?? 1) > pages) throw notFound(`sitemap ${page}`)
  const offset = ((page ?? 1) - 1) * limits.sitemapPlacesMax
  const first = leading.slice(offset, offset + limits.sitemapPlacesMax)
  const rows = archive.places({
    limit: limits.sitemapPlacesMax - first.length,
    offset: Math.max(0, offset - leading.length),
  })
  const places = rows.map((row) => ({ url: addresses.post(row.slug), changedAt: headOf(row).updatedAt }))
  return parts(await printSitemap([...first, ...places]))
}

interface OfDigests {
  settings: SettingsAnswer
  hub: string
  addresses: Addresses
  entries: readonly FeedEntry[]
}

/** The weekly digests. */
const digestFeed = (
  kind: FeedKind,
  { settings: { title, language }, hub, addresses, entries }: OfDigests,
): Feed => ({
  title: `${title}: the week`,
  description: `The most discussed posts and the best comments of ${title}, week by week`,
  language,
  home: addresses.page('digest'),
  self: addresses.page(kind, { of: 'digest' }),
  hub,
  entries,
})

/** Feeds of all posts, of a tag's (`?tag=`), of an author's (`?author=`), of a post's comments (`?post=`), or of the digests (`?of=digest`); the sitemap; robots.txt. */
export const feeds = ({ page, publicUrl, settings, projections, renderer, related }: FeedsOptions) => {
  const addresses = addressesBelow(publicUrl)
  const entries = feedEntries({ renderer, related, projections, addresses })
  /** The one that the settings name, else the blog's own. */
  const hub = () => settings().hub ?? ownHub(publicUrl)

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
      hub: hub(),
      entries: ofPosts,
    }
  }

  const feedOf = async (kind: FeedKind, { tag, author, post, of }: FeedQuery): Promise<PageParts> => {
    const { printFeed } = await printing()
    const parts = (subject: Subject, feed: Feed): PageParts => ({
      text: printFeed(kind, feed),
      contentType: feedTypes[kind],
      link: linkOf(feed),
      subject,
    })
    if (of !== undefined)
      return parts(
        'lists',
        digestFeed(kind, { settings: settings(), hub: hub(), addresses, entries: await entries.ofDigests() }),
      )
    if (post === undefined)
      return parts('posts', await postsFeed(kind, { ...(tag && { tag }), ...(author && { author }) }))
    const row = postNamed(projections().posts, post)
    const { title, slug } = headOf(row)
    const { title: blogTitle, language } = settings()
    return parts(
      { post: row.id },
      {
        title: `${blogTitle}: comments on ${title}`,
        description: `What is said below ${title}`,
        language,
        home: addresses.post(slug),
        self: addresses.page(kind, { post: slug }),
        hub: hub(),
        entries: await entries.ofComments(row),
      },
    )
  }

  const feed = (kind: FeedKind) =>
    page(
      `GET /${kind}`,
      ({ query, search }) =>
        presentAddress(kind, { query, search, posts: projections().posts }) ?? feedOf(kind, query),
    )
  const robots: PageParts = { text: robotsText(addresses), contentType: 'text/plain; charset=utf-8' }

  return handlersOf(queryEndpoints)({
    'GET /feed.xml': feed('feed.xml'),
    'GET /atom.xml': feed('atom.xml'),
    'GET /feed.json': feed('feed.json'),
    'GET /sitemap.xml': page('GET /sitemap.xml', ({ query }) =>
      sitemapOf(query.page, { addresses, ...projections() }),
    ),
    'GET /robots.txt': page('GET /robots.txt', () => robots),
  })
}
