import { setImmediate as turnOfOthers } from 'node:timers/promises'
import { digestSections, relatedOf, relatedTo } from '@logbook/contracts/digest.ts'
import type { PublicComment } from '@logbook/contracts/http/comments.ts'
import type { DigestAnswer } from '@logbook/contracts/http/digest.ts'
import type { RelatedPost } from '@logbook/contracts/http/query.ts'
import type { Renderer } from '@logbook/markdown/threads/renderer.ts'
import { limits } from '../limits.ts'
import type { Projections } from '../projections/all.ts'
import type { IssuedDigest } from '../projections/digests.ts'
import type { PostRow } from '../projections/post-rows.ts'
import type { AsOf } from '../projections/temporal.ts'
import { headOf } from './post-head.ts'

type Rows = Pick<Projections, 'posts' | 'comments'>
type DigestComment = DigestAnswer['comments'][number]
type RelatedOf = (row: PostRow) => readonly RelatedPost[]

/** Looks the posts and comments of digests up: those that readers may see, at this moment. */
const digestReader = ({ posts, comments }: Rows, excerpts: ReadonlyMap<string, string>, asOf: AsOf) => {
  const postOf = (id: string) => {
    const row = posts.byId(id, asOf)
    if (row === undefined) return undefined
    const { slug, title } = headOf(row)
    return { id, slug, title }
  }
  const commentOf = (id: string): (Omit<DigestComment, 'excerpt'> & { content: string }) | undefined => {
    const row = comments.one(id, asOf)
    const comment = row && (JSON.parse(row.public) as PublicComment)
    const post = comment && postOf(comment.postId)
    if (comment?.status !== 'approved' || comment.content === null || post === undefined) return undefined
    const { author, content, score } = comment
    return { id, author: author?.name ?? null, content, score, post }
  }
  const all = (ids: readonly string[]): DigestComment[] =>
    ids.flatMap((id) => {
      const { content, ...comment } = commentOf(id) ?? {}
      const excerpt = excerpts.get(content ?? '')
      return excerpt === undefined ? [] : [{ ...(comment as Omit<DigestComment, 'excerpt'>), excerpt }]
    })
  return {
    texts: ({ featured, comments: best }: IssuedDigest): string[] =>
      [...featured, ...best].flatMap((id) => commentOf(id)?.content ?? []),
    shown: (digest: IssuedDigest): Omit<DigestAnswer, 'related'> => ({
      week: digest.week,
      timeZone: digest.timeZone,
      mostRead: digest.mostRead.flatMap((id) => postOf(id) ?? []),
      posts: digest.posts.flatMap((id) => {
        const post = postOf(id)
        return post ? [{ ...post, comments: comments.countApproved(id, asOf) }] : []
      }),
      featured: all(digest.featured),
      comments: all(digest.comments),
    }),
  }
}

/**
 * Digests as readers may see them now. The excerpts of comments are made in another thread; after that everything is read again, so that
 * nothing is shown that was hidden meanwhile.
 */
export const shownDigests = async (
  { rows, renderer, related }: { rows: () => Rows; renderer: Renderer; related: RelatedOf },
  digests: readonly IssuedDigest[],
  asOf?: AsOf,
): Promise<DigestAnswer[]> => {
  const excerpts = new Map<string, string>()
  const turn = renderer.turn()
  const texts = new Set(digests.flatMap((each) => digestReader(rows(), excerpts, asOf).texts(each)))
  await Promise.all(
    [...texts].map(async (text) => {
      excerpts.set(text, await turn.excerpt(text, { charsMax: limits.excerptCharsMax }))
    }),
  )
  const readable = digestReader(rows(), excerpts, asOf)
  const relatedOfPost = ({ id }: { id: string }): readonly RelatedPost[] => {
    const row = asOf === undefined ? rows().posts.byId(id) : undefined
    return row ? related(row) : []
  }
  // Related posts are prepared before, one post at a time, so that no other request waits for all of them.
  for (const digest of digests)
    for (const post of relatedTo(readable.shown(digest))) {
      relatedOfPost(post)
      await turnOfOthers()
    }
  const reader = digestReader(rows(), excerpts, asOf)
  return digests.map((digest) => {
    const shown = reader.shown(digest)
    return { ...shown, related: relatedOf(shown, relatedOfPost) }
  })
}

export const isEmptyDigest = (digest: DigestAnswer): boolean => digestSections(digest).length === 0

/** The digests with a post that readers may see, latest first; without one, no comment of it may be seen either. */
export const digestsWithPosts = ({
  digests,
  posts,
}: Pick<Projections, 'digests' | 'posts'>): IssuedDigest[] =>
  digests
    .latest({ limit: limits.digestsInSitemapMax })
    .filter((digest) => [...digest.mostRead, ...digest.posts].some((id) => posts.byId(id) !== undefined))
