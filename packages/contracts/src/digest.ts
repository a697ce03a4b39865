import type { DigestAnswer, DigestComment, DigestRelated } from './http/digest.ts'
import type { RelatedPost } from './http/query.ts'
import { weekName } from './week.ts'

// Pages use this in the browser, which gets no schemas.

export interface DigestEntry {
  title: string
  /** Of a comment, the beginning of its text. */
  quote: string | null
  /** Of a related post, what it is related to and why. */
  note: string | null
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
  note: null,
  path: `${postPath(post.slug)}?comment=${id}#comment-${id}`,
})

/** The first posts of a digest, to which others may be related. */
const relatedToMax = 3
const relatedMax = 3

type DigestPosts = Pick<DigestAnswer, 'mostRead' | 'posts'>

/** The posts of a digest that related ones are looked up for. */
export const relatedTo = ({ mostRead, posts }: DigestPosts): DigestAnswer['mostRead'] => {
  const byId = new Map([...mostRead, ...posts].map(({ id, slug, title }) => [id, { id, slug, title }]))
  return [...byId.values()].slice(0, relatedToMax)
}

/** The related posts of a digest: the most related of each of its posts before the next ones, and none that it has itself. */
export const relatedOf = (
  digest: DigestPosts,
  relatedOfPost: (post: DigestAnswer['mostRead'][number]) => readonly RelatedPost[],
): DigestRelated[] => {
  const found = relatedTo(digest).flatMap((to) =>
    relatedOfPost(to).map(({ slug, title, reason }, rank) => ({
      rank,
      related: { slug, title, reason, to },
    })),
  )
  const known = new Set([...digest.mostRead, ...digest.posts].map(({ slug }) => slug))
  return found
    .toSorted((one, other) => one.rank - other.rank)
    .map(({ related }) => related)
    .filter(({ slug }) => !known.has(slug) && known.add(slug))
    .slice(0, relatedMax)
}

/** What page, feed and mail of a digest say, in order. Sections without entries are left out, and no comment is there twice. */
export const digestSections = ({
  mostRead,
  posts,
  featured,
  comments,
  related,
}: Omit<DigestAnswer, 'week' | 'timeZone'>): DigestSection[] => {
  const isFeatured = new Set(featured.map(({ id }) => id))
  const sections = [
    {
      title: 'Most read',
      entries: mostRead.map(({ slug, title }) => ({ title, quote: null, note: null, path: postPath(slug) })),
    },
    {
      title: 'Most discussed',
      entries: posts.map(({ slug, title, comments: count }) => ({
        title: `${title} (${count === 1 ? 'one comment' : `${count} comments`})`,
        quote: null,
        note: null,
        path: postPath(slug),
      })),
    },
    { title: 'Featured comments', entries: featured.map(entryOfComment) },
    { title: 'Best comments', entries: comments.filter(({ id }) => !isFeatured.has(id)).map(entryOfComment) },
    {
      title: 'Related posts',
      entries: related.map(({ slug, title, reason, to }) => ({
        ...{ title, quote: null, path: postPath(slug) },
        note: `Related to “${to.title}”: ${reason}`,
      })),
    },
  ]
  return sections.filter(({ entries }) => entries.length > 0)
}

const dayFormat = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' })

/** Such as `The week of 2 March 2026`. */
export const digestTitle = ({ week }: Pick<DigestAnswer, 'week'>): string =>
  `The week of ${dayFormat.format(new Date(`${week}T00:00:00Z`))}`

/** Where the digest of a week is, below the address of the blog. */
export const digestPath = (week: string): string => `/digest/${weekName(week)}`
