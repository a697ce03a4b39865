import { queryEndpoints } from '@logbook/contracts/endpoints/query.ts'
import type { PostSummary } from '@logbook/contracts/http/query.ts'
import type { Blog } from '../../services/blog.server.ts'
import { callOrThrow } from '../../services/call.server.ts'
import { pageQuery } from '../../services/paging.server.ts'
import { nextCursorOf } from '../page/paging.ts'
import { asOfQuery } from '../past/as-of.server.ts'

const postsPerPage = 12

export type PostCard = Pick<
  PostSummary,
  | 'id'
  | 'slug'
  | 'title'
  | 'tags'
  | 'authorName'
  | 'publishedAt'
  | 'readingMinutes'
  | 'commentCount'
  | 'excerpt'
  | 'cover'
  | 'coverAlt'
  | 'authorPicture'
>

const cardOf = (post: PostSummary): PostCard => {
  const { id, slug, title, tags, authorName, publishedAt, readingMinutes, commentCount, excerpt } = post
  const { cover, coverAlt, authorPicture } = post
  return {
    ...{ id, slug, title, tags, authorName, publishedAt, readingMinutes, commentCount, excerpt },
    ...{ cover, coverAlt, authorPicture },
  }
}

interface Asked {
  blog: Blog
  request: Request
  tag?: string
  /** The author's slug. */
  author?: string
  /** Such as `2026-11`. */
  month?: string
}

/** One page of posts, newest first: the cursor is in the address, so that every page can be linked. */
export const loadPosts = async ({ blog, request, tag, author, month }: Asked) => {
  const query = pageQuery({ request, limit: postsPerPage })
  if (tag !== undefined) query.set('tag', tag)
  if (author !== undefined) query.set('author', author)
  if (month !== undefined) query.set('month', month)
  for (const [name, value] of Object.entries(await asOfQuery({ request, blog }))) query.set(name, value)
  const { body, headers } = await callOrThrow(queryEndpoints, 'GET /posts', { blog, request, query })
  return {
    posts: body.map(cardOf),
    older: nextCursorOf(headers),
    isFirst: !query.has('cursor'),
    /** Whether the blog has several authors, so that a list names them. */
    isSigned: body.some(({ isSigned }) => isSigned),
  }
}
