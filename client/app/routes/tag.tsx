import { tagSlug } from '@logbook/contracts/tags.ts'
import { data } from 'react-router'
import { feedLinks } from '../features/page/feeds.ts'
import { Notice } from '../features/page/notice.tsx'
import { leave, reading } from '../features/page/scripts.ts'
import { blogIn } from '../features/page/title.ts'
import { PastLink } from '../features/past/past-link.tsx'
import { pageMeta } from '../features/past/past-meta.ts'
import { loadPosts } from '../features/posts/list.server.ts'
import { PostList } from '../features/posts/post-list.tsx'
import { blogContext } from '../services/blog.server.ts'
import { moved } from '../services/moved.server.ts'
import type { Route } from './+types/tag'

export const handle = reading
export const clientLoader = leave

export const loader = async ({ request, context, params }: Route.LoaderArgs) => {
  const slug = tagSlug(params.tag)
  const { search } = new URL(request.url)
  if (slug !== params.tag) throw moved(`/tags/${encodeURIComponent(slug)}${search}`)
  const list = await loadPosts({ blog: context.get(blogContext), request, tag: slug })
  const written = list.posts.flatMap(({ tags }) => tags).find((each) => tagSlug(each) === slug)
  const status = list.posts.length === 0 ? 404 : 200
  return data({ ...list, slug, tag: written ?? slug }, { status })
}

export const meta: Route.MetaFunction = ({ loaderData, params, matches, location }) => {
  const { tag = params.tag, slug = params.tag } = loaderData ?? {}
  return pageMeta(
    { location, matches },
    {
      title: tag,
      description: `Posts of ${blogIn(matches).title} tagged “${tag}”.`,
      feeds: feedLinks({ title: tag, query: { tag: slug } }),
    },
  )
}

export default function Tag({ loaderData: { tag, slug, ...list } }: Route.ComponentProps) {
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
        <span className="quiet">Tagged</span> <bdi>{tag}</bdi>
      </h1>
      <PostList {...list} path={`/tags/${encodeURIComponent(slug)}`} />
      <p className="quiet">
        <a href={`/subscribe?${new URLSearchParams({ tag })}`} rel="nofollow">
          New posts with this tag by mail
        </a>
      </p>
    </>
  )
}
