import type { DigestAnswer, DigestComment } from './http/digest.ts'
import { weekName } from './week.ts'

// Pages use this in the browser, which gets no schemas.

export interface DigestEntry {
  title: string
  /** Of a comment, the beginning of its text. */
  quote: string | null
  /** Below the address of the blog. */
  path: string
}

export interface DigestSection {
  title: string
  entries: readonly DigestEntry[]
}

const postPath = (slug: string): string => `/posts/${encodeURIComponent(slug)}`

const entryOfComment = ({ id, author, excerpt, post }: DigestComment): DigestEntry => ({
  title: `${author ?? 'Someone'} on “${post.title}”`,
  quote: excerpt,
  path: `${postPath(post.slug)}?comment=${id}#comment-${id}`,
})

/** What page, feed and mail of a digest say, in order. Sections without entries are left out, and no comment is there twice. */
export const digestSections = ({
  mostRead,
  posts,
  featured,
  comments,
}: Pick<DigestAnswer, 'mostRead' | 'posts' | 'featured' | 'comments'>): DigestSection[] => {
  const isFeatured = new Set(featured.map(({ id }) => id))
  const sections = [
    {
      title: 'Most read',
      entries: mostRead.map(({ slug, title }) => ({ title, quote: null, path: postPath(slug) })),
    },
    {
      title: 'Most discussed',
      entries: posts.map(({ slug, title, comments: count }) => ({
        title: `${title} (${count === 1 ? 'one comment' : `${count} comments`})`,
        quote: null,
        path: postPath(slug),
      })),
    },
    { title: 'Featured comments', entries: featured.map(entryOfComment) },
    { title: 'Best comments', entries: comments.filter(({ id }) => !isFeatured.has(id)).map(entryOfComment) },
  ]
  return sections.filter(({ entries }) => entries.length > 0)
}

const dayFormat = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' })

/** Such as `The week of 2 March 2026`. */
export const digestTitle = ({ week }: Pick<DigestAnswer, 'week'>): string =>
  `The week of ${dayFormat.format(new Date(`${week}T00:00:00Z`))}`

/** Where the digest of a week is, below the address of the blog. */
export const digestPath = (week: string): string => `/digest/${weekName(week)}`
