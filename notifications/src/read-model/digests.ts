import type { Database } from '@logbook/chassis/files/sqlite.ts'
import type { DigestAnswer } from '@logbook/contracts/http/notifications.ts'
import type { View } from '../domain/view.ts'
import { limits } from '../limits.ts'

interface Span {
  fromMs: number
  toMs: number
}

interface Issued {
  week: string
  timeZone: string
  posts: readonly string[]
  comments: readonly string[]
}

interface IssuedRow extends Omit<Issued, 'posts' | 'comments'> {
  posts: string
  comments: string
}

const iso = (ms: number): string => new Date(ms).toISOString()

export type Digests = ReturnType<typeof createDigests>

/** Digests of weeks: the posts with the most comments, and the comments with the best scores. */
export const createDigests = (db: Database, view: View) => {
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
  const talk = db
    .prepare<[string], number>("SELECT count(*) FROM comment WHERE post_id = ? AND status = 'approved'")
    .pluck()
  const columns = 'week, time_zone AS timeZone, posts, comments'
  const ofEvent = db.prepare<[string], IssuedRow>(`SELECT ${columns} FROM digest WHERE event_id = ?`)
  const ofZone = db.prepare<[string, number], IssuedRow>(
    `SELECT ${columns} FROM digest WHERE time_zone = ? ORDER BY week DESC LIMIT ?`,
  )
  const one = db
    .prepare<[string, string], number>('SELECT 1 FROM digest WHERE week = ? AND time_zone = ?')
    .pluck()
  const sentAt = db.prepare<[string], string>('SELECT sent_at FROM newsletter WHERE post_id = ?').pluck()

  const effectFromRow = (row: IssuedRow): Issued => ({
    ...row,
    posts: JSON.parse(row.posts),
    comments: JSON.parse(row.comments),
  })

  /** A digest without posts and comments that were hidden since. */
  const shown = ({ week, timeZone, posts, comments }: Issued): DigestAnswer => ({
    ...{ week, timeZone },
    posts: posts.flatMap((id) => {
      const post = view.post(id)
      if (!post?.isPublished) return []
      return [{ id, slug: post.slug, title: post.title, comments: talk.get(id) ?? 0 }]
    }),
    comments: comments.flatMap((id) => {
      const comment = view.comment(id)
      const post = view.post(comment?.postId ?? '')
      if (comment?.status !== 'approved' || !post?.isPublished) return []
      const { authorName: author, excerpt, score } = comment
      return [{ id, author, excerpt, score, post: { id: post.id, slug: post.slug, title: post.title } }]
    }),
  })

  return {
    /** The ids of posts and comments for a digest of this span. */
    pick: ({ fromMs, toMs }: Span) => ({
      posts: posts.all(iso(fromMs), iso(toMs), limits.digestPostsMax),
      comments: comments.all(iso(fromMs), iso(toMs), limits.digestCommentsMax),
    }),
    shown,
    ofEvent(eventId: string): DigestAnswer | undefined {
      const row = ofEvent.get(eventId)
      return row && shown(effectFromRow(row))
    },
    latest: (timeZone: string, limit: number): DigestAnswer[] =>
      ofZone.all(timeZone, limit).map((row) => shown(effectFromRow(row))),
    /** The time at which a post was sent as a newsletter, or undefined. */
    newsletterSentAt: (postId: string): string | undefined => sentAt.get(postId),
    isIssued: (week: string, timeZone: string): boolean => one.get(week, timeZone) === 1,
    /** The time zones of digests: the blog's, and those of people who want them. */
    zones: (): string[] => [
      ...new Set([
        view.blog().timeZone,
        ...view.peopleWanting('digest').map((id) => view.choices(id).preferences.timeZone),
      ]),
    ],
  }
}
