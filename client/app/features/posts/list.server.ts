import type { PostSummary } from '@logbook/contracts/http/query.ts'
import { askOrThrow } from '../../services/ask.server.ts'
import type { Blog } from '../../services/blog.server.ts'
import { nextCursorOf, pageQuery } from '../../services/paging.server.ts'

const postsPerPage = 12

export type PostCard = Pick<
  PostSummary,
  'id' | 'slug' | 'title' | 'tags' | 'publishedAt' | 'readingMinutes' | 'commentCount' | 'excerpt'
>

const cardOf = ({
  id,
  slug,
  title,
  tags,
  publishedAt,
  readingMinutes,
  commentCount,
  excerpt,
}: PostSummary): PostCard => ({ id, slug, title, tags, publishedAt, readingMinutes, commentCount, excerpt })

/** One page of posts, newest first: the cursor is in the address, so that every page can be linked. */
export const loadPosts = async ({ blog, request, tag }: { blog: Blog; request: Request; tag?: string }) => {
  const query = pageQuery({ request, limit: postsPerPage })
  if (tag !== undefined) query.set('tag', tag)
  const { body, headers } = await askOrThrow<PostSummary[]>({
    request,
    url: `${blog.urls.query}/posts?${query}`,
  })
  return { posts: body.map(cardOf), older: nextCursorOf(headers), isFirst: !query.has('cursor') }
}
