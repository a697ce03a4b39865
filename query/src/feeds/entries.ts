import { setImmediate } from 'node:timers/promises'
import type { PublicComment } from '@logbook/contracts/http/comments.ts'
import { renderComment } from '@logbook/markdown/comment.ts'
import { excerptOf } from '@logbook/markdown/excerpt.ts'
import { renderPost } from '@logbook/markdown/post.ts'
import { LRUCache } from 'lru-cache'
import { limits } from '../limits.ts'
import { headOf } from '../post-head.ts'
import type { Projections } from '../projections/all.ts'
import type { PostRow } from '../projections/posts.ts'
import type { Addresses } from './addresses.ts'
import { absoluteHtml, type FeedEntry } from './feed.ts'

export interface FeedSource {
  addresses: Addresses
  projections: () => Pick<Projections, 'posts' | 'comments' | 'archive'>
}

/** What feeds are made of. Markdown is rendered once a version, and others are let in between two posts. */
export const feedEntries = ({ addresses, projections }: FeedSource) => {
  const rendered = new LRUCache<string, string>({
    maxSize: limits.feedCharsMax,
    sizeCalculation: (html) => html.length + 1,
  })
  const htmlOf = (key: string, make: () => string): string => {
    const known = rendered.get(key)
    if (known !== undefined) return known
    const html = make()
    rendered.set(key, html)
    return html
  }

  const entryOfPost = (row: PostRow): FeedEntry => {
    const { id, slug, title, tags, authorName, publishedAt, updatedAt, version } = headOf(row)
    const url = addresses.post(slug)
    const html = htmlOf(`${id}:${version}`, () => absoluteHtml(renderPost(row.content).html, url))
    const summary = row.excerpt ?? excerptOf(row.content, { charsMax: limits.excerptCharsMax })
    return { id, url, title, summary, html, authorName, tags, publishedAt, updatedAt }
  }

  const entryOfComment = (
    comment: PublicComment,
    { slug, title }: { slug: string; title: string },
  ): FeedEntry => {
    const { id, revision, createdAt, editedAt } = comment
    const content = comment.content ?? ''
    const url = addresses.comment(slug, id)
    const authorName = comment.author?.name ?? null
    return {
      id,
      url,
      title: `${authorName ?? 'Anonymous'} on ${title}`,
      summary: excerptOf(content, { charsMax: limits.excerptCharsMax }),
      html: htmlOf(`${id}:${revision}`, () => absoluteHtml(renderComment(content), url)),
      authorName,
      tags: [],
      publishedAt: createdAt,
      updatedAt: editedAt ?? createdAt,
    }
  }

  return {
    /** The latest posts, newest first. */
    async ofPosts(tag: string | undefined): Promise<FeedEntry[]> {
      const rows = projections().posts.list({ kind: 'post', tag, limit: limits.feedEntriesMax })
      const entries: FeedEntry[] = []
      for (const row of rows) {
        entries.push(entryOfPost(row))
        await setImmediate()
      }
      return entries
    },
    /** The latest approved comments of a post, newest first. */
    ofComments(row: PostRow): FeedEntry[] {
      const latest = projections().comments.latest({ postId: row.id, limit: limits.feedEntriesMax })
      return latest.map((json) => entryOfComment(JSON.parse(json) as PublicComment, headOf(row))).reverse()
    },
  }
}
