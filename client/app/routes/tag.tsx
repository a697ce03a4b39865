import { feedLinks } from '../features/page/feeds.ts'
import { Notice } from '../features/page/notice.tsx'
import { pageTitle } from '../features/page/title.ts'
import { PastLink } from '../features/past/past-link.tsx'
import { pageMeta } from '../features/past/past-meta.ts'
import { loadPosts } from '../features/posts/list.server.ts'
import { PostList } from '../features/posts/post-list.tsx'
import { blogContext } from '../services/blog.server.ts'
import type { Route } from './+types/tag'

export const loader = async ({ request, context, params: { tag } }: Route.LoaderArgs) => ({
  ...(await loadPosts({ blog: context.get(blogContext), request, tag })),
  tag,
})

export const meta: Route.MetaFunction = ({ params, matches, location }) =>
  pageMeta(location, [
    { title: pageTitle(matches, params.tag) },
    ...feedLinks({ title: params.tag, query: { tag: params.tag } }),
  ])

export default function Tag({ loaderData: { tag, ...list } }: Route.ComponentProps) {
  if (list.posts.length === 0)
    return (
      <Notice title={`Nothing is tagged “${tag}”`}>
        <p>
          <PastLink to="/tags" className="button">
            All tags
          </PastLink>
        </p>
      </Notice>
    )
  return (
    <>
      <h1 className="page-title">
        <span className="quiet">Tagged</span> {tag}
      </h1>
      <PostList {...list} path={`/tags/${encodeURIComponent(tag)}`} />
    </>
  )
}
