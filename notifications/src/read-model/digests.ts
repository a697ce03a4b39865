import type { Database } from '@logbook/chassis/files/sqlite.ts'
import type { DigestAnswer } from '@logbook/contracts/http/notifications.ts'
import type { Known } from '../domain/known.ts'
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

export type Digests = ReturnType<typeof digestsOf>

/** What a week had: the posts that were talked about most, and the comments that readers thought best. */
export const digestsOf = (db: Database, known: Known) => {
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

  const opened = (row: IssuedRow): Issued => ({
    ...row,
    posts: JSON.parse(row.posts),
    comments: JSON.parse(row.comments),
  })

  /** As it may be shown now: what was hidden since is left out. */
  const shown = ({ week, timeZone, posts, comments }: Issued): DigestAnswer => ({
    ...{ week, timeZone },
    posts: posts.flatMap((id) => {
      const post = known.post(id)
      if (!post?.isPublished) return []
      return [{ id, slug: post.slug, title: post.title, comments: talk.get(id) ?? 0 }]
    }),
    comments: comments.flatMap((id) => {
      const comment = known.comment(id)
      const post = known.post(comment?.postId ?? '')
      if (comment?.status !== 'approved' || !post?.isPublished) return []
      const { authorName: author, excerpt, score } = comment
      return [{ id, author, excerpt, score, post: { id: post.id, slug: post.slug, title: post.title } }]
    }),
  })

  return {
    /** What a digest of this span would hold, by ids. */
    pick: ({ fromMs, toMs }: Span) => ({
      posts: posts.all(iso(fromMs), iso(toMs), limits.digestPostsMax),
      comments: comments.all(iso(fromMs), iso(toMs), limits.digestCommentsMax),
    }),
    shown,
    ofEvent(eventId: string): DigestAnswer | undefined {
      const row = ofEvent.get(eventId)
      return row && shown(opened(row))
    },
    latest: (timeZone: string, limit: number): DigestAnswer[] =>
      ofZone.all(timeZone, limit).map((row) => shown(opened(row))),
    /** When a post went out as a newsletter, or undefined. */
    newsletterSentAt: (postId: string): string | undefined => sentAt.get(postId),
    isIssued: (week: string, timeZone: string): boolean => one.get(week, timeZone) === 1,
    /** The zones that digests are due in: the blog's, and those of people who want them. */
    zones: (): string[] => [
      ...new Set([
        known.blog().timeZone,
        ...known.wanting('digest').map((id) => known.choices(id).preferences.timeZone),
      ]),
    ],
  }
}
