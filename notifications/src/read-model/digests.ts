import type { Database } from '@logbook/chassis/files/sqlite.ts'
import type { DigestAnswer } from '@logbook/contracts/http/digest.ts'
import { dayIn } from '@logbook/contracts/time-zone.ts'
import type { View } from '../domain/view.ts'
import { limits } from '../limits.ts'

interface Span {
  fromMs: number
  toMs: number
}

interface Issued {
  week: string
  timeZone: string
  mostRead: readonly string[]
  posts: readonly string[]
  featured: readonly string[]
  comments: readonly string[]
}

interface IssuedRow extends Omit<Issued, 'mostRead' | 'posts' | 'featured' | 'comments'> {
  mostRead: string
  posts: string
  featured: string
  comments: string
}

const iso = (ms: number): string => new Date(ms).toISOString()

export type Digests = ReturnType<typeof createDigests>

/** Picks the ids of posts and comments for a digest of a span. */
const pickOf = (db: Database) => {
  const posts = db
    .prepare<[string, string, number], string>(
      `SELECT c.post_id FROM comment c JOIN post p ON p.id = c.post_id
       WHERE c.status = 'approved' AND p.published = 1 AND c.created_at >= ? AND c.created_at < ?
       GROUP BY c.post_id ORDER BY count(*) DESC, c.post_id LIMIT ?`,
    )
    .pluck()
  const comments = db
    .prepare<[string, string, number], string>(
      `SELECT c.id FROM comment c JOIN post p ON p.id = c.post_id
       WHERE c.status = 'approved' AND p.published = 1 AND c.score > 0 AND c.created_at >= ? AND c.created_at < ?
       ORDER BY c.score DESC, c.created_at, c.id LIMIT ?`,
    )
    .pluck()
  const mostRead = db
    .prepare<[string, string, number], string>(
      `SELECT r.post_id FROM reading r JOIN post p ON p.id = r.post_id WHERE p.published = 1 AND r.day BETWEEN ? AND ?
       GROUP BY r.post_id ORDER BY sum(r.readers) DESC, r.post_id LIMIT ?`,
    )
    .pluck()
  const featured = db
    .prepare<[string, string, number], string>(
      `SELECT c.id FROM comment c JOIN post p ON p.id = c.post_id
       WHERE c.status = 'approved' AND p.published = 1 AND c.featured = 1 AND c.created_at >= ? AND c.created_at < ?
       ORDER BY c.created_at DESC, c.id LIMIT ?`,
    )
    .pluck()
  return ({ fromMs, toMs, timeZone }: Span & { timeZone: string }) => ({
    mostRead: mostRead.all(dayIn(fromMs, timeZone), dayIn(toMs - 1, timeZone), limits.digestPostsMax),
    posts: posts.all(iso(fromMs), iso(toMs), limits.digestPostsMax),
    featured: featured.all(iso(fromMs), iso(toMs), limits.digestCommentsMax),
    comments: comments.all(iso(fromMs), iso(toMs), limits.digestCommentsMax),
  })
}

/** Digests of weeks: the posts with the most readers and the most comments, featured comments, and those with the best scores. */
export const createDigests = (db: Database, view: View) => {
  const pick = pickOf(db)
  const talk = db
    .prepare<[string], number>("SELECT count(*) FROM comment WHERE post_id = ? AND status = 'approved'")
    .pluck()
  const columns = 'week, time_zone AS timeZone, most_read AS mostRead, posts, featured, comments'
  const ofEvent = db.prepare<[string], IssuedRow>(`SELECT ${columns} FROM digest WHERE event_id = ?`)
  const one = db
    .prepare<[string, string], number>('SELECT 1 FROM digest WHERE week = ? AND time_zone = ?')
    .pluck()
  const sentAt = db.prepare<[string], string>('SELECT sent_at FROM newsletter WHERE post_id = ?').pluck()

  const effectFromRow = (row: IssuedRow): Issued => ({
    ...row,
    mostRead: JSON.parse(row.mostRead),
    posts: JSON.parse(row.posts),
    featured: JSON.parse(row.featured),
    comments: JSON.parse(row.comments),
  })

  const postShown = (id: string): DigestAnswer['mostRead'] => {
    const post = view.post(id)
    return post?.isPublished ? [{ id, slug: post.slug, title: post.title }] : []
  }
  const commentShown = (id: string): DigestAnswer['comments'] => {
    const comment = view.comment(id)
    const post = view.post(comment?.postId ?? '')
    if (comment?.status !== 'approved' || !post?.isPublished) return []
    const { authorName: author, excerpt, score } = comment
    return [{ id, author, excerpt, score, post: { id: post.id, slug: post.slug, title: post.title } }]
  }

  /** A digest without posts and comments that were hidden since. */
  const shown = ({ week, timeZone, posts, ...ids }: Issued): Omit<DigestAnswer, 'related'> => ({
    ...{ week, timeZone },
    mostRead: ids.mostRead.flatMap(postShown),
    posts: posts.flatMap(postShown).map((post) => ({ ...post, comments: talk.get(post.id) ?? 0 })),
    featured: ids.featured.flatMap(commentShown),
    comments: ids.comments.flatMap(commentShown),
  })

  return {
    pick,
    shown,
    ofEvent(eventId: string): Omit<DigestAnswer, 'related'> | undefined {
      const row = ofEvent.get(eventId)
      return row && shown(effectFromRow(row))
    },
    /** The time at which a post was sent as a newsletter, or undefined. */
    newsletterSentAt: (postId: string): string | undefined => sentAt.get(postId),
    isIssued: (week: string, timeZone: string): boolean => one.get(week, timeZone) === 1,
    /** The time zones of digests: the blog's, and with it those of people who want them. */
    zones() {
      const ofBlog = view.blog().timeZone
      const people = view.peopleWanting('digest').map((id) => view.choices(id).preferences.timeZone)
      return { ofBlog, all: [...new Set([ofBlog, ...people])] }
    },
  }
}
