/** The content of a feed, in any format. Addresses are absolute. */
export interface Feed {
  title: string
  description: string
  /** The language of its texts, as a BCP 47 tag. */
  language: string
  /** The address of the page with the same content. */
  home: string
  self: string
  /** The hub that sends it to subscribers when it changes (WebSub). */
  hub: string
  entries: readonly FeedEntry[]
}

export interface FeedEntry {
  /** The id of the post or comment, a UUID. */
  id: string
  url: string
  title: string
  summary: string
  html: string
  authorName: string | null
  /** The address of the author's page; null for comments, and without an author. */
  authorUrl: string | null
  tags: readonly string[]
  publishedAt: string
  updatedAt: string
}

// Matches the output of the renderer: values in double quotes, and no raw angle bracket in text or code.
const startTag = /<[a-z](?:[^"<>]|"[^"]*")*>/gi
const attribute = / (href|src|srcset|poster)="([^"]*)"/g

const absolute = (address: string, page: string): string =>
  URL.canParse(address) || !URL.canParse(address, page) ? address : new URL(address, page).href

/** The addresses of a `srcset`, each with its width or density. */
const absoluteSet = (candidates: string, page: string): string =>
  candidates.replaceAll(
    /(^|,)(\s*)([^\s,](?:\S*[^\s,])?)/g,
    (_, comma: string, space: string, address: string) => {
      return `${comma}${space}${absolute(address, page)}`
    },
  )

/** Makes the addresses in HTML of a page absolute. */
export const absoluteHtml = (html: string, page: string): string =>
  html.replaceAll(startTag, (tag) =>
    tag.replaceAll(
      attribute,
      (_, name: string, value: string) =>
        ` ${name}="${name === 'srcset' ? absoluteSet(value, page) : absolute(value, page)}"`,
    ),
  )

// XML 1.0 allows no other characters, not even escaped.
const unprintable = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu

// Embeddings, overrides and isolates: an unclosed one in a name would reverse the text behind it in a feed reader.
const bidiControls = /[\u202a-\u202e\u2066-\u2069]/g

/** The feed without characters that XML does not allow or that reverse text. */
export const printable = (feed: Feed): Feed => {
  const clean = (text: string) => text.toWellFormed().replace(unprintable, '')
  const cleanLine = (text: string) => clean(text).replaceAll(bidiControls, '')
  return {
    ...feed,
    title: cleanLine(feed.title),
    description: cleanLine(feed.description),
    entries: feed.entries.map((entry) => ({
      ...entry,
      title: cleanLine(entry.title),
      summary: clean(entry.summary),
      html: clean(entry.html),
      authorName: entry.authorName && cleanLine(entry.authorName),
      tags: entry.tags.map(cleanLine),
    })),
  }
}

/** What feeds are served as, by file name. */
export const feedTypes = {
  'feed.xml': 'application/rss+xml; charset=utf-8',
  'atom.xml': 'application/atom+xml; charset=utf-8',
  'feed.json': 'application/feed+json; charset=utf-8',
} as const
export type FeedKind = keyof typeof feedTypes
