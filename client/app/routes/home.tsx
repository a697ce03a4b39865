import { Link } from 'react-router'
import { feedLinks } from '../features/page/feeds.ts'
import { Notice } from '../features/page/notice.tsx'
import { leave, reading } from '../features/page/scripts.ts'
import { blogIn } from '../features/page/title.ts'
import { useAsOf } from '../features/past/as-of.ts'
import { pageMeta } from '../features/past/past-meta.ts'
import { loadPosts } from '../features/posts/list.server.ts'
import { PostList } from '../features/posts/post-list.tsx'
import { blogContext } from '../services/blog.server.ts'
import { leadOnFromFormer } from '../services/former.server.ts'
import type { Route } from './+types/home'

export const handle = reading
export const clientLoader = leave

export const loader = async ({ request, context }: Route.LoaderArgs) => {
  const blog = context.get(blogContext)
  await leadOnFromFormer({ blog, request })
  const [list, { title, description }] = await Promise.all([
    loadPosts({ blog, request }),
    blog.settings.current(),
  ])
  return { ...list, title, description }
}

export const meta: Route.MetaFunction = ({ loaderData, location, matches }) =>
  pageMeta(
    { location, matches },
    {
      title: undefined,
      description: loaderData?.description || `The posts of ${blogIn(matches).title}, newest first.`,
      feeds: feedLinks({ title: blogIn(matches).title }),
    },
  )

const NothingThen = () => (
  <Notice title="Nothing had been published yet">
    <p>This blog starts later. Imported posts count from the day of the import.</p>
  </Notice>
)

export default function Home({ loaderData: { title, ...list } }: Route.ComponentProps) {
  const isPast = useAsOf() !== null
  if (isPast && list.posts.length === 0 && list.isFirst) return <NothingThen />
  if (list.posts.length === 0)
    return (
      <Notice title={list.isFirst ? 'The first page is empty' : 'No older posts'}>
        <p>
          {list.isFirst
            ? 'Posts appear here, newest first. A title is enough to start.'
            : 'This is where the blog begins.'}
        </p>
        <p>
          <Link to={list.isFirst ? '/write' : '/'} className="button">
            {list.isFirst ? 'Write the first post' : 'To the newest posts'}
          </Link>
        </p>
      </Notice>
    )
  return (
    <>
      <h1 className="unseen" dir="auto">
        {title}
      </h1>
      <PostList {...list} path="/" />
    </>
  )
}
