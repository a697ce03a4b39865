const kinds = [
  ['feed.xml', 'application/rss+xml', 'RSS'],
  ['atom.xml', 'application/atom+xml', 'Atom'],
  ['feed.json', 'application/feed+json', 'JSON Feed'],
] as const

interface FeedOf {
  /** What it is a feed of, in words. */
  title: string
  /** Filters it by tag, by author, or to a post's comments. */
  query?: { tag: string } | { author: string } | { post: string } | { of: 'digest' }
}

/** Where a page's feeds are, for its head. */
export const feedLinks = ({ title, query }: FeedOf) =>
  kinds.map(([file, type, kind]) => ({
    tagName: 'link' as const,
    rel: 'alternate',
    type,
    title: `${title} (${kind})`,
    href: `/${file}${query ? `?${new URLSearchParams(query)}` : ''}`,
  }))
