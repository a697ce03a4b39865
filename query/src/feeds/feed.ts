/** What every kind of feed says, before it is any of them. Addresses are absolute. */
export interface Feed {
  title: string
  description: string
  /** What its texts are written in, as BCP 47 names it. */
  language: string
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
  /** The page of the author; null for comments, and where there is no author. */
  authorUrl: string | null
  tags: readonly string[]
  publishedAt: string
  updatedAt: string
}

// As the renderer prints it: values in double quotes, and no such bracket in running text or code.
const startTag = /<[a-z](?:[^"<>]|"[^"]*")*>/gi
const attribute = / (href|src|srcset|poster)="([^"]*)"/g

const absolute = (address: string, page: string): string =>
  URL.canParse(address) || !URL.canParse(address, page) ? address : new URL(address, page).href

/** The addresses of a `srcset`, each with its width or density behind it. */
const absoluteSet = (candidates: string, page: string): string =>
  candidates.replaceAll(
    /(^|,)(\s*)([^\s,](?:\S*[^\s,])?)/g,
    (_, comma: string, space: string, address: string) => {
      return `${comma}${space}${absolute(address, page)}`
    },
  )

/** HTML that was made for a page of the blog, readable anywhere: addresses within it become absolute. */
export const absoluteHtml = (html: string, page: string): string =>
  html.replaceAll(startTag, (tag) =>
    tag.replaceAll(
      attribute,
      (_, name: string, value: string) =>
        ` ${name}="${name === 'srcset' ? absoluteSet(value, page) : absolute(value, page)}"`,
    ),
  )

// XML 1.0 knows no other characters, not even escaped.
const unprintable = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu

// Embeddings, overrides and isolates: one that a name leaves open would turn around what a reader shows behind it.
const bidiControls = /[\u202a-\u202e\u2066-\u2069]/g

/** The feed with nothing in it that XML cannot say, or that turns lines around. */
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
