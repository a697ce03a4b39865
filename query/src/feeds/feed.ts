/** What every kind of feed says, before it is any of them. Addresses are absolute. */
export interface Feed {
  title: string
  description: string
  /** The page that it follows. */
  home: string
  self: string
  entries: readonly FeedEntry[]
}

export interface FeedEntry {
  /** A UUID, that of the post or comment. */
  id: string
  url: string
  title: string
  summary: string
  html: string
  authorName: string | null
  tags: readonly string[]
  publishedAt: string
  updatedAt: string
}

const attribute = / (href|src|poster)="([^"]*)"/g

/** HTML that was made for a page of the blog, readable anywhere: addresses within it become absolute. */
export const absoluteHtml = (html: string, page: string): string =>
  html.replace(attribute, (whole, name: string, address: string) => {
    if (URL.canParse(address) || !URL.canParse(address, page)) return whole
    return ` ${name}="${new URL(address, page).href}"`
  })

// XML 1.0 knows no other characters, not even escaped.
const unprintable = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu

/** The feed with nothing in it that XML cannot say. */
export const printable = (feed: Feed): Feed => {
  const clean = (text: string) => text.toWellFormed().replace(unprintable, '')
  return {
    ...feed,
    title: clean(feed.title),
    description: clean(feed.description),
    entries: feed.entries.map((entry) => ({
      ...entry,
      title: clean(entry.title),
      summary: clean(entry.summary),
      html: clean(entry.html),
      authorName: entry.authorName && clean(entry.authorName),
      tags: entry.tags.map(clean),
    })),
  }
}
