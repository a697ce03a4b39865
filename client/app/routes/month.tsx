import { data } from 'react-router'
import { Notice } from '../features/page/notice.tsx'
import { leave, reading } from '../features/page/scripts.ts'
import { blogIn } from '../features/page/title.ts'
import { PastLink } from '../features/past/past-link.tsx'
import { pageMeta } from '../features/past/past-meta.ts'
import { loadPosts } from '../features/posts/list.server.ts'
import { isMonth, monthAndYear } from '../features/posts/months.ts'
import { PostList } from '../features/posts/post-list.tsx'
import { blogContext } from '../services/blog.server.ts'
import type { Route } from './+types/month'

export const handle = reading
export const clientLoader = leave

export const loader = async ({ request, context, params: { month } }: Route.LoaderArgs) => {
  if (!isMonth(month)) throw data(null, { status: 404 })
  const list = await loadPosts({ blog: context.get(blogContext), request, month })
  return data({ ...list, month }, { status: list.posts.length === 0 ? 404 : 200 })
}

export const meta: Route.MetaFunction = ({ loaderData, matches, location }) =>
  pageMeta(
    { location, matches },
    {
      title: loaderData ? monthAndYear(loaderData.month) : 'Archive',
      description: `What ${blogIn(matches).title} published in ${loaderData ? monthAndYear(loaderData.month) : 'a month'}.`,
    },
  )

export default function Month({ loaderData: { month, ...list } }: Route.ComponentProps) {
  if (list.posts.length === 0)
    return (
      <Notice title={`Nothing was published in ${monthAndYear(month)}`}>
        <p>
          <PastLink to="/archive" className="button">
            The archive
          </PastLink>
        </p>
      </Notice>
    )
  return (
    <>
      <h1 className="page-title">
        <span className="quiet">Published in</span> {monthAndYear(month)}
      </h1>
      <PostList {...list} path={`/archive/${month}`} />
    </>
  )
}
