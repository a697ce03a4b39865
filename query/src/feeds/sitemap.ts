import { Readable } from 'node:stream'
import { SitemapIndexStream, SitemapStream, streamToPromise } from 'sitemap'

export interface SitemapPlace {
  url: string
  /** RFC 3339; absent where nothing is known of it. */
  changedAt?: string
}

/** A sitemap, at most as many places as `limits.sitemapPlacesMax`. */
export const printSitemap = async (places: Iterable<SitemapPlace>): Promise<string> => {
  const items = function* () {
    for (const { url, changedAt } of places)
      yield changedAt === undefined ? { url } : { url, lastmod: changedAt }
  }
  const xmlns = { news: false, video: false, xhtml: false, image: false }
  const text = await streamToPromise(Readable.from(items()).pipe(new SitemapStream({ xmlns })))
  return text.toString()
}

/** Where the sitemaps are, for a blog that one is too small for. */
export const printSitemapIndex = async (urls: readonly string[]): Promise<string> =>
  (await streamToPromise(Readable.from(urls).pipe(new SitemapIndexStream()))).toString()
