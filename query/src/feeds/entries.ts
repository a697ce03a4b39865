import type { PublicComment } from '@logbook/contracts/http/comments.ts'
import type { RelatedPost } from '@logbook/contracts/http/query.ts'
import { authorSlug } from '@logbook/contracts/tags.ts'
import type { Renderer, Turn } from '@logbook/markdown/threads/renderer.ts'
import { limits } from '../limits.ts'
import { isEmptyDigest, shownDigests } from '../pages/digest.ts'
import { headOf } from '../pages/post-head.ts'
import type { Projections } from '../projections/all.ts'
import type { ListRequest, PostRow } from '../projections/post-rows.ts'
import type { Addresses } from './addresses.ts'
import { entryOfDigest } from './digests.ts'
import { absoluteHtml, type FeedEntry } from './feed.ts'

export interface FeedSource {
  addresses: Addresses
  renderer: Renderer
  related: (row: PostRow) => readonly RelatedPost[]
  projections: () => Pick<Projections, 'posts' | 'comments' | 'archive' | 'authors' | 'digests'>
}

const charsMax = limits.excerptCharsMax

/** Reads the entries of feeds. */
export const feedEntries = ({ addresses, renderer, related, projections }: FeedSource) => {
  const entryOfPost = async (turn: Turn, row: PostRow): Promise<FeedEntry> => {
    const { id, slug, title, tags, authorName, publishedAt, updatedAt } = headOf(row)
    const url = addresses.post(slug)
    const [{ html }, summary] = await Promise.all([
      turn.post(row.content),
      row.excerpt ?? turn.excerpt(row.content, { charsMax }),
    ])
    return {
      ...{ id, url, title, summary, html: absoluteHtml(html, url), authorName, tags, publishedAt, updatedAt },
      authorUrl: authorName === null ? null : addresses.author(authorSlug(authorName)),
    }
  }

  const entryOfComment = async (
    turn: Turn,
    comment: PublicComment,
    { slug, title }: { slug: string; title: string },
  ): Promise<FeedEntry> => {
    const { id, createdAt, editedAt } = comment
    const content = comment.content ?? ''
    const [html, summary] = await Promise.all([turn.comment(content), turn.excerpt(content, { charsMax })])
    const url = addresses.comment(slug, id)
    const authorName = comment.author?.name ?? null
    return {
      id,
      url,
      title: `${authorName ?? 'Anonymous'} on ${title}`,
      summary,
      html: absoluteHtml(html, url),
      authorName,
      authorUrl: null,
      tags: [],
      publishedAt: createdAt,
      updatedAt: editedAt ?? createdAt,
    }
  }

  return {
    /** The latest posts, newest first. */
    async ofPosts(of: Pick<ListRequest, 'tag' | 'author'>): Promise<FeedEntry[]> {
      const rows = projections().posts.list({ kind: 'post', ...of, limit: limits.feedEntriesMax })
      const turn = renderer.turn()
      return Promise.all(rows.map((row) => entryOfPost(turn, row)))
    },
    /** The latest digests of which something may be shown, newest first. */
    async ofDigests(): Promise<FeedEntry[]> {
      const issued = projections().digests.latest({ limit: limits.feedEntriesMax })
      const shown = await shownDigests({ rows: projections, renderer, related }, issued)
      return issued.flatMap((each, index) => {
        const digest = shown[index]
        return digest === undefined || isEmptyDigest(digest) ? [] : [entryOfDigest(each, digest, addresses)]
      })
    },
    /** The latest approved comments of a post, newest first. */
    async ofComments(row: PostRow): Promise<FeedEntry[]> {
      const latest = projections().comments.latest({ postId: row.id, limit: limits.feedEntriesMax })
      const [turn, head] = [renderer.turn(), headOf(row)]
      const comments = latest.map((json) => JSON.parse(json) as PublicComment).reverse()
      return Promise.all(comments.map((comment) => entryOfComment(turn, comment, head)))
    },
  }
}
