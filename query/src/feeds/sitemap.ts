import { Readable } from 'node:stream'
import { SitemapIndexStream, SitemapStream, streamToPromise } from 'sitemap'

export interface SitemapPlace {
  url: string
  /** RFC 3339; undefined if unknown. */
  changedAt?: string
}

/** A sitemap of at most `limits.sitemapPlacesMax` addresses. */
export const printSitemap = async (places: Iterable<SitemapPlace>): Promise<string> => {
  const items = function* () {
    for (const { url, changedAt } of places)
      yield changedAt === undefined ? { url } : { url, lastmod: changedAt }
  }
  const xmlns = { news: false, video: false, xhtml: false, image: false }
  const text = await streamToPromise(Readable.from(items()).pipe(new SitemapStream({ xmlns })))
  return text.toString()
}

/** The index of sitemaps, for a blog that does not fit into one. */
export const printSitemapIndex = async (urls: readonly string[]): Promise<string> =>
  (await streamToPromise(Readable.from(urls).pipe(new SitemapIndexStream()))).toString()
