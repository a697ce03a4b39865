import { generateAtomFeed, generateJsonFeed, generateRssFeed } from 'feedsmith'
import { type Feed, type FeedEntry, type FeedKind, printable } from './feed.ts'

const begun = '1970-01-01T00:00:00.000Z'

/** The time of the latest change among the entries; no clock is read. */
const updatedOf = ({ entries }: Feed): string =>
  entries
    .map(({ updatedAt }) => updatedAt)
    .toSorted()
    .at(-1) ?? begun

const urn = ({ id }: FeedEntry): string => `urn:uuid:${id}`

const rss = (feed: Feed): string =>
  generateRssFeed({
    title: feed.title,
    link: feed.home,
    description: feed.description,
    language: feed.language,
    lastBuildDate: new Date(updatedOf(feed)),
    atom: {
      links: [
        { href: feed.self, rel: 'self', type: 'application/rss+xml' },
        { href: feed.hub, rel: 'hub' },
      ],
    },
    items: feed.entries.map((entry) => ({
      title: entry.title,
      link: entry.url,
      guid: { value: urn(entry), isPermaLink: false },
      pubDate: new Date(entry.publishedAt),
      description: entry.summary,
      categories: entry.tags.map((name) => ({ name })),
      content: { encoded: entry.html },
      ...(entry.authorName === null ? {} : { dc: { creators: [entry.authorName] } }),
    })),
  })

const atom = (feed: Feed): string =>
  generateAtomFeed({
    id: feed.self,
    title: { value: feed.title },
    subtitle: { value: feed.description },
    updated: new Date(updatedOf(feed)),
    links: [
      { href: feed.self, rel: 'self', type: 'application/atom+xml' },
      { href: feed.home, rel: 'alternate', type: 'text/html' },
      { href: feed.hub, rel: 'hub' },
    ],
    entries: feed.entries.map((entry) => ({
      id: urn(entry),
      title: { value: entry.title },
      updated: new Date(entry.updatedAt),
      published: new Date(entry.publishedAt),
      links: [{ href: entry.url, rel: 'alternate', type: 'text/html' }],
      // Atom requires an author.
      authors: [
        {
          name: entry.authorName ?? feed.title,
          ...(entry.authorUrl === null ? {} : { uri: entry.authorUrl }),
        },
      ],
      categories: entry.tags.map((term) => ({ term })),
      summary: { value: entry.summary },
      content: { type: 'html', value: entry.html },
    })),
  })

const authorOf = (name: string, url: string | null) => ({ name, ...(url === null ? {} : { url }) })

const json = (feed: Feed): string =>
  JSON.stringify(
    generateJsonFeed({
      title: feed.title,
      home_page_url: feed.home,
      feed_url: feed.self,
      hubs: [{ type: 'WebSub', url: feed.hub }],
      description: feed.description,
      language: feed.language,
      items: feed.entries.map((entry) => ({
        id: urn(entry),
        url: entry.url,
        title: entry.title,
        content_html: entry.html,
        summary: entry.summary,
        date_published: new Date(entry.publishedAt),
        date_modified: new Date(entry.updatedAt),
        tags: [...entry.tags],
        ...(entry.authorName === null ? {} : { authors: [authorOf(entry.authorName, entry.authorUrl)] }),
      })),
    }),
  )

const printers: Readonly<Record<FeedKind, (feed: Feed) => string>> = {
  'feed.xml': rss,
  'atom.xml': atom,
  'feed.json': json,
}

export const printFeed = (kind: FeedKind, feed: Feed): string => printers[kind](printable(feed))
