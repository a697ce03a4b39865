import { Link } from 'react-router'
import { feedLinks } from '../features/page/feeds.ts'
import { Notice } from '../features/page/notice.tsx'
import { loadPosts } from '../features/posts/list.server.ts'
import { PostList } from '../features/posts/post-list.tsx'
import { blogContext } from '../services/blog.server.ts'
import type { Route } from './+types/home'

export const loader = async ({ request, context }: Route.LoaderArgs) => {
  const blog = context.get(blogContext)
  return { ...(await loadPosts({ blog, request })), title: blog.title }
}

export const meta: Route.MetaFunction = ({ loaderData }) => [
  { title: loaderData?.title ?? 'Logbook' },
  ...feedLinks({ title: loaderData?.title ?? 'Logbook' }),
]

export default function Home({ loaderData: { title, ...list } }: Route.ComponentProps) {
  if (list.posts.length === 0)
    return (
      <Notice title={list.isFirst ? 'The first page is empty' : 'No older posts'}>
        <p>
          {list.isFirst
            ? 'Posts will stand here, newest first. A title alone is enough to begin.'
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
      <h1 className="unseen">{title}</h1>
      <PostList {...list} path="/" />
    </>
  )
}
