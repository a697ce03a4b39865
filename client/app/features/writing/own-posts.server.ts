import { postEndpoints } from '@logbook/contracts/endpoints/posts.ts'
import type { LivePost, PostState } from '@logbook/contracts/events/posts.ts'
import type { Blog } from '../../services/blog.server.ts'
import { callOrThrow } from '../../services/call.server.ts'
import { pageQuery } from '../../services/paging.server.ts'
import { nextCursorOf } from '../page/paging.ts'

const postsPerPage = 50

export type OwnPost = Pick<
  LivePost,
  'id' | 'slug' | 'kind' | 'title' | 'status' | 'updatedAt' | 'publishedAt' | 'publishAt'
> & { version: number }

const isLive = <Versioned extends PostState>(post: Versioned): post is Extract<Versioned, LivePost> =>
  post.status !== 'deleted'

/** One page of the author's posts, drafts included, newest first. */
export const loadOwnPosts = async ({ blog, request }: { blog: Blog; request: Request }) => {
  const query = pageQuery({ request, limit: postsPerPage })
  const { body, headers } = await callOrThrow(postEndpoints, 'GET /posts', { blog, request, query })
  const posts = body.filter(isLive).map(
    ({ id, slug, kind, title, status, updatedAt, publishedAt, publishAt, version }): OwnPost => ({
      id,
      slug,
      kind,
      title,
      status,
      updatedAt,
      publishedAt,
      ...(publishAt === undefined ? {} : { publishAt }),
      version,
    }),
  )
  return { posts, older: nextCursorOf(headers) }
}
